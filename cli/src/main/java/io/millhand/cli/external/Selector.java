// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import java.util.List;
import java.util.Map;

/**
 * A label selector: what {@code kubectl -l} takes, and what a controller makes of an HPA's {@code
 * metric.selector}.
 *
 * @param requirements that all must be fulfilled; none selects everything
 */
record Selector(List<Requirement> requirements) {

  /** Longer ones are refused; a thousand names have room. */
  private static final int LONGEST = 65_536;

  /**
   * Reads one.
   *
   * @param text nothing, and nothing but spaces, selects everything
   * @throws SelectorException when it cannot be read
   */
  static Selector parse(String text) throws SelectorException {
    if (text.length() > LONGEST) {
      throw new SelectorException("it is longer than %d characters".formatted(LONGEST));
    }
    return new Selector(new SelectorParser(SelectorLexer.tokens(text)).parse());
  }

  /** Whether these labels fulfil all of it. */
  boolean matches(Map<String, String> labels) {
    return requirements.stream().allMatch(each -> each.matches(labels));
  }
}
