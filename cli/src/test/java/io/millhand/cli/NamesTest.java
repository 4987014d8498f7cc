// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.cli.Names.Front;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamesTest {

  private static Names names(String stream, String group, String... rest) {
    return new Names(
        Optional.of(stream).filter(name -> !name.isEmpty()),
        Optional.of(group).filter(name -> !name.isEmpty()),
        List.of(rest));
  }

  @Test
  void what_stands_before_the_first_id_names_a_stream_and_a_group() {
    assertThat(Names.beforeIds(List.of("orders", "g", "1-0", "2"), Front.GROUP))
        .isEqualTo(names("orders", "g", "1-0", "2"));
    assertThat(Names.beforeIds(List.of("orders", "1-0"), Front.GROUP))
        .isEqualTo(names("orders", "", "1-0"));
    assertThat(Names.beforeIds(List.of("1-0", "x"), Front.GROUP))
        .isEqualTo(names("", "", "1-0", "x"));
    assertThat(Names.beforeIds(List.of(), Front.GROUP)).isEqualTo(names("", ""));
  }

  @Test
  void what_stands_before_the_last_word_names_a_stream_and_a_group() {
    assertThat(Names.beforeLast(List.of("orders", "g", "w1"), Front.GROUP))
        .isEqualTo(names("orders", "g", "w1"));
    assertThat(Names.beforeLast(List.of("w1"), Front.GROUP)).isEqualTo(names("", "", "w1"));
    assertThat(Names.beforeLast(List.of(), Front.GROUP)).isEqualTo(names("", ""));
  }

  @Test
  void more_names_than_there_is_room_for_are_refused() {
    assertThatThrownBy(() -> Names.beforeIds(List.of("orders", "g", "1-0"), Front.STREAM))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("'g'");
    assertThatThrownBy(() -> Names.of(List.of("a", "b", "c"), Front.GROUP))
        .hasMessageContaining("'c'");
  }

  @Test
  void a_word_and_a_flag_that_differ_are_refused_and_the_same_are_not() {
    assertThat(Names.stream(Optional.of("orders"), "orders")).isEqualTo("orders");
    assertThat(Names.stream(Optional.empty(), "orders")).isEqualTo("orders");
    assertThat(Names.group(Optional.of("g"), null)).isEqualTo("g");
    assertThatThrownBy(() -> Names.group(Optional.of("g"), "h"))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("which group: 'g', or 'h' as --group says?");
  }

  @Test
  void a_name_that_is_nowhere_is_asked_for() {
    assertThatThrownBy(() -> Names.stream(Optional.of(""), null))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("which stream? Give STREAM, --stream, or STREAM_KEY in the environment");
  }
}
