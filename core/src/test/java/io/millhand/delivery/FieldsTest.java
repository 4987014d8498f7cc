// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldsTest {

  @Test
  void fields_keep_their_order_and_their_duplicates() {
    var fields = Fields.of("b", "1", "a", "2", "b", "3");

    assertThat(fields.count()).isEqualTo(3);
    assertThat(fields.name(2)).isEqualTo("b".getBytes(UTF_8));
    assertThat(fields.value(2)).isEqualTo("3".getBytes(UTF_8));
    assertThat(fields.pairs()).hasSize(6);
    assertThat(fields.byteSize()).isEqualTo(6);
  }

  @Test
  void of_fields_with_one_name_the_first_is_found() {
    var fields = Fields.of("a", "1", "a", "2");

    assertThat(fields.find("a")).contains("1".getBytes(UTF_8));
    assertThat(fields.text("a")).isEqualTo("1");
    assertThat(fields.toMap()).isEqualTo(Map.of("a", "1"));
    assertThat(fields.find("b")).isEmpty();
  }

  @Test
  void a_map_gives_its_fields_in_its_order() {
    var map = new LinkedHashMap<String, String>();
    map.put("z", "\u00fc");
    map.put("a", "");

    assertThat(Fields.of(map)).isEqualTo(Fields.of("z", "\u00fc", "a", ""));
    assertThat(Fields.of(map).toMap()).containsExactlyEntriesOf(map);
  }

  @Test
  void a_name_without_a_value_is_refused() {
    assertThatThrownBy(() -> Fields.of("a", "1", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 items");
  }

  @Test
  void a_missing_field_is_named() {
    assertThatThrownBy(() -> Fields.of("a", "1").text("order_id"))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("\"order_id\"");
  }

  @Test
  void what_is_not_utf_8_is_no_text_but_is_shown_with_marks() {
    var fields = Fields.ofPairs("a".getBytes(UTF_8), new byte[] {'x', (byte) 0xff});

    assertThatThrownBy(() -> fields.text("a"))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("\"a\"");
    assertThat(fields.toMap()).isEqualTo(Map.of("a", "x\ufffd"));
  }

  @Test
  void fields_are_equal_when_every_byte_is() {
    assertThat(Fields.of("a", "1"))
        .isEqualTo(Fields.of("a", "1"))
        .hasSameHashCodeAs(Fields.of("a", "1"));
    assertThat(Fields.of("a", "1")).isNotEqualTo(Fields.of("a", "2"));
    assertThat(Fields.of("a", "1", "b", "2")).isNotEqualTo(Fields.of("b", "2", "a", "1"));
  }

  @Test
  void fields_never_print_their_content() {
    assertThat(Fields.of("card", "4111 1111")).hasToString("1 fields, 13 bytes");
    assertThat(Fields.empty().count()).isZero();
  }
}
