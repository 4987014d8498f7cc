// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** How a delivery is to be settled, in a handler's words. */
public sealed interface Outcome {

  /** It is done. */
  record Ack() implements Outcome {
    private static final Ack INSTANCE = new Ack();
  }

  /**
   * It failed: counts as an attempt; the retry policy decides between another try and the dead
   * letters.
   *
   * @param cause why
   * @param after when to try again instead of the policy's own delay, if given
   */
  record Failed(Throwable cause, Optional<Duration> after) implements Outcome {
    /** Checks for nulls. */
    public Failed {
      Objects.requireNonNull(cause, "a failure needs its cause");
      Objects.requireNonNull(after, "after");
    }
  }

  /**
   * Not now: try again later. Counts as no attempt.
   *
   * @param after how long to wait, 0 or more
   */
  record Defer(Duration after) implements Outcome {
    /** Checks the delay. */
    public Defer {
      if (after.isNegative()) {
        throw new IllegalArgumentException("a delay cannot be negative, but is " + after);
      }
    }
  }

  /**
   * It can never succeed: into the dead-letter stream.
   *
   * @param reason why, in a few words for an operator
   * @param cause the error behind it, if any
   */
  record Dead(String reason, Optional<Throwable> cause) implements Outcome {
    /** Checks for nulls. */
    public Dead {
      Objects.requireNonNull(reason, "a dead letter needs its reason");
      Objects.requireNonNull(cause, "cause");
    }
  }

  /** It is done. */
  static Outcome ack() {
    return Ack.INSTANCE;
  }

  /** It failed; the retry policy decides. */
  static Outcome failed(Throwable cause) {
    return new Failed(cause, Optional.empty());
  }

  /** It failed; when the policy allows another attempt, it comes after that time. */
  static Outcome failed(Throwable cause, Duration after) {
    return new Failed(cause, Optional.of(after));
  }

  /** Not now, but after that time; no attempt is counted. */
  static Outcome defer(Duration after) {
    return new Defer(after);
  }

  /** Into the dead-letter stream with that reason. */
  static Outcome dead(String reason) {
    return new Dead(reason, Optional.empty());
  }

  /** Into the dead-letter stream with that reason and the error behind it. */
  static Outcome dead(String reason, Throwable cause) {
    return new Dead(reason, Optional.of(cause));
  }
}
