// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.ExitCode;
import io.millhand.cli.Names;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.TargetOptions;
import io.millhand.config.GroupStart;
import picocli.CommandLine.Mixin;

/** Sets after which entry a group goes on, for the two commands that do. A mixin. */
public final class GroupPosition {

  private static final String WHAT = "group set-id";

  @Mixin private TargetOptions target = new TargetOptions();
  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public GroupPosition() {}

  int set(Names names, GroupStart where) {
    var stream = target.stream(names);
    var group = target.group(names);
    try (var millhand = redis.connect()) {
      var operator = millhand.operator();
      var plan = operator.planPosition(stream, group, where);
      var facts =
          Facts.plan(WHAT)
              .add("stream", stream)
              .add("group", group)
              .add("from", plan.from())
              .add("to", plan.to())
              .add("again", plan.again())
              .add("skipped", plan.skipped());
      if (plan.again().entries() > 0) {
        facts.warn("entries above " + plan.to() + " are given out again, finished or not");
      }
      if (plan.skipped().entries() > 0) {
        facts.warn("the group is never given the entries that are skipped");
      }
      if (!confirmation.agreedTo(facts, output)) {
        return ExitCode.OK;
      }
      var set = operator.setPosition(stream, group, where);
      Facts.done(WHAT).add("from", set.from()).add("to", set.to()).print(output);
      return ExitCode.OK;
    }
  }
}
