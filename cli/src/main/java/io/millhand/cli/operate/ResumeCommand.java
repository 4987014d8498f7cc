// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupArgument;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.delivery.GroupPause;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand resume}. */
@Command(
    name = "resume",
    description = {
      "End a group's pause: within one heartbeat its workers read again, but for those that their own",
      "program has paused.",
      ""
    })
public final class ResumeCommand implements Callable<Integer> {

  private static final String WHAT = "resume";

  @Mixin private GroupArgument target = new GroupArgument();
  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public ResumeCommand() {}

  @Override
  public Integer call() {
    try (var millhand = redis.connect()) {
      if (confirmation.isDryRun()) {
        var there = millhand.inspector().group(target.stream(), target.group());
        Facts.plan(WHAT)
            .add("stream", target.stream())
            .add("group", target.group())
            .add("workers", there.workers())
            .add("notYetDelivered", there.lag())
            .add("paused", there.paused())
            .print(output);
        return ExitCode.OK;
      }
      var ended = millhand.operator().resume(target.stream(), target.group());
      Facts.done(WHAT)
          .add("stream", target.stream())
          .add("group", target.group())
          .add("result", ended.isPresent() ? "resumed" : "was not paused")
          .add("wasPaused", ended.map(GroupPause::toString))
          .print(output);
      return ExitCode.OK;
    }
  }
}
