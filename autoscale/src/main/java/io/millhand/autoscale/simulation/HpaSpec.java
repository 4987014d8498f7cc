// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.List;
import java.util.Optional;

/**
 * What a HorizontalPodAutoscaler is told: one metric of type External with a target of type
 * AverageValue.
 *
 * @param min minReplicas
 * @param max maxReplicas
 * @param averageValue the target, in thousandths
 * @param behaviour how fast it goes; empty for what held before there was one: at most twice as
 *     many or 4 at once upward, 300 s of stabilization downward
 */
public record HpaSpec(int min, int max, long averageValue, Optional<Behaviour> behaviour) {

  /** With no behaviour given. */
  public static HpaSpec of(int min, int max, long averageValue) {
    return new HpaSpec(min, max, averageValue, Optional.empty());
  }

  /** With that behaviour. */
  public HpaSpec behaviour(Behaviour given) {
    return new HpaSpec(min, max, averageValue, Optional.of(given));
  }

  /**
   * How fast it goes.
   *
   * @param up upward
   * @param down downward
   */
  public record Behaviour(Rules up, Rules down) {

    /** What Kubernetes fills in where nothing is said. */
    public static final Behaviour DEFAULT = new Behaviour(Rules.UP, Rules.DOWN);

    /** With these rules upward. */
    public Behaviour up(Rules rules) {
      return new Behaviour(rules, down);
    }

    /** With these rules downward. */
    public Behaviour down(Rules rules) {
      return new Behaviour(up, rules);
    }
  }

  /**
   * How fast it goes in one direction.
   *
   * @param stabilizationSeconds how long it remembers: upward the least, downward the most of what
   *     was asked for in that time holds
   * @param select which of the limits holds
   * @param limits each allows so much in its period
   * @param tolerance by which part of the target the metric may be off; default a tenth
   */
  public record Rules(
      int stabilizationSeconds, Select select, List<Limit> limits, double tolerance) {

    static final double USUAL_TOLERANCE = 0.1;

    /** Kubernetes' own upward: the larger of twice as many and 4 more in 15 s, at once. */
    public static final Rules UP = of(0, Select.MAX, Limit.percent(100, 15), Limit.pods(4, 15));

    /** Kubernetes' own downward: all in 15 s, after 300 s of stabilization. */
    public static final Rules DOWN = of(300, Select.MAX, Limit.percent(100, 15));

    /** Copies. */
    public Rules {
      limits = List.copyOf(limits);
    }

    /** With the usual tolerance. */
    public static Rules of(int stabilizationSeconds, Select select, Limit... limits) {
      return new Rules(stabilizationSeconds, select, List.of(limits), USUAL_TOLERANCE);
    }

    /** With that tolerance. */
    public Rules tolerance(double part) {
      return new Rules(stabilizationSeconds, select, limits, part);
    }
  }

  /** Which of several limits holds. */
  public enum Select {
    /** What allows the largest change. */
    MAX,
    /** What allows the smallest change. */
    MIN,
    /** None: no change at all in that direction. */
    DISABLED
  }

  /** Of what a limit is. */
  public enum Kind {
    /** A number of workers. */
    PODS,
    /** A part of those there were at the start of the period. */
    PERCENT
  }

  /**
   * So much in a period.
   *
   * @param kind of what
   * @param value how many, or how many per cent
   * @param periodSeconds how long the period is
   */
  public record Limit(Kind kind, int value, int periodSeconds) {

    /** So many workers. */
    public static Limit pods(int value, int periodSeconds) {
      return new Limit(Kind.PODS, value, periodSeconds);
    }

    /** So many per cent. */
    public static Limit percent(int value, int periodSeconds) {
      return new Limit(Kind.PERCENT, value, periodSeconds);
    }
  }
}
