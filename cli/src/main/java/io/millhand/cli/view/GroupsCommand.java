// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.ExitCode;
import io.millhand.cli.Output;
import io.millhand.cli.OverOption;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StreamsArgument;
import io.millhand.inspect.Verdict;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand groups}. */
@Command(
    name = "groups",
    description = {
      "List groups: how they are, what they have not been given, and not finished.",
      ""
    },
    footer = {
      "",
      "VERDICT: ok, slow (more comes than is settled), poisoned (entries end in the dead letters,",
      "or kill workers), stalled (nothing moves), stopped (nobody is there), unknown. It takes",
      "two looks; the reason stands below, where it is not ok.",
      "LAG: entries not given to the group yet; \"≥ n\" where Redis cannot tell.",
      "PENDING: given to a consumer and not settled. DEFERRED: waiting for a retry. DEAD: dead letters.",
      "IN/S, OUT/S: entries added, and settled, in a second. WORKERS: alive; +n gone."
    })
public final class GroupsCommand implements Callable<Integer> {

  private static final Duration USUAL = Duration.ofSeconds(1);

  @Mixin private StreamsArgument streams = new StreamsArgument();
  @Mixin private OverOption over = new OverOption();

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public GroupsCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var groups = Watch.groups(inspector, streams.keys(inspector), over.orElse(USUAL));
      if (output.isJson()) {
        groups.forEach(group -> output.line(SeenJson.line(group, SeenJson::group)));
      } else if (groups.isEmpty()) {
        output.line("No groups.");
      } else {
        output.table(GroupText.HEAD, groups.stream().map(GroupText::row).toList());
        groups.stream()
            .filter(
                each ->
                    each.verdict().kind() != Verdict.Kind.OK || each.group().paused().isPresent())
            .map(GroupText::reason)
            .forEach(output::line);
      }
      return ExitCode.OK;
    }
  }
}
