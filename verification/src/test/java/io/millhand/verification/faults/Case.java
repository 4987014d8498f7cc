// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import java.util.Comparator;
import java.util.List;

/**
 * A test that is a row, or several.
 *
 * @param uniqueId by which JUnit finds it
 * @param test class and method
 * @param rows ids
 * @param fault what is done
 * @param bound what must hold
 * @param set when it runs
 */
record Case(
    String uniqueId, String test, List<String> rows, String fault, String bound, RowSet set) {

  /** As the table has them: workers, Redis, network, high availability, producers, commands. */
  private static final String LETTERS = "WRNHPC";

  /** Rows in the order of the table. */
  static final Comparator<List<String>> TABLE_ORDER =
      Comparator.comparingInt((List<String> rows) -> letter(rows.getFirst()))
          .thenComparingInt(rows -> number(rows.getFirst()))
          .thenComparing(List::toString);

  private static int letter(String row) {
    var at = LETTERS.indexOf(row.charAt(0));
    return at < 0 || number(row) == 0 ? LETTERS.length() + row.charAt(0) : at;
  }

  private static int number(String row) {
    var digits = row.replaceAll("\\D", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }
}
