// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final String GOOD = "00-" + TRACE + "-" + PARENT + "-01";

  @Test
  void it_is_read_from_the_fields_of_an_entry() {
    var fields = Fields.of("order_id", "1", "traceparent", GOOD, "tracestate", "a=1,b@c= 2");
    assertThat(TraceContext.of(fields))
        .contains(new TraceContext(GOOD, Optional.of("a=1,b@c= 2")))
        .get()
        .returns(TRACE, TraceContext::traceId)
        .returns(PARENT, TraceContext::parentId)
        .returns(true, TraceContext::isSampled);
    assertThat(TraceContext.of(Fields.of("order_id", "1"))).isEmpty();
  }

  @Test
  void the_flag_of_sampling_is_one_bit() {
    assertThat(TraceContext.of(GOOD.replaceAll("01$", "02")).isSampled()).isFalse();
    assertThat(TraceContext.of(GOOD.replaceAll("01$", "ff")).isSampled()).isTrue();
  }

  @Test
  void a_later_version_may_have_more_at_its_end() {
    assertThat(TraceContext.of("01-" + GOOD.substring(3) + "-what-ever").traceId())
        .isEqualTo(TRACE);
    assertThat(TraceContext.of("cc-" + GOOD.substring(3)).parentId()).isEqualTo(PARENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-a b",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
      })
  void rubbish_is_as_none(String rubbish) {
    assertThat(TraceContext.of(Fields.of("traceparent", rubbish))).isEmpty();
    assertThatThrownBy(() -> TraceContext.of(rubbish))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("traceparent");
  }

  @Test
  void what_is_too_long_or_no_text_is_as_none() {
    var endless = "01-" + GOOD.substring(3) + "-" + "x".repeat(512);
    assertThat(TraceContext.of(Fields.of("traceparent", endless))).isEmpty();
    assertThat(
            TraceContext.of(Fields.ofPairs("traceparent".getBytes(UTF_8), new byte[] {-1, 0, -1})))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",", "a", "=1", "A=1", "a=1\r\nEvil: 1", "a=\u00e4", "a=1;b=2,c", "a=b=c"})
  void a_tracestate_that_cannot_be_read_is_left_out_and_the_rest_kept(String rubbish) {
    var fields = Fields.of("traceparent", GOOD, "tracestate", rubbish);
    assertThat(TraceContext.of(fields)).contains(TraceContext.of(GOOD));
    assertThatThrownBy(() -> new TraceContext(GOOD, Optional.of(rubbish)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tracestate");
  }

  @Test
  void a_tracestate_has_32_members_and_512_characters_at_most() {
    var many = "a=1" + ",a=1".repeat(31);
    assertThat(new TraceContext(GOOD, Optional.of(many)).tracestate()).contains(many);
    assertThatThrownBy(() -> new TraceContext(GOOD, Optional.of(many + ",a=1")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new TraceContext(
                    GOOD, Optional.of("a=" + "1".repeat(256) + ",b=" + "1".repeat(256))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void it_is_added_behind_the_fields_but_not_where_one_is() {
    var context = new TraceContext(GOOD, Optional.of("a=1"));
    assertThat(context.addTo(Fields.of("order_id", "1")))
        .isEqualTo(Fields.of("order_id", "1", "traceparent", GOOD, "tracestate", "a=1"));
    var other = Fields.of("traceparent", "another", "order_id", "1");
    assertThat(context.addTo(other)).isSameAs(other);
  }
}
