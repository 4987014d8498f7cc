// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.error.MillhandException;
import io.millhand.error.UnavailableException.Reason;
import io.millhand.event.Event;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/errors.md to the code: each error, reason and event has its row, and no other. */
class ErrorsDocTest {

  @Test
  void every_error_is_told_of() {
    assertThat(rows("## Errors"))
        .containsExactlyInAnyOrderElementsOf(kinds(MillhandException.class));
  }

  @Test
  void every_reason_for_which_redis_cannot_serve_is_told_of() {
    assertThat(rows("## UnavailableException"))
        .containsExactlyElementsOf(Arrays.stream(Reason.values()).map(Enum::name).toList());
  }

  @Test
  void every_event_is_told_of() {
    assertThat(rows("## Events")).containsExactlyInAnyOrderElementsOf(kinds(Event.class));
  }

  private static List<String> kinds(Class<?> sealed) {
    return Stream.of(sealed.getPermittedSubclasses()).map(Class::getSimpleName).toList();
  }

  /** What the rows below a heading are about. */
  private static List<String> rows(String heading) {
    return Docs.read("docs/errors.md")
        .lines()
        .dropWhile(line -> !line.equals(heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(3, line.indexOf('`', 3)))
        .toList();
  }
}
