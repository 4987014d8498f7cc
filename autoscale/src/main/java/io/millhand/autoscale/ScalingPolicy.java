// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a fleet is to keep to. The defaults need no tuning; {@link #problems} says what cannot work.
 *
 * @param min fewest workers, 0 or more; default 0: with no work at all there is nobody
 * @param max most workers, 1 or more; default 100. More than Redis, or whatever the handlers call,
 *     can bear do harm; {@link Scaler} stops where more do not help
 * @param objective how long an entry may wait to be handled; default 2 minutes, 1 second to a day.
 *     Shorter than workers take to start and a scaler to ask cannot be kept when the load steps up
 * @param drain in which time a backlog is to be worked off; default half the objective. Shorter
 *     asks for more workers at each burst
 * @param utilisation which part of its time a worker is to be busy at a steady load, above 0 and at
 *     most 1; default 0.9. Lower costs more and takes bursts better
 * @param rate entries that one worker settles in a second while it is busy, to begin with; empty by
 *     default: it is learnt from the first worker. What is learnt replaces it
 */
public record ScalingPolicy(
    int min, int max, Duration objective, Duration drain, double utilisation, OptionalDouble rate) {

  private static final Duration LONGEST = Duration.ofDays(1);

  /** The defaults. */
  public static final ScalingPolicy DEFAULT =
      new ScalingPolicy(
          0, 100, Duration.ofMinutes(2), Duration.ofMinutes(1), 0.9, OptionalDouble.empty());

  /** With these bounds. */
  public ScalingPolicy between(int fewest, int most) {
    return new ScalingPolicy(fewest, most, objective, drain, utilisation, rate);
  }

  /** With that objective, and half of it to drain a backlog. */
  public ScalingPolicy objective(Duration time) {
    return new ScalingPolicy(min, max, time, time.dividedBy(2), utilisation, rate);
  }

  /** With that time to drain a backlog. */
  public ScalingPolicy drain(Duration time) {
    return new ScalingPolicy(min, max, objective, time, utilisation, rate);
  }

  /** With that utilisation. */
  public ScalingPolicy utilisation(double part) {
    return new ScalingPolicy(min, max, objective, drain, part, rate);
  }

  /** With that rate to begin with. */
  public ScalingPolicy rate(double perSecond) {
    return new ScalingPolicy(min, max, objective, drain, utilisation, OptionalDouble.of(perSecond));
  }

  /** What cannot work, in words; nothing where all can. */
  public List<String> problems() {
    var problems = new ArrayList<String>();
    check(problems, min >= 0, "min must be 0 or more, but is " + min);
    check(
        problems,
        max >= Math.max(1, min),
        "max must be 1 or more, and not below min (%d), but is %d".formatted(min, max));
    check(
        problems,
        objective.compareTo(Duration.ofSeconds(1)) >= 0 && objective.compareTo(LONGEST) <= 0,
        "objective must be 1 second to a day, but is %s s".formatted(seconds(objective)));
    check(
        problems,
        drain.compareTo(Duration.ofMillis(500)) >= 0 && drain.compareTo(LONGEST) <= 0,
        "drain must be half a second to a day, but is %s s".formatted(seconds(drain)));
    check(
        problems,
        utilisation > 0 && utilisation <= 1,
        "utilisation must be above 0 and at most 1, but is " + utilisation);
    rate.ifPresent(
        perSecond ->
            check(
                problems,
                perSecond > 0 && perSecond <= 1e6,
                "rate must be above 0 and at most 1000000 a second, but is " + perSecond));
    return problems;
  }

  /** Of any duration: the longest has no number of milliseconds. */
  private static String seconds(Duration time) {
    return BigDecimal.valueOf(time.getSeconds())
        .add(BigDecimal.valueOf(time.getNano(), 9))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static void check(List<String> problems, boolean ok, String problem) {
    if (!ok) {
      problems.add(problem);
    }
  }
}
