// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.inspect.Finding.Severity;
import java.util.Arrays;
import java.util.List;

/**
 * A defect of released servers that users of streams meet.
 *
 * @param product redis or valkey
 * @param from the first version that has it, such as 8.2.0
 * @param fixed the first version of the same line that has not
 * @param severity how bad it is
 * @param what the defect, with where it is reported
 */
record KnownBug(String product, String from, String fixed, Severity severity, String what) {

  private static final String LUA =
      "CVE-2025-49844: a script can free memory that is in use, and so run code on the server";
  private static final String UNBLOCK =
      "CVE-2026-23479: evicting a blocked client while it is served can run code on the server";
  private static final String ACKED =
      "XTRIM and XADD with ~ ... ACKED trim nothing (redis issue 14656)";
  private static final String KEYS =
      "XREADGROUP may read keys that an ACL forbids (redis pull request 15478)";

  static final List<KnownBug> ALL =
      List.of(
          redis("0", "6.2.20", Severity.WARNING, LUA),
          redis("7.0.0", "7.2.11", Severity.WARNING, LUA),
          redis("7.4.0", "7.4.6", Severity.WARNING, LUA),
          redis("8.0.0", "8.0.4", Severity.WARNING, LUA),
          redis("8.2.0", "8.2.2", Severity.WARNING, LUA),
          redis("7.2.0", "8.6.3", Severity.WARNING, UNBLOCK),
          redis(
              "8.2.0",
              "8.2.3",
              Severity.CRITICAL,
              "CVE-2025-62507: XACKDEL can overflow the stack, and so run code on the server"),
          redis(
              "7.4.0",
              "7.4.6",
              Severity.WARNING,
              "a blocked read may never return (redis pull request 14165)"),
          redis("8.2.0", "8.2.7", Severity.NOTE, ACKED),
          redis("8.4.0", "8.4.4", Severity.NOTE, ACKED),
          redis("8.2.0", "8.2.9", Severity.NOTE, KEYS),
          redis("8.4.0", "8.4.6", Severity.NOTE, KEYS),
          redis("8.6.0", "8.6.6", Severity.NOTE, KEYS),
          redis("8.8.0", "8.8.2", Severity.NOTE, KEYS),
          redis(
              "8.6.0",
              "8.6.4",
              Severity.WARNING,
              "replicas and the append-only file may lose a group's progress (redis issue 14963)"),
          redis(
              "7.0.0",
              "8.0.0",
              Severity.NOTE,
              "the lag of a group may be wrong after trimming (redis pull request 13958)"));

  private static KnownBug redis(String from, String fixed, Severity severity, String what) {
    return new KnownBug("redis", from, fixed, severity, what);
  }

  /**
   * Whether that server has it, as far as its version tells: distributions mend without a new one.
   */
  boolean isIn(String server, String version) {
    return product.equals(server) && compare(version, from) >= 0 && compare(version, fixed) < 0;
  }

  private static int compare(String one, String other) {
    return Arrays.compare(numbers(one), numbers(other));
  }

  /** {@code 7.0.15-debian} as 7, 0, 15. */
  private static int[] numbers(String version) {
    var parts = version.split("[^0-9]+", -1);
    var numbers = new int[3];
    for (int i = 0; i < Math.min(3, parts.length); i++) {
      numbers[i] = parts[i].matches("\\d{1,6}") ? Integer.parseInt(parts[i]) : 0;
    }
    return numbers;
  }
}
