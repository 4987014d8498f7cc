// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Durations;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Ids;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StreamArgument;
import io.millhand.cli.Texts;
import io.millhand.inspect.Actions.Reach;
import io.millhand.inspect.Actions.TrimPlan;
import io.millhand.inspect.Actions.TrimRule;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand trim}. */
@Command(
    name = "trim",
    description = {
      "Remove old entries from a stream, for good; never past what some group has not finished, unless told so.",
      ""
    },
    footer = {
      "",
      "Finished is what every group has been given and has settled; the last such entry stays.",
      "",
      "Examples:",
      "  millhand trim --stream orders --older-than 7d --dry-run",
      "  millhand trim --stream orders --keep 100000 --yes"
    })
public final class TrimCommand implements Callable<Integer> {

  private static final String WHAT = "trim";

  @Mixin private StreamArgument stream = new StreamArgument();

  @ArgGroup(multiplicity = "1")
  private Rule rule = new Rule();

  /** Which entries are to go: one of three. */
  static final class Rule {
    @Option(
        names = "--older-than",
        paramLabel = "TIME",
        required = true,
        description = "What was added longer ago, such as 7d; 0s for everything.")
    private @Nullable Duration olderThan;

    @Option(
        names = "--before",
        paramLabel = "ID",
        required = true,
        description = "What lies below that entry id.")
    private @Nullable String before;

    @Option(
        names = "--keep",
        paramLabel = "N",
        required = true,
        description = "All but the newest N.")
    private @Nullable Long keep;

    private TrimRule read() {
      if (olderThan != null) {
        if (olderThan.isNegative()) {
          throw CommandFailure.usage(
              "--older-than must not be negative, but is " + Durations.format(olderThan));
        }
        return new TrimRule.OlderThan(olderThan);
      }
      if (keep != null) {
        if (keep < 0) {
          throw CommandFailure.usage("--keep must be 0 or more, but is " + keep);
        }
        return new TrimRule.AllBut(keep);
      }
      return new TrimRule.Below(Ids.parse(String.valueOf(before)));
    }
  }

  @Option(
      names = "--past-unfinished",
      description = "Also what groups have not finished: those entries are LOST to them.")
  private boolean pastUnfinished;

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public TrimCommand() {}

  @Override
  public Integer call() {
    var what = rule.read();
    var reach = pastUnfinished ? Reach.PAST_UNFINISHED : Reach.FINISHED;
    try (var millhand = redis.connect()) {
      var operator = millhand.operator();
      var plan = operator.planTrim(stream.stream(), what, reach);
      if (!confirmation.agreedTo(facts(plan), output)) {
        return ExitCode.OK;
      }
      // What was shown, though time has gone by.
      var gone = operator.trim(stream.stream(), new TrimRule.Below(plan.firstKept()), reach);
      Facts.done(WHAT).add("stream", stream.stream()).add("removed", gone).print(output);
      return ExitCode.OK;
    }
  }

  private Facts facts(TrimPlan plan) {
    var facts =
        Facts.plan(WHAT)
            .add("stream", stream.stream())
            .add("toRemove", plan.entries())
            .add("firstKept", plan.firstKept())
            .add("heldBy", plan.heldBy());
    plan.heldBy()
        .ifPresent(
            group ->
                facts.warn(
                    "the group %s has not finished what comes from %s on"
                        .formatted(group, plan.firstKept())));
    if (plan.groups() == 0) {
      facts.warn(
          pastUnfinished
              ? "the stream has no group: nobody has finished anything of it"
              : "the stream has no group, so nobody has finished anything: nothing goes without --past-unfinished");
    }
    plan.losses()
        .forEach(
            loss ->
                facts.warn(
                    "the group %s LOSES %s pending entries and %s that it was never given"
                        .formatted(
                            loss.group(),
                            Texts.lag(loss.pending()),
                            Texts.lag(loss.undelivered()))));
    return facts;
  }
}
