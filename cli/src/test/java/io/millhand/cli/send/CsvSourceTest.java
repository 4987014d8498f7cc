// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.send.EntrySource.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CsvSourceTest {

  private static List<Item> items(byte[] csv) throws IOException {
    var source = new CsvSource(new ByteArrayInputStream(csv), ',');
    var items = new ArrayList<Item>();
    for (var item = source.next(); item.isPresent(); item = source.next()) {
      items.add(item.get());
    }
    return items;
  }

  /** Each item as its line and what it holds. */
  private static List<String> read(String csv) throws IOException {
    return items(csv.getBytes(UTF_8)).stream().map(CsvSourceTest::text).toList();
  }

  private static String text(Item item) {
    return switch (item) {
      case Item.Good good -> good.line() + " " + good.fields().toMap();
      case Item.Bad bad -> bad.line() + " bad: " + bad.why();
    };
  }

  @Test
  void the_header_names_the_fields() throws IOException {
    assertThat(read("id,name\n1,Ada\n2,\n"))
        .containsExactly("2 {id=1, name=Ada}", "3 {id=2, name=}");
  }

  @Test
  void quoted_values_may_hold_separators_quotes_and_lines() throws IOException {
    assertThat(read("a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n\"1\r\n2\",\"\"\r\n"))
        .containsExactly("2 {a=x,y, b=say \"hi\"}", "3 {a=1\r\n2, b=}");
  }

  @Test
  void empty_lines_a_byte_order_mark_and_a_missing_last_line_end_do_not_matter()
      throws IOException {
    assertThat(read("\ufeffa,b\n\n1,2\n\n\n3,4")).containsExactly("3 {a=1, b=2}", "6 {a=3, b=4}");
  }

  @Test
  void a_row_of_another_length_is_bad_and_costs_nothing_else() throws IOException {
    assertThat(read("a,b\n1\n1,2,3\n3,4\n"))
        .containsExactly(
            "2 bad: 1 values, but the header names 2",
            "3 bad: 3 values, but the header names 2",
            "4 {a=3, b=4}");
  }

  @Test
  void a_quote_that_is_not_closed_costs_its_line_only() throws IOException {
    assertThat(read("a,b\n1,\"x\n3,4\n5,6\n"))
        .containsExactly("2 bad: a quote is not closed", "3 {a=3, b=4}", "4 {a=5, b=6}");
  }

  @Test
  void a_quote_where_none_may_be_costs_its_lines_only() throws IOException {
    assertThat(read("a,b\n1,\"x\"y\n\"l1\nl2\"z,2\n5\" pipe,1\n3,4\n"))
        .containsExactly(
            "2 bad: a quote stands where it must not",
            "3 bad: a quote stands where it must not",
            "4 bad: a quote stands where it must not",
            "5 bad: a quote stands where it must not",
            "6 {a=3, b=4}");
  }

  @Test
  void bytes_of_any_encoding_arrive_as_they_are() throws IOException {
    var items = items("näme\nBjörn\n".getBytes(ISO_8859_1));

    assertThat(items)
        .singleElement()
        .isInstanceOfSatisfying(
            Item.Good.class,
            good -> {
              assertThat(good.fields().name(0)).isEqualTo("näme".getBytes(ISO_8859_1));
              assertThat(good.fields().value(0)).isEqualTo("Björn".getBytes(ISO_8859_1));
            });
  }

  @Test
  void a_header_without_a_name_is_refused() {
    assertThatThrownBy(() -> read("a,,c\n1,2,3\n"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("column 2");
    assertThatThrownBy(() -> read("\n\n")).hasMessageContaining("no header row");
  }

  @Test
  void a_line_that_is_too_long_is_bad_and_takes_no_memory() throws IOException {
    var long_ = "x".repeat(LineReader.MAX_LINE + 10);

    assertThat(read("a,b\n" + long_ + ",1\n1,2\n"))
        .containsExactly(
            "2 bad: longer than %d bytes".formatted(LineReader.MAX_LINE),
            "3 " + Map.of("a", "1").toString().replace("}", ", b=2}"));
  }
}
