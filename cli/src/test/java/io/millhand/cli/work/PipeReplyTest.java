// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipeReplyTest {

  @Test
  void an_ack_is_an_ack_whatever_else_stands_there() throws Exception {
    assertThat(PipeReply.parse("{\"took\": {\"ms\": [1]}, \"id\":\"1-0\", \"outcome\":\"ack\"}"))
        .isEqualTo(new PipeReply("1-0", Outcome.ack()));
  }

  @Test
  void a_retry_has_its_reason_escaped_and_its_own_wait() throws Exception {
    var reply =
        PipeReply.parse(
            "{\"id\":\"1-0\",\"outcome\":\"retry\",\"reason\":\"no\\u001bdb\",\"after\":\"30s\"}");
    assertThat(reply.outcome()).isInstanceOf(Outcome.Failed.class);
    var failed = (Outcome.Failed) reply.outcome();
    assertThat(failed.cause()).hasMessage("no\\x1bdb");
    assertThat(failed.after()).contains(Duration.ofSeconds(30));
  }

  @Test
  void a_wait_may_be_a_number_of_seconds_and_is_bounded() throws Exception {
    assertThat(defer("1.5")).isEqualTo(Outcome.defer(Duration.ofMillis(1500)));
    assertThat(defer("-1")).isEqualTo(Outcome.defer(Duration.ZERO));
    assertThat(defer("1e300")).isEqualTo(Outcome.defer(Duration.ofDays(365)));
    assertThat(PipeReply.parse("{\"id\":\"1-0\",\"outcome\":\"defer\"}").outcome())
        .isEqualTo(Outcome.defer(Duration.ZERO));
  }

  private static Outcome defer(String after) throws Exception {
    return PipeReply.parse("{\"id\":\"1-0\",\"outcome\":\"defer\",\"after\":" + after + "}")
        .outcome();
  }

  @Test
  void a_dead_entry_has_its_reason() throws Exception {
    assertThat(
            PipeReply.parse("{\"id\":\"1-0\",\"outcome\":\"dead\",\"reason\":\"bad\"}").outcome())
        .isEqualTo(new Outcome.Dead("bad", Optional.empty()));
  }

  @Test
  void an_outcome_that_does_not_exist_fails_the_entry() throws Exception {
    assertThat(PipeReply.parse("{\"id\":\"1-0\",\"outcome\":\"ok\"}").outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.cause()).hasMessageContaining("unknown outcome \"ok\""));
    assertThat(PipeReply.parse("{\"id\":\"1-0\"}").outcome()).isInstanceOf(Outcome.Failed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "starting up",
        "[]",
        "{\"outcome\":\"ack\"}",
        "{\"id\":\"1-0\",",
        "{\"id\":\"1-0\",\"after\":\"soon\"}"
      })
  void a_line_that_is_no_reply_is_told_from_one(String line) {
    assertThatThrownBy(() -> PipeReply.parse(line)).isInstanceOf(PipeReply.Unreadable.class);
  }
}
