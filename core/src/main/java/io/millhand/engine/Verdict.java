// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.Origin;
import io.millhand.delivery.Outcome;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event.End;
import io.millhand.redis.Arrival;
import io.millhand.redis.Settlement;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From an outcome to what is written: the one decision that fresh, deferred and reclaimed
 * deliveries all meet. Pure.
 *
 * @param settlement what to write
 * @param kind what it means
 */
record Verdict(Settlement settlement, Kind kind) {

  private static final Kind ACKED = new Kind.Acked();
  private static final int STACK_LIMIT = 8192;
  private static final Duration AFTER_FAULT = Duration.ofMinutes(1);

  /** Longer waits, beyond anybody's life, would overflow somewhere on their way. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

  /** What a settlement means, for events. */
  sealed interface Kind {
    /** Handled. */
    record Acked() implements Kind {}

    /** Handled after it had been given up: the ack goes out without a permit. */
    record AckedLate() implements Kind {}

    /**
     * Later.
     *
     * @param attempts failed attempts so far
     * @param after the wait
     * @param cause why
     */
    record Deferred(int attempts, Duration after, @Nullable Throwable cause) implements Kind {}

    /** Handed back. */
    record Released() implements Kind {}

    /**
     * Given up.
     *
     * @param end which kind of end
     * @param reason why
     * @param attempts failed attempts
     * @param cause the last error
     */
    record Dead(End end, String reason, int attempts, @Nullable Throwable cause) implements Kind {}
  }

  /** What decides besides the outcome. */
  record Rules(
      Delivery.Source source,
      String consumer,
      RetryPolicy retry,
      int maxCrashes,
      long deadLetterLimit,
      Duration reclaimAfter) {}

  static Verdict of(Outcome outcome, Arrival arrival, Rules rules, double random) {
    return switch (outcome) {
      case Outcome.Ack ack -> ack(arrival);
      case Outcome.Defer defer -> {
        var after = within(defer.after());
        yield defer(
            arrival, after, -1, new Kind.Deferred(arrival.count().attempts(), after, null), "");
      }
      case Outcome.Dead dead ->
          dead(
              arrival,
              rules,
              new Kind.Dead(
                  end(dead, arrival, rules),
                  dead.reason(),
                  arrival.count().attempts(),
                  dead.cause().orElse(null)));
      case Outcome.Failed failed -> failed(arrival, rules, failed, random);
    };
  }

  /** An entry with so many crashes never reaches a handler, so that none can have said this. */
  private static End end(Outcome.Dead dead, Arrival arrival, Rules rules) {
    if (arrival.count().crashes() >= rules.maxCrashes()) {
      return End.CRASHES;
    }
    return dead.reason().equals(Work.UNDECODABLE) ? End.UNDECODABLE : End.HANDLER;
  }

  private static Verdict failed(
      Arrival arrival, Rules rules, Outcome.Failed failed, double random) {
    var attempts = arrival.count().attempts() + 1;
    return switch (rules.retry().decide(failed.cause(), attempts, random)) {
      case RetryPolicy.Decision.GiveUp giveUp ->
          dead(
              arrival,
              rules,
              new Kind.Dead(
                  attempts >= rules.retry().maxAttempts() ? End.ATTEMPTS : End.FATAL,
                  giveUp.reason(),
                  attempts,
                  failed.cause()));
      case RetryPolicy.Decision.Retry retry -> {
        var after = within(failed.after().orElse(retry.after()));
        yield defer(
            arrival,
            after,
            attempts,
            new Kind.Deferred(attempts, after, failed.cause()),
            describe(failed.cause()));
      }
    };
  }

  /**
   * When the decision itself failed, by a fault of the policy or of an outcome: a minute's wait, an
   * attempt counted.
   */
  static Verdict ofBroken(Arrival arrival, Throwable fault) {
    var attempts = arrival.count().attempts() + 1;
    return defer(
        arrival,
        AFTER_FAULT,
        attempts,
        new Kind.Deferred(attempts, AFTER_FAULT, fault),
        fault.toString());
  }

  private static Verdict ack(Arrival arrival) {
    // Only what came back can have records.
    var settlement =
        arrival.origin() == Origin.NEW
            ? new Settlement.Ack(arrival.id())
            : new Settlement.AckRecorded(arrival.id());
    return new Verdict(settlement, ACKED);
  }

  static Verdict ackLate(Arrival arrival) {
    return new Verdict(new Settlement.AckRecorded(arrival.id()), new Kind.AckedLate());
  }

  private static Verdict defer(
      Arrival arrival, Duration after, int attempts, Kind kind, String error) {
    return new Verdict(
        new Settlement.Defer(
            arrival.id(),
            arrival.count().deliveries(),
            after,
            arrival.count().deliveries(),
            Duration.ZERO,
            attempts,
            arrival.count().crashes(),
            error),
        kind);
  }

  private static Duration within(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  /**
   * Handed back unattempted: due now, the delivery not counted, old enough for clients that claim
   * by idle time.
   */
  static Verdict release(Arrival arrival, Rules rules) {
    return release(arrival, rules, Duration.ZERO);
  }

  /** The same, but not due before that time. */
  static Verdict release(Arrival arrival, Rules rules, Duration delay) {
    var deliveries = arrival.count().deliveries();
    return new Verdict(
        new Settlement.Defer(
            arrival.id(),
            deliveries,
            delay,
            Math.max(0, deliveries - 1),
            delay.isZero() ? rules.reclaimAfter() : Duration.ZERO,
            -1,
            arrival.count().crashes(),
            ""),
        new Kind.Released());
  }

  private static Verdict dead(Arrival arrival, Rules rules, Kind.Dead kind) {
    var facts =
        new ArrayList<>(
            List.of(
                "~id", arrival.id().toString(),
                "~stream", rules.source().stream(),
                "~group", rules.source().group(),
                "~consumer", rules.consumer(),
                "~reason", kind.reason(),
                "~attempts", Integer.toString(kind.attempts()),
                "~crashes", Integer.toString(arrival.count().crashes()),
                "~deliveries", Long.toString(arrival.count().deliveries()),
                "~origin", arrival.origin().name()));
    var error = kind.cause();
    if (error != null) {
      facts.addAll(
          List.of(
              "~error", error.getClass().getName(),
              "~text", String.valueOf(error.getMessage()),
              "~stack", stack(error)));
    }
    return new Verdict(
        new Settlement.Dead(
            arrival.id(), arrival.count().deliveries(), rules.deadLetterLimit(), facts),
        kind);
  }

  private static String describe(Throwable error) {
    var message = error.getMessage();
    var name = error.getClass().getName();
    return message == null ? name : name + ": " + message;
  }

  private static String stack(Throwable error) {
    var text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.getBuffer().length() <= STACK_LIMIT
        ? text.toString()
        : text.toString().substring(0, STACK_LIMIT);
  }
}
