// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Output;
import io.millhand.cli.OverOption;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StreamsArgument;
import io.millhand.cli.Texts;
import io.millhand.inspect.Flow;
import io.millhand.inspect.Snapshots.Crew;
import io.millhand.inspect.Snapshots.Pin;
import io.millhand.inspect.Trend.Watched;
import io.millhand.inspect.Verdict;
import java.time.Duration;
import java.util.List;
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

  private static final List<String> HEAD =
      List.of(
          "STREAM",
          "GROUP",
          "VERDICT",
          "LAG",
          "PENDING",
          "DEFERRED",
          "DEAD",
          "IN/S",
          "OUT/S",
          "WORKERS",
          "UNDELIVERED FOR",
          "UNFINISHED FOR");

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
        output.table(HEAD, groups.stream().map(GroupsCommand::row).toList());
        groups.stream()
            .filter(
                each ->
                    each.verdict().kind() != Verdict.Kind.OK || each.group().paused().isPresent())
            .map(GroupsCommand::reason)
            .forEach(output::line);
      }
      return ExitCode.OK;
    }
  }

  private static String reason(Watched watched) {
    return "%s/%s is %s: %s"
        .formatted(
            Escape.text(watched.group().stream()),
            Escape.text(watched.group().name()),
            Texts.word(watched.verdict().kind()),
            watched.verdict().reason());
  }

  private static List<String> row(Watched watched) {
    var group = watched.group();
    return List.of(
        group.stream(),
        group.name(),
        Texts.word(watched.verdict().kind()),
        Texts.lag(group.lag()),
        Texts.count(group.pending()),
        Texts.count(group.deferred()),
        Texts.count(group.dead()),
        Texts.rate(watched.flow().flatMap(Flow::addedPerSecond)),
        Texts.rate(watched.flow().flatMap(Flow::settledPerSecond)),
        workers(group.crew()),
        Texts.duration(group.oldestUndelivered()),
        Texts.duration(group.oldestPending().flatMap(Pin::age)));
  }

  private static String workers(Crew crew) {
    return crew.gone() == 0
        ? Texts.count(crew.alive() + crew.unseen())
        : "%d +%d gone".formatted(crew.alive() + crew.unseen(), crew.gone());
  }
}
