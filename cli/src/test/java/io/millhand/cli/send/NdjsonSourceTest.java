// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.send.EntrySource.Item;
import io.millhand.delivery.Fields;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NdjsonSourceTest {

  private static List<Item> items(byte[] json) throws IOException {
    var source = new NdjsonSource(new ByteArrayInputStream(json));
    var items = new ArrayList<Item>();
    for (var item = source.next(); item.isPresent(); item = source.next()) {
      items.add(item.get());
    }
    return items;
  }

  private static Fields fields(String json) throws IOException {
    return ((Item.Good) items(json.getBytes(UTF_8)).getFirst()).fields();
  }

  @Test
  void strings_numbers_and_booleans_arrive_as_they_are_written() throws IOException {
    assertThat(
            fields("{\"id\":\"7\",\"amount\":1.10,\"big\":12345678901234567890123,\"paid\":true}"))
        .isEqualTo(
            Fields.of(
                "id", "7", "amount", "1.10", "big", "12345678901234567890123", "paid", "true"));
  }

  @Test
  void nested_values_arrive_as_their_json_text() throws IOException {
    assertThat(fields("{ \"a\" : { \"x\": [1, {\"y\":\"é\\n\"}] } , \"b\":[] }"))
        .isEqualTo(Fields.of("a", "{ \"x\": [1, {\"y\":\"é\\n\"}] }", "b", "[]"));
  }

  @Test
  void a_null_is_left_out_and_a_name_may_come_twice() throws IOException {
    assertThat(fields("{\"a\":null,\"b\":1,\"b\":2}")).isEqualTo(Fields.of("b", "1", "b", "2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1]                | not a JSON object
          "text"             | not a JSON object
          {}                 | an object without fields
          {"a":null}         | an object without fields
          {"a":1} {"b":2}    | more than one JSON object
          {"a":              | not JSON
          {"a":01}           | not JSON
          {'a':1}            | not JSON
          {"a":"\\ud800"}    | half of a surrogate pair
          """)
  void a_line_that_is_no_entry_is_told_with_its_number(String line, String why) throws IOException {
    var items = items(("{\"a\":1}\n\n" + line + "\n{\"a\":2}\n").getBytes(UTF_8));

    assertThat(items).hasSize(3);
    assertThat(items.get(1))
        .isInstanceOfSatisfying(
            Item.Bad.class,
            bad -> {
              assertThat(bad.line()).isEqualTo(3);
              assertThat(bad.why()).contains(why);
            });
    assertThat(items.get(2)).isInstanceOf(Item.Good.class);
  }

  @Test
  void what_is_not_utf_8_is_no_entry() throws IOException {
    var json = "{\"a\":\"x\"}".getBytes(UTF_8);
    json[6] = (byte) 0xff;

    assertThat(items(json)).containsExactly(new Item.Bad(1, "not UTF-8"));
  }
}
