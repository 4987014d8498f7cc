// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Ids;
import io.millhand.cli.Names;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.TargetOptions;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Actions.Handover;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the commands share that are given ids of pending entries. A mixin. */
public final class Handing {

  @Parameters(
      paramLabel = "[STREAM [GROUP]] ID...",
      hideParamSyntax = true,
      arity = "0..*",
      description = "Stream and group, where no flag names them, and ids of entries.")
  private List<String> words = new ArrayList<>();

  @Mixin private TargetOptions target = new TargetOptions();
  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public Handing() {}

  String stream() {
    return target.stream(names());
  }

  String group() {
    return target.group(names());
  }

  Confirmation confirmation() {
    return confirmation;
  }

  RedisOptions redis() {
    return redis;
  }

  Output output() {
    return output;
  }

  private Names names() {
    return Names.beforeIds(words, Names.Front.GROUP);
  }

  boolean hasIds() {
    return !names().rest().isEmpty();
  }

  /** Each once, in order. */
  List<EntryId> ids() {
    return names().rest().stream().map(Ids::parse).distinct().toList();
  }

  List<EntryId> someIds() {
    if (!hasIds()) {
      throw CommandFailure.usage("which entries? Give their ids; millhand pending lists them");
    }
    return ids();
  }

  Facts plan(String what) {
    return Facts.plan(what).add("stream", stream()).add("group", group());
  }

  /** Prints what was done, and what was left alone: to repeat a command is no failure. */
  int done(String what, Handover handover) {
    Facts.done(what)
        .add("entries", handover.done())
        .add("trimmed", handover.trimmed())
        .add("leftAlone", handover.missed())
        .print(output);
    return ExitCode.OK;
  }
}
