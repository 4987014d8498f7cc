// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupArgument;
import io.millhand.cli.Output;
import io.millhand.cli.OverOption;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.Sheet;
import io.millhand.cli.Texts;
import io.millhand.error.NoGroupException;
import io.millhand.inspect.Doctor;
import io.millhand.inspect.Finding;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.inspect.Trend.Watched;
import io.millhand.inspect.Verdict;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand info}. */
@Command(
    name = "info",
    description = {
      "One screen: of the server and all that goes on there; of a stream; or of a group.",
      ""
    },
    footer = {"", "A stream and a group are meant only where they are named here."})
public final class InfoCommand implements Callable<Integer> {

  private static final Duration USUAL = Duration.ofSeconds(1);
  private static final int SHOWN = 10;

  @Mixin private GroupArgument target = new GroupArgument();
  @Mixin private OverOption over = new OverOption();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public InfoCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    var stream = target.maybeStream();
    var group = target.maybeGroup();
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      if (stream.isEmpty() && group.isEmpty()) {
        server(inspector);
      } else if (group.isEmpty()) {
        stream(inspector, target.stream());
      } else {
        group(inspector, target.stream(), group.get());
      }
      return ExitCode.OK;
    }
  }

  private void server(Inspector inspector) throws InterruptedException {
    var checkup = Checkups.take(inspector, inspector.streams(), over.orElse(USUAL));
    var findings = Doctor.examine(checkup);
    var groups = worstFirst(checkup.groups());
    var sheet =
        ServerSheet.of(checkup.server())
            .add("streams", checkup.streams().size())
            .add("entries", checkup.streams().stream().mapToLong(StreamSnapshot::length).sum())
            .add("groups", groups.size())
            .add("verdicts", verdicts(groups))
            .add("findings", findings(findings));
    if (output.isJson()) {
      print(sheet, groups);
      return;
    }
    sheet.lines().forEach(output::line);
    groups(groups.stream().filter(InfoCommand::isBad).toList());
    if (Doctor.needsSomebody(findings)) {
      output.line("");
      output.line("what was found, and what mends it: millhand doctor");
    }
  }

  private static List<Watched> worstFirst(List<Watched> groups) {
    return groups.stream()
        .sorted(Comparator.comparingInt(watched -> badness(watched.verdict().kind())))
        .toList();
  }

  private static int badness(Verdict.Kind kind) {
    return switch (kind) {
      case STOPPED -> 0;
      case STALLED -> 1;
      case POISONED -> 2;
      case SLOW -> 3;
      case UNKNOWN -> 4;
      case OK -> 5;
    };
  }

  private static boolean isBad(Watched watched) {
    return watched.verdict().kind() != Verdict.Kind.OK;
  }

  private static List<String> verdicts(List<Watched> groups) {
    Map<Verdict.Kind, Long> counts =
        groups.stream()
            .collect(Collectors.groupingBy(group -> group.verdict().kind(), Collectors.counting()));
    return counts.entrySet().stream()
        .sorted(Comparator.comparingInt(each -> badness(each.getKey())))
        .map(each -> Texts.count(each.getValue()) + " " + Texts.word(each.getKey()))
        .toList();
  }

  private static List<String> findings(List<Finding> findings) {
    return Arrays.stream(Finding.Severity.values())
        .sorted(Comparator.reverseOrder())
        .map(severity -> word(severity, findings))
        .toList();
  }

  private static String word(Finding.Severity severity, List<Finding> findings) {
    var count = findings.stream().filter(each -> each.severity() == severity).count();
    return switch (severity) {
      case CRITICAL -> count + " critical";
      case WARNING -> count + (count == 1 ? " warning" : " warnings");
      case NOTE -> count + (count == 1 ? " note" : " notes");
    };
  }

  private void groups(List<Watched> groups) {
    if (groups.isEmpty()) {
      return;
    }
    output.line("");
    output.table(GroupText.HEAD, groups.stream().limit(SHOWN).map(GroupText::row).toList());
    groups.stream()
        .limit(SHOWN)
        .filter(InfoCommand::isBad)
        .map(GroupText::reason)
        .forEach(output::line);
    if (groups.size() > SHOWN) {
      output.line("(%s more: millhand groups)".formatted(Texts.count(groups.size() - SHOWN)));
    }
  }

  private void stream(Inspector inspector, String key) throws InterruptedException {
    var groups = worstFirst(Watch.groups(inspector, List.of(key), over.orElse(USUAL)));
    var sheet = GroupSheet.of(find(inspector, key), groups, inspector.serverTime());
    if (output.isJson()) {
      print(sheet, groups);
      return;
    }
    sheet.lines().forEach(output::line);
    groups(groups);
  }

  private static StreamSnapshot find(Inspector inspector, String key) {
    return inspector.stream(key)
        .orElseThrow(() -> new NoGroupException("there is no stream " + key, null));
  }

  private void group(Inspector inspector, String key, String name) throws InterruptedException {
    inspector.group(key, name);
    var groups = Watch.groups(inspector, List.of(key), over.orElse(USUAL));
    var watched =
        groups.stream()
            .filter(each -> each.group().name().equals(name))
            .findFirst()
            .orElseThrow(() -> new NoGroupException("the group %s is gone".formatted(name), null));
    var stream = GroupSheet.of(find(inspector, key), groups, inspector.serverTime());
    var sheet = GroupSheet.of(watched, inspector.position(key, name));
    var consumers = inspector.consumers(key, name);
    if (output.isJson()) {
      var all = new LinkedHashMap<>(stream.json());
      all.putAll(sheet.json());
      output.json(all);
      consumers.forEach(consumer -> output.line(SeenJson.line(consumer, SeenJson::consumer)));
      return;
    }
    stream.lines().forEach(output::line);
    output.line("");
    sheet.lines().forEach(output::line);
    if (!consumers.isEmpty()) {
      output.line("");
      output.table(
          ConsumersCommand.HEAD,
          consumers.stream().limit(SHOWN).map(ConsumersCommand::row).toList());
    }
    if (consumers.size() > SHOWN) {
      output.line("(%s more: millhand consumers)".formatted(Texts.count(consumers.size() - SHOWN)));
    }
  }

  /** The sheet as one value, then each group as one. */
  private void print(Sheet sheet, List<Watched> groups) {
    output.json(sheet.json());
    groups.forEach(group -> output.line(SeenJson.line(group, SeenJson::group)));
  }
}
