// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupArgument;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.inspect.Actions.Despite;
import io.millhand.inspect.Actions.Destruction;
import io.millhand.inspect.Actions.Letters;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand group destroy}. */
@Command(
    name = "destroy",
    description = {
      "Destroy a group. The entries stay in the stream, its dead letters stay, too.",
      "Refused while entries are pending or workers are registered, unless told so.",
      ""
    })
public final class GroupDestroyCommand implements Callable<Integer> {

  private static final String WHAT = "group destroy";

  @Mixin private GroupArgument target = new GroupArgument();

  @Option(
      names = "--even-unfinished",
      description = "Even while entries are pending or deferred: the group forgets them.")
  private boolean evenUnfinished;

  @Option(
      names = "--even-with-workers",
      description =
          "Even while workers are registered: one that lives makes the group anew, from the beginning.")
  private boolean evenWithWorkers;

  @Option(names = "--delete-dead-letters", description = "Delete its dead letters, too, for good.")
  private boolean deleteDeadLetters;

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public GroupDestroyCommand() {}

  @Override
  public Integer call() {
    try (var millhand = redis.connect()) {
      if (!confirmation.agreedTo(plan(millhand.inspector()), output)) {
        return ExitCode.OK;
      }
      var ended =
          millhand
              .operator()
              .destroyGroup(
                  target.stream(),
                  target.group(),
                  despite(),
                  deleteDeadLetters ? Letters.DELETE : Letters.KEEP);
      check(ended);
      Facts.done(WHAT)
          .add("result", ended.result() == Destruction.Result.NONE ? "there is none" : "destroyed")
          .add("pending", ended.pending())
          .add("deadLettersDeleted", ended.deadLetters())
          .print(output);
      return ExitCode.OK;
    }
  }

  private Facts plan(Inspector inspector) {
    var facts = Facts.plan(WHAT).add("stream", target.stream()).add("group", target.group());
    find(inspector)
        .ifPresent(
            there ->
                facts
                    .add("pending", there.pending())
                    .add("deferred", there.deferred())
                    .add("notYetDelivered", there.lag())
                    .add("workers", there.workers())
                    .add(
                        deleteDeadLetters ? "deadLettersToDelete" : "deadLettersThatStay",
                        there.dead()));
    return facts;
  }

  /** None is no error: what is to be gone is gone. */
  private Optional<GroupSnapshot> find(Inspector inspector) {
    return inspector.stream(target.stream()).isEmpty()
        ? Optional.empty()
        : inspector.groups(target.stream()).stream()
            .filter(each -> each.name().equals(target.group()))
            .findFirst();
  }

  private Despite despite() {
    if (evenUnfinished) {
      return evenWithWorkers ? Despite.BOTH : Despite.PENDING;
    }
    return evenWithWorkers ? Despite.WORKERS : Despite.NOTHING;
  }

  private void check(Destruction ended) {
    var name = target.stream() + "/" + target.group();
    switch (ended.result()) {
      case DESTROYED, NONE -> {}
      case PENDING ->
          throw new CommandFailure(
              ExitCode.FAILED,
              "%s was not destroyed: %d entries are pending or deferred. Let workers finish them, or give --even-unfinished."
                  .formatted(name, ended.pending()));
      case WORKERS ->
          throw new CommandFailure(
              ExitCode.FAILED,
              "%s was not destroyed: %d workers are registered, and would make it anew, from the beginning. Stop them first; --even-with-workers if they are known to be dead."
                  .formatted(name, ended.workers()));
    }
  }
}
