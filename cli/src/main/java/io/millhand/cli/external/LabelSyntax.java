// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import java.util.regex.Pattern;

/** What Kubernetes takes for a label's key and value. */
final class LabelSyntax {

  /** How long a value, and the name in a key, may be. */
  static final int LONGEST = 63;

  private static final int LONGEST_PREFIX = 253;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final Pattern PART = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

  private LabelSyntax() {}

  /**
   * Checks a key: a name, and before it perhaps a domain and a slash.
   *
   * @throws SelectorException when it is none
   */
  static void checkKey(String key) throws SelectorException {
    var slash = key.indexOf('/');
    var name = key.substring(slash + 1);
    if (!isName(name) || (slash >= 0 && !isDomain(key.substring(0, slash)))) {
      throw new SelectorException(
          "'%s' is no key of a label: letters, digits, '-', '_' and '.', 63 at most, letters or digits at both ends"
              .formatted(key));
    }
  }

  /**
   * Checks a value: as a name, or nothing.
   *
   * @throws SelectorException when it is none
   */
  static void checkValue(String value) throws SelectorException {
    if (!isValue(value)) {
      throw new SelectorException(
          "'%s' is no value of a label: letters, digits, '-', '_' and '.', 63 at most, letters or digits at both ends"
              .formatted(value));
    }
  }

  /** Whether it may be a label's value. */
  static boolean isValue(String value) {
    return value.isEmpty() || isName(value);
  }

  private static boolean isName(String name) {
    return name.length() <= LONGEST && NAME.matcher(name).matches();
  }

  private static boolean isDomain(String domain) {
    if (domain.length() > LONGEST_PREFIX) {
      return false;
    }
    for (var part : domain.split("\\.", -1)) {
      if (!PART.matcher(part).matches()) {
        return false;
      }
    }
    return true;
  }
}
