// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import java.util.Optional;

/**
 * For how long all was seen that happened, and when something was last to be done, as far as that
 * was seen. Looks are as far apart as they usually are; more than that, and something was missed.
 * Not thread-safe.
 */
final class Continuity {

  /** Of what came and went unseen for longer, nothing is known. */
  private static final Duration GAP = Duration.ofSeconds(30);

  /** Flow over a longer time than usual, and than this, says nothing of a moment. */
  private static final Duration LONG_STEP = Duration.ofSeconds(15);

  /** Before there were two looks they are as far apart as one likes. */
  private static final Duration ANY = Duration.ofDays(1);

  private Optional<Duration> seenAt = Optional.empty();
  private Duration since = Duration.ZERO;
  private Duration busyAt = Duration.ZERO;
  private Duration step = ANY;

  /** What a look adds. */
  enum Look {
    /** To all that was seen before. */
    NEXT,
    /** It is the first, or so much later that what is known begins with it. */
    FIRST,
    /** The first after much was missed, with what went through meanwhile. */
    AFTER_A_GAP
  }

  /** Another look, after which it is known what went through. */
  Look look(Measurement now, Flow flow) {
    var isFirst = seenAt.isEmpty();
    var isNext = Patience.isWithin(longest(GAP).plusNanos(1), seenAt, now.at());
    var isShort = flow.time().compareTo(longest(LONG_STEP)) <= 0;
    step = flow.time();
    seenAt = Optional.of(now.at());
    if (!isNext) {
      since = now.at();
    }
    if (!isNext || now.hasWork() || flow.added() > 0) {
      busyAt = now.at();
    }
    return isNext && isShort ? Look.NEXT : isFirst ? Look.FIRST : Look.AFTER_A_GAP;
  }

  private Duration longest(Duration usual) {
    var twice = step.multipliedBy(2);
    return twice.compareTo(usual) > 0 ? twice : usual;
  }

  /** For how long nothing was missed. */
  Duration known(Duration now) {
    return now.minus(since);
  }

  /** For how long nothing was to be done, as far as that is known. */
  Duration idle(Duration now) {
    return now.minus(busyAt);
  }
}
