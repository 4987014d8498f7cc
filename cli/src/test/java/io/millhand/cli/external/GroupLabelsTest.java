// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.autoscale.Sample;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupLabelsTest {

  @ParameterizedTest
  @CsvSource({
    "orders,orders",
    "orders-2.eu_west,orders-2.eu_west",
    "orders:eu,orders_eu",
    "{orders}:eu,orders__eu",
    "orders:,orders",
    "::,''",
    "'',''",
    "größe,gr__e",
    "a😀b,a_b",
    "a/b c,a_b_c"
  })
  void a_name_that_no_label_may_have_becomes_one_that_it_may_have(String name, String label) {
    assertThat(GroupLabels.value(name)).isEqualTo(label);
  }

  @Test
  void a_name_that_is_too_long_is_cut() {
    assertThat(GroupLabels.value("a".repeat(62) + "::b")).isEqualTo("a".repeat(62));
    assertThat(GroupLabels.value("a".repeat(64))).isEqualTo("a".repeat(63));
    assertThat(GroupLabels.value("_".repeat(1_000_000) + "a")).isEqualTo("a");
  }

  @Test
  void what_is_made_of_any_name_can_be_asked_for() throws SelectorException {
    var random = new Random(7);
    for (var i = 0; i < 20_000; i++) {
      var signal = Sample.of(name(random), name(random));
      var labels = GroupLabels.of(signal);
      var selector =
          Selector.parse(
              "stream=%s,group in (%s)".formatted(labels.get("stream"), labels.get("group")));
      assertThat(selector.matches(labels)).isTrue();
    }
  }

  private static String name(Random random) {
    var name = new StringBuilder();
    random
        .ints(random.nextInt(90), 0, 0x300)
        .forEach(point -> name.appendCodePoint(random.nextInt(4) == 0 ? '-' : point));
    return name.toString();
  }

  @Test
  void labels_are_stream_and_group() {
    assertThat(GroupLabels.of(Sample.of("orders", "g")))
        .isEqualTo(Map.of("stream", "orders", "group", "g"));
  }
}
