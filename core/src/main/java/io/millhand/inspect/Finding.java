// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import java.util.Optional;

/**
 * Something that an examination found.
 *
 * @param severity how bad it is
 * @param topic what it is about, in a word or two: the same for the same kind of finding
 * @param subject the stream and group, where it is about one; as they are called, not escaped
 * @param evidence what was seen, with figures; what comes from Redis in it is not escaped
 * @param mend what to do: a command where there is one
 */
public record Finding(
    Severity severity, String topic, Optional<String> subject, String evidence, String mend) {

  /** How bad it is. */
  public enum Severity {
    /** Good to know. */
    NOTE,
    /** It will hurt one day. */
    WARNING,
    /** Entries are lost, or not handled, or may be any moment. */
    CRITICAL
  }

  static Finding of(Severity severity, String topic, String evidence, String mend) {
    return new Finding(severity, topic, Optional.empty(), evidence, mend);
  }

  Finding about(String what) {
    return new Finding(severity, topic, Optional.of(what), evidence, mend);
  }
}
