// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.Advice;
import io.millhand.autoscale.Measurement;
import io.millhand.autoscale.Scaler;
import io.millhand.autoscale.ScalingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * A way to decide how many workers there are.
 *
 * @param name short, of lower-case letters, digits and hyphens
 * @param text what it is, in a sentence
 * @param maker makes it for a run
 */
public record Contender(String name, String text, Maker maker) {

  /** Makes one for a run. */
  @FunctionalInterface
  interface Maker {
    /**
     * A new one.
     *
     * @param policy the bounds and the objective
     * @param phase at which second of {@link ByHpa#SYNC} the controller has its turn
     */
    Decider of(ScalingPolicy policy, int phase);
  }

  /** Ours, with a HorizontalPodAutoscaler that asks us. */
  public static final Contender OURS =
      ours(
          "millhand",
          "our decision, through an HPA with the chart's behaviour",
          policy -> new Scaler(policy)::advise);

  /** Ours, done as it says. */
  public static final Contender OURS_BY_EXEC =
      new Contender(
          "millhand-exec",
          "our decision, done at once: millhand scale --exec",
          (policy, phase) -> new Ours(new Scaler(policy)::advise));

  /** All that come with it, ours first. */
  public static List<Contender> all() {
    var all = new ArrayList<Contender>();
    all.add(OURS);
    all.add(OURS_BY_EXEC);
    all.add(
        new Contender(
            "article",
            "the article's HPA: pending entries, 100 for each worker",
            (policy, phase) ->
                new NeverNone(
                    new ByHpa(
                        new Counted("pending", Sight::pending),
                        HpaSpec.of(Math.max(1, policy.min()), policy.max(), 100_000),
                        phase))));
    for (int target : List.of(5, 20, 100)) {
      all.add(
          keda(
              "keda-lag-" + target,
              "KEDA's redis-streams scaler with lagCount " + target,
              target,
              Sight::lag));
    }
    for (int target : List.of(5, 20, 100)) {
      all.add(
          keda(
              "keda-both-" + target,
              "KEDA with the formula lag + pending, %d for each worker".formatted(target),
              target,
              sight -> sight.lag() + sight.pending()));
    }
    all.add(latencySteps());
    all.add(
        new Contender(
            "max", "always the most workers", (policy, phase) -> new Fixed(policy.max())));
    return List.copyOf(all);
  }

  /** The one of that name. */
  public static Optional<Contender> named(String name) {
    return all().stream().filter(one -> one.name().equals(name)).findFirst();
  }

  /** Another decision, asked for as ours is. */
  static Contender ours(
      String name, String text, Function<ScalingPolicy, Function<Measurement, Advice>> adviser) {
    return new Contender(
        name, text, (policy, phase) -> byChart(policy, phase, adviser.apply(policy)));
  }

  private static Decider byChart(
      ScalingPolicy policy, int phase, Function<Measurement, Advice> adviser) {
    var signal = new Ours(adviser);
    var spec = HpaSpec.of(Math.max(1, policy.min()), policy.max(), 1000).behaviour(Ours.CHART);
    return waking(policy, new ByHpa(signal, spec, phase), Ours.KEDA, Contender::hasWork);
  }

  private static boolean hasWork(Sight sight) {
    return sight.lag() + sight.pending() > 0;
  }

  private static Contender keda(String name, String text, int target, ToLongFunction<Sight> count) {
    return new Contender(
        name,
        text,
        (policy, phase) ->
            waking(
                policy,
                new ByHpa(
                    new Counted("entries", count),
                    HpaSpec.of(Math.max(1, policy.min()), policy.max(), target * 1000L),
                    phase),
                Waking.Manner.USUAL,
                sight -> count.applyAsLong(sight) > 0));
  }

  private static Decider waking(
      ScalingPolicy policy, Decider above, Waking.Manner manner, Predicate<Sight> active) {
    return policy.min() == 0 ? new Waking(above, active, manner) : above;
  }

  private static Contender latencySteps() {
    return new Contender(
        "latency",
        "one worker more while the oldest entry waits a quarter of the objective, one fewer after"
            + " 10 calm minutes",
        (policy, phase) -> {
          var high = policy.objective().toMillis() / 4000.0;
          return new NeverNone(
              new ByHpa(
                  new LatencySteps(high / 4, high),
                  HpaSpec.of(Math.max(1, policy.min()), policy.max(), 1000),
                  phase));
        });
  }

  /** Keeps one where it would be nobody: it has nobody to wake it. */
  private record NeverNone(Decider other) implements Decider {
    @Override
    public int ask(Sight sight) {
      return Math.max(1, other.ask(sight));
    }

    @Override
    public String reason() {
      return other.reason();
    }
  }

  /** Always as many. */
  private record Fixed(int workers) implements Decider {
    @Override
    public int ask(Sight sight) {
      return workers;
    }

    @Override
    public String reason() {
      return "always as many";
    }
  }
}
