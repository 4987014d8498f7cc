// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what follows a failed attempt: another try after a wait, or the dead letters. A pure
 * value: no clock, no Redis, no state; each method returns a changed copy.
 *
 * <p>Defaults: 10 attempts, 20 % jitter, every exception is retried but {@link
 * UndecodableException}.
 */
public final class RetryPolicy {

  private static final int DEFAULT_ATTEMPTS = 10;
  private static final double DEFAULT_JITTER = 0.2;

  /** A hundred years, far enough and safe to reckon with. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

  private final Backoff backoff;
  private final int maxAttempts;
  private final double jitter;
  private final List<Class<? extends Throwable>> fatal;

  /** Empty: everything that is not fatal is retried. */
  private final List<Class<? extends Throwable>> retryable;

  private RetryPolicy(
      Backoff backoff,
      int maxAttempts,
      double jitter,
      List<Class<? extends Throwable>> fatal,
      List<Class<? extends Throwable>> retryable) {
    this.backoff = backoff;
    this.maxAttempts = maxAttempts;
    this.jitter = jitter;
    this.fatal = fatal;
    this.retryable = retryable;
  }

  /** What follows a failed attempt. */
  public sealed interface Decision {
    /**
     * Try again.
     *
     * @param after how long to wait
     */
    record Retry(Duration after) implements Decision {}

    /**
     * Into the dead letters.
     *
     * @param reason why, in words for an operator
     */
    record GiveUp(String reason) implements Decision {}
  }

  /** The same wait before each further attempt. */
  public static RetryPolicy fixed(Duration delay) {
    return custom(Backoff.fixed(delay));
  }

  /**
   * A wait that doubles with each failure.
   *
   * @param first the wait after the first failure, more than 0
   * @param cap the longest wait, not below {@code first}
   * @throws IllegalArgumentException when the two do not fit
   */
  public static RetryPolicy exponential(Duration first, Duration cap) {
    return custom(Backoff.exponential(first, cap));
  }

  /** Waits of your own. */
  public static RetryPolicy custom(Backoff backoff) {
    return new RetryPolicy(
        backoff, DEFAULT_ATTEMPTS, DEFAULT_JITTER, List.of(UndecodableException.class), List.of());
  }

  /** No second attempt: the first failure leads to the dead letters. */
  public static RetryPolicy never() {
    return fixed(Duration.ZERO).maxAttempts(1);
  }

  /**
   * How often a handler may run and fail before the entry goes to the dead letters; default 10.
   *
   * @throws IllegalArgumentException when below 1
   */
  public RetryPolicy maxAttempts(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("maxAttempts must be 1 or more, but is " + count);
    }
    return new RetryPolicy(backoff, count, jitter, fatal, retryable);
  }

  /**
   * How far a wait is spread, so that entries that failed together do not come back together: a
   * wait is multiplied by a random factor between {@code 1 - share} and {@code 1 + share}. Default
   * 0.2; 0 turns it off.
   *
   * @throws IllegalArgumentException when not within 0 and 1
   */
  public RetryPolicy jitter(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("jitter must be between 0 and 1, but is " + share);
    }
    return new RetryPolicy(backoff, maxAttempts, share, fatal, retryable);
  }

  /**
   * Errors that are never retried, also where they are the cause of another one. Adds to earlier
   * calls.
   */
  @SafeVarargs
  public final RetryPolicy fatal(Class<? extends Throwable>... types) {
    var all = new ArrayList<>(fatal);
    for (var type : types) {
      all.add(type);
    }
    return new RetryPolicy(backoff, maxAttempts, jitter, List.copyOf(all), retryable);
  }

  /**
   * The only errors that are retried, also where they are the cause of another one; all others lead
   * to the dead letters at once. Adds to earlier calls. Where an error is both, {@link #fatal}
   * wins.
   */
  @SafeVarargs
  public final RetryPolicy retryOnly(Class<? extends Throwable>... types) {
    var all = new ArrayList<>(retryable);
    for (var type : types) {
      all.add(type);
    }
    return new RetryPolicy(backoff, maxAttempts, jitter, fatal, List.copyOf(all));
  }

  /** The limit of attempts. */
  public int maxAttempts() {
    return maxAttempts;
  }

  /**
   * Decides.
   *
   * @param cause why the attempt failed
   * @param attempts how often it has failed, this time included, from 1
   * @param random where in the spread the wait falls, from 0 to 1
   */
  public Decision decide(Throwable cause, int attempts, double random) {
    if (isAnyOf(fatal, cause)) {
      return new Decision.GiveUp("the error is fatal by the retry policy");
    }
    if (!retryable.isEmpty() && !isAnyOf(retryable, cause)) {
      return new Decision.GiveUp("the error is not among those that the retry policy retries");
    }
    if (attempts >= maxAttempts) {
      return new Decision.GiveUp("failed %d of %d attempts".formatted(attempts, maxAttempts));
    }
    return new Decision.Retry(spread(backoff.after(attempts), random));
  }

  private Duration spread(Duration wait, double random) {
    var bounded = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    var factor = 1 + jitter * (2 * random - 1);
    return Duration.ofMillis(Math.round(Math.max(0, bounded.toMillis() * factor)));
  }

  private static boolean isAnyOf(List<Class<? extends Throwable>> types, Throwable error) {
    var seen = new IdentityHashMap<Throwable, Boolean>();
    @Nullable Throwable each = error;
    while (each != null && seen.put(each, true) == null) {
      for (var type : types) {
        if (type.isInstance(each)) {
          return true;
        }
      }
      each = each.getCause();
    }
    return false;
  }
}
