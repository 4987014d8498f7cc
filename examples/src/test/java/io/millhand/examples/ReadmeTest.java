// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the first page to the examples, and to its size. */
class ReadmeTest {

  @Test
  void every_java_block_stands_in_an_example() {
    var examples = Docs.sources("examples/src").stream().map(ReadmeTest::unspaced).toList();
    var blocks = Docs.blocks(Docs.read("README.md"), "java");
    assertThat(blocks).isNotEmpty();
    for (var block : blocks) {
      assertThat(examples)
          .as("no example has this block of README.md:%n%s", block)
          .anyMatch(source -> source.contains(unspaced(block)));
    }
  }

  /** The formatter breaks lines as it likes. */
  private static String unspaced(String text) {
    return text.replaceAll("\\s", "");
  }

  @Test
  void it_has_150_lines_at_most() {
    assertThat(Docs.read("README.md").lines().count()).isLessThanOrEqualTo(150);
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/guarantees.md"})
  void the_promise_is_made_in_the_same_words(String page) {
    var words = Docs.read(page).replaceAll("\\s+", " ");
    assertThat(words)
        .containsIgnoringCase(
            "every entry whose send returned is handled successfully at least once, or ends in the "
                + "dead-letter stream with its reason, as long as Redis keeps it");
  }
}
