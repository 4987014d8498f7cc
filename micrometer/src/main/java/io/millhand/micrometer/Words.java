// SPDX-License-Identifier: Apache-2.0
package io.millhand.micrometer;

import java.util.Locale;

/** Values of tags. */
final class Words {

  private Words() {}

  /** A constant, in lower case. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A class, by its simple name; where it has none, by the whole. */
  static String of(Class<?> type) {
    var simple = type.getSimpleName();
    return simple.isEmpty() ? type.getName() : simple;
  }
}
