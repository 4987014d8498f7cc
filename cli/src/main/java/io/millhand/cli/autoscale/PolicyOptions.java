// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.cli.CommandFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a fleet is to keep to. A mixin. */
public final class PolicyOptions {

  @Option(
      names = "--objective",
      paramLabel = "TIME",
      description = "How long an entry may wait (default 2m).")
  private @Nullable Duration objective;

  @Option(
      names = "--drain",
      paramLabel = "TIME",
      description = "In which time a backlog is worked off (default half the objective).")
  private @Nullable Duration drain;

  @Option(
      names = "--utilisation",
      paramLabel = "PART",
      description = "Which part of its time a worker is busy at a steady load (default 0.9).")
  private @Nullable Double utilisation;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Entries a second that a busy worker settles, to begin with (default: learnt).")
  private @Nullable Double rate;

  @Option(names = "--min", paramLabel = "N", description = "Fewest workers.")
  private @Nullable Integer min;

  @Option(names = "--max", paramLabel = "N", description = "Most workers.")
  private @Nullable Integer max;

  /** Made for picocli. */
  public PolicyOptions() {}

  /**
   * What is given, over a policy that holds else.
   *
   * @throws CommandFailure when that cannot work
   */
  public ScalingPolicy over(ScalingPolicy usual) {
    var policy = objective == null ? usual : usual.objective(objective);
    policy = drain == null ? policy : policy.drain(drain);
    policy = utilisation == null ? policy : policy.utilisation(utilisation);
    policy = rate == null ? policy : policy.rate(rate);
    policy = policy.between(min == null ? usual.min() : min, max == null ? usual.max() : max);
    var problems = policy.problems();
    if (!problems.isEmpty()) {
      throw CommandFailure.usage(String.join("; ", problems));
    }
    return policy;
  }
}
