// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain text, 100 %     | plain text, 100 %",
        "naïve 日本語 😀         | naïve 日本語 😀",
        "a\u001b[31mred        | a\\x1b[31mred",
        "csi \u009b31m         | csi \\u009b31m",
        "del \u007f!           | del \\x7f!",
        "evil \u202etxt.exe    | evil \\u202etxt.exe",
        "isolate \u2066x\u2069 | isolate \\u2066x\\u2069",
        "line \u2028 separator | line \\u2028 separator",
        "tag \uDB40\uDC41      | tag \\u{e0041}",
        "back\\slash           | back\\\\slash"
      })
  void what_moves_hides_or_reorders_is_escaped_and_letters_of_all_scripts_stay(
      String raw, String escaped) {
    assertThat(Escape.text(raw)).isEqualTo(escaped);
    assertThat(Escape.bytes(raw.getBytes(UTF_8))).isEqualTo(escaped);
  }

  @Test
  void line_breaks_and_tabs_stay_on_the_line() {
    assertThat(Escape.text("a\r\n\tb\0")).isEqualTo("a\\r\\n\\tb\\x00");
  }

  @Test
  void bytes_that_are_not_utf_8_are_written_in_hexadecimal() {
    assertThat(
            Escape.bytes(new byte[] {'a', (byte) 0xff, (byte) 0xc3, 'b', (byte) 0xe2, (byte) 0x82}))
        .isEqualTo("a\\xff\\xc3b\\xe2\\x82");
  }

  @Test
  void long_values_are_escaped_to_their_end() {
    var raw = ("é".repeat(5000) + "\u001b").getBytes(UTF_8);
    assertThat(Escape.bytes(raw)).isEqualTo("é".repeat(5000) + "\\x1b");
  }

  @Test
  void a_message_of_ours_keeps_its_lines_but_nothing_that_a_stranger_wrote_in_it() {
    assertThat(Escape.message("two\nlines\r\u001b[2J\\")).isEqualTo("two\nlines\\x1b[2J\\");
    assertThat(Escape.line("two\nlines")).isEqualTo("two\\nlines");
  }
}
