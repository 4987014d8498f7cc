// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryIdTest {

  private static final String GREATEST = "18446744073709551615-18446744073709551615";

  @ParameterizedTest
  @ValueSource(strings = {"0-0", "1700000000000-7", "9223372036854775808-0", GREATEST})
  void an_id_is_read_as_it_is_written(String text) {
    assertThat(EntryId.parse(text)).hasToString(text);
    assertThat(EntryId.parse(text.getBytes(US_ASCII))).isEqualTo(EntryId.parse(text));
    assertThat(EntryId.parse(text).bytes()).isEqualTo(text.getBytes(US_ASCII));
  }

  @Test
  void milliseconds_alone_stand_for_their_first_entry() {
    assertThat(EntryId.parse("5")).isEqualTo(new EntryId(5, 0));
    assertThat(EntryId.parse("5".getBytes(US_ASCII))).isEqualTo(new EntryId(5, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "5-", "-5", "a", "5-a", "5-1-1", "+5-1x", " 5-1", "$", ">", "1e3-0"})
  void what_is_no_id_is_refused_with_an_example(String text) {
    assertThatThrownBy(() -> EntryId.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1700000000000-0");
  }

  @Test
  void a_number_beyond_64_bits_is_refused() {
    assertThatThrownBy(() -> EntryId.parse("18446744073709551616-0"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ids_are_ordered_by_time_then_by_sequence_as_unsigned_numbers() {
    var ordered =
        Stream.of(
                "0-0",
                "0-1",
                "9-10",
                "10-9",
                "10-10",
                "10-9223372036854775808",
                "10-18446744073709551615",
                "9223372036854775808-0",
                GREATEST)
            .map(EntryId::parse)
            .toList();

    assertThat(ordered.reversed().stream().sorted()).isEqualTo(ordered);
  }

  @ParameterizedTest
  @CsvSource({
    "5-3,                     5-4",
    "0-0,                     0-1",
    "5-18446744073709551615,  6-0",
    "5-9223372036854775807,   5-9223372036854775808",
  })
  void nothing_lies_between_an_id_and_the_next(String text, String next) {
    assertThat(EntryId.parse(text).next()).hasToString(next);
    assertThat(EntryId.parse(next).previous()).hasToString(text);
  }

  @Test
  void the_ends_of_all_ids_stay_where_they_are() {
    assertThat(EntryId.ZERO.previous()).isEqualTo(EntryId.ZERO);
    assertThat(EntryId.parse(GREATEST).next()).hasToString(GREATEST);
  }

  @Test
  void an_id_tells_the_time_and_a_time_the_first_id() {
    var time = Instant.parse("2026-01-02T03:04:05.678Z");

    assertThat(EntryId.at(time).time()).isEqualTo(time);
    assertThat(EntryId.at(time).sequence()).isZero();
    assertThat(EntryId.at(Instant.EPOCH.minusSeconds(1))).isEqualTo(EntryId.ZERO);
  }

  @Test
  void bytes_that_are_no_id_are_refused() {
    for (var text : List.of("a", "5-a", "5-1-1", "$")) {
      assertThatThrownBy(() -> EntryId.parse(text.getBytes(US_ASCII)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void ids_that_are_held_at_one_time_hardly_share_a_hash() {
    var hashes = new HashSet<Integer>();
    for (long millis = 1_700_000_000_000L; millis < 1_700_000_000_010L; millis++) {
      for (long sequence = 0; sequence < 400; sequence++) {
        hashes.add(new EntryId(millis, sequence).hashCode());
      }
    }
    assertThat(hashes).hasSizeGreaterThan(3_990);
  }
}
