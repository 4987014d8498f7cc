// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.millhand.cli.Escape;
import io.millhand.cli.Texts;

/**
 * What is answered instead of a number. Names may be a stranger's: they are escaped, and cut, for a
 * status travels in a header.
 */
final class Refusals {

  private static final int LONGEST_NAME = 80;
  private static final int LONGEST_TEXT = 600;

  private Refusals() {}

  /** The trigger must be changed. */
  static StatusRuntimeException invalid(String text) {
    return of(Status.INVALID_ARGUMENT, text);
  }

  /** It is not known now: KEDA leaves the workers as they are, and asks again. */
  static StatusRuntimeException unknown(String text) {
    return of(Status.UNAVAILABLE, text);
  }

  /** There are too many already. */
  static StatusRuntimeException tooMany(String text) {
    return of(Status.RESOURCE_EXHAUSTED, text);
  }

  /** It is our fault, and the log tells what. */
  static StatusRuntimeException failed() {
    return of(Status.INTERNAL, "that failed, unexpectedly: the log of millhand serve says how");
  }

  private static StatusRuntimeException of(Status status, String text) {
    return status.withDescription(Texts.cut(Escape.line(text), LONGEST_TEXT)).asRuntimeException();
  }

  /** A word of a stranger's, in quotes. */
  static String quoted(String word) {
    return "'" + Texts.cut(Escape.text(Texts.cut(word, LONGEST_NAME)), LONGEST_NAME) + "'";
  }

  /** {@code stream 'orders', group 'processing'}. */
  static String named(String stream, String group) {
    return "stream %s, group %s".formatted(quoted(stream), quoted(group));
  }
}
