// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.simulation.HpaSpec.Behaviour;
import io.millhand.autoscale.simulation.HpaSpec.Kind;
import io.millhand.autoscale.simulation.HpaSpec.Limit;
import io.millhand.autoscale.simulation.HpaSpec.Rules;
import io.millhand.autoscale.simulation.HpaSpec.Select;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides as the controller of Kubernetes 1.34 to 1.36 does for one metric of type External with a
 * target of type AverageValue, rounding and comparisons of times included. What it remembers is in
 * memory only, as there: a new one knows nothing. Not thread-safe.
 */
public final class HorizontalAutoscaler {

  private static final int DOWN_WINDOW_SECONDS = 300;
  private static final double LIMIT_FACTOR = 2;
  private static final double LIMIT_LEAST = 4;

  private final HpaSpec spec;
  private final List<Sample> recommendations = new ArrayList<>();
  private final List<Sample> ups = new ArrayList<>();
  private final List<Sample> downs = new ArrayList<>();

  /** A number of workers at a time. */
  private record Sample(double at, int workers) {}

  /** What came of its question for the metric. */
  public sealed interface Reading {

    /**
     * A value, or the sum of several.
     *
     * @param milli in thousandths; below 0 it is taken for an overflow
     */
    record Value(long milli) implements Reading {
      /** So many whole ones. */
      public static Value of(long whole) {
        return new Value(whole * 1000);
      }
    }

    /** An error, or no value at all. */
    record Failed() implements Reading {}
  }

  /** Remembers nothing yet. */
  public HorizontalAutoscaler(HpaSpec spec) {
    this.spec = spec;
  }

  /**
   * One turn, each 15 s usually.
   *
   * @param now seconds, on a clock that never goes back
   * @param reading what the metric says; not asked for where there are too many or too few
   * @param workers how many are asked for now, and in the status of what is scaled
   * @return how many to ask for
   */
  public int sync(double now, Reading reading, int workers) {
    if (recommendations.isEmpty()) {
      recommendations.add(new Sample(now, workers));
    }
    if (workers == 0 && spec.min() != 0) {
      return 0; // whoever sets it to 0 switches it off
    }
    var asked = clampedOrComputed(now, reading, workers);
    if (asked != workers && spec.behaviour().isPresent()) {
      remember(spec.behaviour().get(), now, workers, asked);
    }
    return asked;
  }

  private int clampedOrComputed(double now, Reading reading, int workers) {
    if (workers > spec.max()) {
      return spec.max();
    }
    if (workers < spec.min()) {
      return spec.min();
    }
    return switch (reading) {
      case Reading.Failed failed -> workers; // and no sample
      case Reading.Value value -> normalized(now, workers, proposal(value.milli(), workers));
    };
  }

  private int proposal(long milli, int workers) {
    var usage = milli < 0 ? Long.MAX_VALUE : milli;
    var ratio = usage / ((double) spec.averageValue() * workers);
    if (ratio >= 1 - tolerance(spec.behaviour().map(Behaviour::down))
        && ratio <= 1 + tolerance(spec.behaviour().map(Behaviour::up))) {
      return workers;
    }
    // a cast of what is too large gives the largest int, as the controller takes care to
    return (int) Math.ceil((double) usage / spec.averageValue());
  }

  private static double tolerance(Optional<Rules> rules) {
    return rules.map(Rules::tolerance).orElse(Rules.USUAL_TOLERANCE);
  }

  private int normalized(double now, int workers, int proposal) {
    return spec.behaviour()
        .map(
            behaviour -> {
              var stabilized = stabilized(behaviour, now, workers, proposal);
              return limited(behaviour, now, workers, stabilized);
            })
        .orElseGet(() -> normalizedAsBefore(now, workers, proposal));
  }

  private int normalizedAsBefore(double now, int workers, int proposal) {
    var cutoff = now - DOWN_WINDOW_SECONDS;
    recommendations.removeIf(sample -> sample.at() < cutoff);
    var most =
        Math.max(proposal, recommendations.stream().mapToInt(Sample::workers).max().orElse(0));
    recommendations.add(new Sample(now, proposal));
    var limit = (int) Math.max(LIMIT_FACTOR * workers, LIMIT_LEAST);
    return Math.max(spec.min(), Math.min(most, Math.min(limit, spec.max())));
  }

  /** Between the least that was asked for lately and the most. */
  private int stabilized(Behaviour behaviour, double now, int workers, int proposal) {
    var upCutoff = now - behaviour.up().stabilizationSeconds();
    var downCutoff = now - behaviour.down().stabilizationSeconds();
    var least = proposal;
    var most = proposal;
    for (var sample : recommendations) {
      if (sample.at() > upCutoff) {
        least = Math.min(least, sample.workers());
      }
      if (sample.at() > downCutoff) {
        most = Math.max(most, sample.workers());
      }
    }
    recommendations.removeIf(sample -> sample.at() < upCutoff && sample.at() < downCutoff);
    recommendations.add(new Sample(now, proposal));
    return Math.min(Math.max(workers, least), most);
  }

  private int limited(Behaviour behaviour, double now, int workers, int wanted) {
    if (wanted > workers) {
      var limit = Math.max(workers, upLimit(behaviour.up(), now, workers));
      return Math.min(wanted, Math.min(limit, spec.max()));
    }
    if (wanted < workers) {
      var limit = Math.min(workers, downLimit(behaviour.down(), now, workers));
      return Math.max(wanted, Math.max(limit, spec.min()));
    }
    return wanted;
  }

  private int upLimit(Rules rules, double now, int workers) {
    if (rules.select() == Select.DISABLED) {
      return workers;
    }
    var limits =
        rules.limits().stream()
            .mapToInt(
                limit -> {
                  var before = atStart(limit, now, workers);
                  return limit.kind() == Kind.PODS
                      ? before + limit.value()
                      : (int) Math.ceil(before * (1 + limit.value() / 100.0));
                });
    return rules.select() == Select.MIN
        ? limits.min().orElse(Integer.MAX_VALUE)
        : limits.max().orElse(Integer.MIN_VALUE);
  }

  private int downLimit(Rules rules, double now, int workers) {
    if (rules.select() == Select.DISABLED) {
      return workers;
    }
    var limits =
        rules.limits().stream()
            .mapToInt(
                limit -> {
                  var before = atStart(limit, now, workers);
                  return limit.kind() == Kind.PODS
                      ? before - limit.value()
                      : (int) (before * (1 - limit.value() / 100.0));
                });
    return rules.select() == Select.MIN
        ? limits.max().orElse(Integer.MIN_VALUE)
        : limits.min().orElse(Integer.MAX_VALUE);
  }

  /** How many there were when the period began. */
  private int atStart(Limit limit, double now, int workers) {
    var cutoff = now - limit.periodSeconds();
    return workers - since(cutoff, ups) + since(cutoff, downs);
  }

  private static int since(double cutoff, List<Sample> changes) {
    return changes.stream().filter(change -> change.at() > cutoff).mapToInt(Sample::workers).sum();
  }

  private void remember(Behaviour behaviour, double now, int before, int after) {
    var rules = after > before ? behaviour.up() : behaviour.down();
    var changes = after > before ? ups : downs;
    var longest = rules.limits().stream().mapToInt(Limit::periodSeconds).max().orElse(0);
    var change = new Sample(now, Math.abs(after - before));
    for (int i = changes.size() - 1; i >= 0; i--) {
      if (changes.get(i).at() < now - longest) {
        changes.set(i, change); // one only: others still count where the other direction looks back
        return;
      }
    }
    changes.add(change);
  }
}
