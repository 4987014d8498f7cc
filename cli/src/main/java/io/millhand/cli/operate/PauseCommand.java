// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupArgument;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.inspect.Actions.Paused;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand pause}. */
@Command(
    name = "pause",
    description = {
      "Pause a group for all its workers, those that start later too: within one heartbeat they read",
      "nothing more. What they hold is finished. It lasts until millhand resume.",
      ""
    })
public final class PauseCommand implements Callable<Integer> {

  private static final String WHAT = "pause";

  @Mixin private GroupArgument target = new GroupArgument();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for colleagues: shown with the group, and recorded.")
  private String reason = "";

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public PauseCommand() {}

  @Override
  public Integer call() {
    try (var millhand = redis.connect()) {
      if (confirmation.isDryRun()) {
        var there = millhand.inspector().group(target.stream(), target.group());
        Facts.plan(WHAT)
            .add("stream", target.stream())
            .add("group", target.group())
            .add("workers", there.workers())
            .add("pending", there.pending())
            .add("pausedBefore", there.paused())
            .print(output);
        return ExitCode.OK;
      }
      var paused = millhand.operator().pause(target.stream(), target.group(), reason);
      var pause = paused.pause();
      Facts.done(WHAT)
          .add("stream", target.stream())
          .add("group", target.group())
          .add(
              "result",
              paused.result() == Paused.Result.PAUSED
                  ? "paused"
                  : "was paused before, and stays so")
          .add("by", pause.who())
          .add("since", pause.since())
          .add("reason", pause.why())
          .print(output);
      return ExitCode.OK;
    }
  }
}
