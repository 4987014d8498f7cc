// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Names;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.TargetOptions;
import io.millhand.inspect.Actions.Pending;
import io.millhand.inspect.Actions.Removal;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millhand consumer remove}. */
@Command(
    name = "remove",
    description = {
      "Remove a consumer on which nothing is pending. With a consumer Redis drops what is pending there:",
      "--take-over makes those entries due now first. A living worker is never removed.",
      ""
    })
public final class ConsumerRemoveCommand implements Callable<Integer> {

  private static final String WHAT = "consumer remove";

  @Parameters(
      arity = "1..3",
      paramLabel = "[STREAM [GROUP]] CONSUMER",
      hideParamSyntax = true,
      description = "Stream and group, where no flag names them, and the consumer's name.")
  private List<String> words = new ArrayList<>();

  @Mixin private TargetOptions target = new TargetOptions();

  @Option(
      names = "--take-over",
      description = "First make what is pending there due now, for whichever worker comes first.")
  private boolean takeOver;

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public ConsumerRemoveCommand() {}

  private record Aim(String stream, String group, String consumer) {}

  @Override
  public Integer call() {
    var names = Names.beforeLast(words, Names.Front.GROUP);
    var aim = new Aim(target.stream(names), target.group(names), names.rest().getFirst());
    try (var millhand = redis.connect()) {
      if (!confirmation.agreedTo(plan(millhand.inspector(), aim), output)) {
        return ExitCode.OK;
      }
      var removal =
          millhand
              .operator()
              .removeConsumer(
                  aim.stream(),
                  aim.group(),
                  aim.consumer(),
                  takeOver ? Pending.TAKE_OVER : Pending.REFUSE);
      check(removal, aim);
      Facts.done(WHAT)
          .add("consumer", aim.consumer())
          .add("result", removal.result() == Removal.Result.NONE ? "there is none" : "removed")
          .add("released", removal.released())
          .add("trimmed", removal.trimmed())
          .print(output);
      return ExitCode.OK;
    }
  }

  private Facts plan(Inspector inspector, Aim aim) {
    var facts =
        Facts.plan(WHAT)
            .add("stream", aim.stream())
            .add("group", aim.group())
            .add("consumer", aim.consumer());
    inspector.consumers(aim.stream(), aim.group()).stream()
        .filter(each -> each.name().equals(aim.consumer()))
        .findFirst()
        .ifPresentOrElse(there -> describe(facts, there), () -> facts.warn("there is none"));
    return facts;
  }

  private void describe(Facts facts, ConsumerSnapshot there) {
    facts
        .add("kind", there.kind().name().toLowerCase(Locale.ROOT))
        .add(takeOver ? "toRelease" : "pending", there.pending());
  }

  private static void check(Removal removal, Aim aim) {
    var why =
        switch (removal.result()) {
          case REMOVED, NONE -> "";
          case PENDING ->
              "entries are pending there, and would be lost to the group. Give --take-over to make them due now first.";
          case ALIVE ->
              "it is a registered worker, and its connection is not known to be gone. Stop it; a dead one is removed by the group's keeper.";
          case RESERVED -> "it is reserved, and owns what waits for its due time.";
        };
    if (!why.isEmpty()) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "%s of %s/%s was not removed: %s"
              .formatted(aim.consumer(), aim.stream(), aim.group(), why));
    }
  }
}
