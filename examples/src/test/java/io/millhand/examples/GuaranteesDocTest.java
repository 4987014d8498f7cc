// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/guarantees.md to the tests that it names. */
class GuaranteesDocTest {

  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  @Test
  void every_test_that_is_named_exists() {
    var sources =
        Stream.of("core/src/test", "autoscale/src/test", "cli/src/test", "verification/src/test")
            .flatMap(folder -> Docs.sources(folder).stream())
            .toList();
    var named = TEST.matcher(Docs.read("docs/guarantees.md")).results().toList();
    assertThat(named).isNotEmpty();
    for (var test : named) {
      assertThat(sources)
          .as("docs/guarantees.md names %s, which is no test", test.group())
          .anyMatch(
              source ->
                  source.contains("class " + test.group(1) + " ")
                      && source.contains("void " + test.group(2) + "("));
    }
  }
}
