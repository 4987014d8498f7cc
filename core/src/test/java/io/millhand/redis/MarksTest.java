// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.error.RefusedException;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of markers. */
class MarksTest {

  private final Marks marks = marks("orders");

  private static Marks marks(String stream) {
    return new Marks(stream, Duration.ofMinutes(10), Duration.ofSeconds(30));
  }

  private static String name(Mark mark) {
    return new String(mark.key(), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "payment-1",
        "\r\n$4\r\nPING",
        "\0",
        "}{",
        "workers",
        "x:workers:info",
        "ä\u202e€😀"
      })
  void whatever_a_key_holds_its_marker_has_a_short_plain_name_in_the_slot_of_the_stream(
      String key) {
    assertThat(name(marks.of(key))).matches("\\{orders\\}:once:[A-Za-z0-9_-]{22}");
    assertThat(name(marks("shop:{7}:orders").of(key)))
        .matches("shop:\\{7\\}:orders:once:[A-Za-z0-9_-]{22}");
  }

  @Test
  void a_long_key_counts_to_its_last_character() {
    var long10k = "k".repeat(10_240);

    assertThat(name(marks.of(long10k))).hasSize(36).isNotEqualTo(name(marks.of(long10k + "k")));
    assertThat(name(marks.of("k".repeat(Marks.MAX_KEY)))).hasSize(36);
  }

  @Test
  void the_same_key_has_the_same_marker_everywhere_and_another_key_another_one() {
    assertThat(name(marks.of("a"))).isEqualTo(name(marks("orders").of("a")));
    assertThat(name(marks.of("a"))).isNotEqualTo(name(marks.of("A")));
    // What other clients must do, too: SHA-256 of UTF-8, its first 16 bytes in base64url.
    assertThat(name(marks.of("a"))).isEqualTo("{orders}:once:ypeBEsobvcr6wjGzmiPcTQ");
  }

  @Test
  void a_key_that_is_empty_endless_or_no_text_is_refused() {
    assertThatThrownBy(() -> marks.of("")).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> marks.of("k".repeat(Marks.MAX_KEY + 1)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("16385 characters")
        .hasMessageContaining("nothing was sent");
    assertThatThrownBy(() -> marks.of("a\ud800"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("surrogate");
  }

  @Test
  void keys_of_our_own_making_do_not_repeat() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 10_000; i++) {
      assertThat(seen.add(name(marks.random()))).isTrue();
    }
    assertThat(marks.random().window()).asString(UTF_8).isEqualTo("30000");
  }
}
