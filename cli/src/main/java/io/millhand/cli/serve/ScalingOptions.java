// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.autoscale.GroupPolicy;
import io.millhand.cli.autoscale.Policies;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.kubernetes.PodAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What fleets are to keep to, and whether Kubernetes is told who of them is idle. */
final class ScalingOptions {

  @Option(
      names = "--scale",
      paramLabel = "SPEC",
      description = {
        "What the fleet of a group is to keep to, again for each: " + GroupPolicy.FORM + ".",
        "Stream and group may be patterns, any by default; the first that fits holds. It is decided every 5 s",
        "how many workers are needed where this, --external-metrics-port or --keda-port is given."
      })
  private List<String> specs = new ArrayList<>();

  @Option(
      names = "--pod-deletion-cost",
      description = {
        "While fewer workers are needed than are there, mark the pods that hold the fewest entries, so that",
        "Kubernetes takes those first. Its pod must be allowed to patch pods of its namespace."
      })
  private boolean podDeletionCost;

  /** Made for picocli. */
  ScalingOptions() {}

  /**
   * How to decide, where somebody wants to know.
   *
   * @param asked whether anybody will ask for what is decided
   * @throws CommandFailure when the options cannot work
   */
  Optional<Scaling.Settings> settings(boolean asked, Selection selection, Signals signals) {
    var policies = Policies.of(specs);
    for (var name : policies.named()) {
      if (!selection.wants(name.stream(), name.group())) {
        throw CommandFailure.usage(
            "--scale names group %s of %s, but --streams and --groups leave it out"
                .formatted(Escape.text(name.group()), Escape.text(name.stream())));
      }
    }
    var isWanted = asked || !specs.isEmpty() || podDeletionCost;
    return isWanted
        ? Optional.of(new Scaling.Settings(policies, signals, Optional.ofNullable(account())))
        : Optional.empty();
  }

  private @Nullable PodAccount account() {
    if (!podDeletionCost) {
      return null;
    }
    return PodAccount.here()
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "--pod-deletion-cost needs a cluster, and this process runs in no pod"));
  }
}
