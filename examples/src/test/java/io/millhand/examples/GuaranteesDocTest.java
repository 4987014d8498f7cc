// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/guarantees.md to the tests that it names. */
class GuaranteesDocTest {

  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`(°?)");
  private static final Pattern FULL_CLASS = Pattern.compile("^@Full$", Pattern.MULTILINE);
  private static final Pattern FULL_METHOD = Pattern.compile("^ +@Full$", Pattern.MULTILINE);

  private static final List<String> SOURCES =
      Stream.of("core/src/test", "autoscale/src/test", "cli/src/test", "verification/src/test")
          .flatMap(folder -> Docs.sources(folder).stream())
          .toList();

  private static final List<Named> NAMED =
      TEST.matcher(Docs.read("docs/guarantees.md"))
          .results()
          .map(test -> new Named(test.group(1), test.group(2), !test.group(3).isEmpty()))
          .toList();

  private record Named(String type, String method, boolean marked) {

    /** The source up to its method. */
    Optional<String> before() {
      return SOURCES.stream()
          .filter(source -> source.contains("class " + type + " ") && source.contains(head()))
          .map(source -> source.substring(0, source.indexOf(head())))
          .findFirst();
    }

    private String head() {
      return "void " + method + "(";
    }

    /** Whether the build leaves it out. */
    boolean isFull() {
      var before = before().orElseThrow();
      return FULL_CLASS.matcher(before).find()
          || FULL_METHOD.matcher(before.substring(before.lastIndexOf("\n\n"))).find();
    }
  }

  @Test
  void every_test_that_is_named_exists() {
    assertThat(NAMED).isNotEmpty().filteredOn(test -> test.before().isEmpty()).isEmpty();
  }

  @Test
  void those_that_the_build_does_not_run_are_marked_and_no_others() {
    assertThat(NAMED)
        .anyMatch(Named::marked)
        .filteredOn(test -> test.marked() != test.isFull())
        .isEmpty();
  }
}
