// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.redis.Settlement.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How scripts get to a server, and get there again when it has forgotten them. */
class ScriptTest extends OnEachServer {

  @ParameterizedTest
  @EnumSource
  void a_script_is_known_to_the_server_by_the_digest_that_we_computed(Script script) {
    var text = script.forServer(streams.probe());

    var digest = raw("SCRIPT".getBytes(UTF_8), "LOAD".getBytes(UTF_8), text.source());

    assertThat((byte[]) digest).isEqualTo(text.sha());
  }

  @ParameterizedTest
  @EnumSource
  void a_script_says_what_it_takes_what_it_answers_and_why_it_is_one(Script script)
      throws IOException {
    var name = script.name().toLowerCase(Locale.ROOT) + ".lua";
    try (var in = Script.class.getResourceAsStream(name)) {
      var text = new String(in.readAllBytes(), UTF_8);
      assertThat(text).startsWith("-- ").contains("-- Result ", "-- Atomic ");
    }
  }

  @Test
  void a_script_that_the_server_forgot_is_loaded_again() {
    var worker = worker("w1");
    worker.work().beat(ofSeconds(2));
    raw("SCRIPT", "FLUSH");

    assertThat(worker.work().beat(ofSeconds(2)).registered()).isTrue();
    assertThat(raw("HGET", KEYS.workers(), "w1")).isEqualTo("3");
  }

  @Test
  void scripts_that_the_server_forgot_are_loaded_again_also_within_one_write() {
    var worker = worker("w1");
    var ids = add(304);
    worker.take(304);
    write(worker, ids.subList(0, 4));
    raw("SCRIPT", "FLUSH");

    var results = write(worker, ids.subList(4, 304));

    assertThat(results).hasSize(300).containsOnly(new Result.Done());
    assertThat(pendingOf("w1")).isEmpty();
    assertThat(pendingOf(Keys.DEFERRED_CONSUMER)).hasSize(76);
    assertThat(raw("XLEN", KEYS.dead())).isEqualTo(76L);
  }

  /** A quarter each is acked, acked with its records, deferred and dead-lettered. */
  private static List<Result> write(TestWorker worker, List<EntryId> ids) {
    var settlements = new ArrayList<Settlement>();
    for (int i = 0; i < ids.size(); i++) {
      var id = ids.get(i);
      settlements.add(
          switch (i % 4) {
            case 0 -> new Settlement.Ack(id);
            case 1 -> new Settlement.AckRecorded(id);
            case 2 -> new Settlement.Defer(id, 1, ofSeconds(9), 1, ZERO, 1, 0, "not yet");
            default -> new Settlement.Dead(id, 1, 0, List.of("~id", id.toString()));
          });
    }
    return worker.settle().settle(settlements).results();
  }

  @Test
  void each_result_goes_to_its_own_settlement_however_they_are_mixed() {
    var worker = worker("w1");
    var ids = add(40);
    worker.take(40);
    for (int i = 0; i < 40; i += 5) {
      claimAs("w2", ids.get(i), 0);
    }

    var results = write(worker, ids);

    for (int i = 0; i < 40; i++) {
      var fenced = i % 5 == 0 && i % 4 >= 2; // acks are not fenced
      assertThat(results.get(i))
          .as("settlement %d", i)
          .isEqualTo(fenced ? new Result.Fenced() : new Result.Done());
    }
  }

  @Test
  void each_connection_loads_what_it_needs_by_itself() {
    var one = worker("w1");
    var two = worker("w2");
    raw("SCRIPT", "FLUSH");

    assertThat(two.work().beat(ofSeconds(2)).registered()).isTrue();
    assertThat(one.work().beat(ofSeconds(2)).registered()).isTrue();
  }
}
