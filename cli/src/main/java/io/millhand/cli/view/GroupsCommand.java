// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.ExitCode;
import io.millhand.cli.Json;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.error.NoGroupException;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millhand groups}. */
@Command(
    name = "groups",
    description = {"List groups: what they have not been given, and not finished.", ""},
    footer = {
      "",
      "LAG: entries not given to the group yet; \"≥ n\" where Redis cannot tell.",
      "PENDING: given to a consumer and not settled. DEFERRED: waiting for a retry. DEAD: dead letters."
    })
public final class GroupsCommand implements Callable<Integer> {

  private static final List<String> HEAD =
      List.of(
          "STREAM",
          "GROUP",
          "LAG",
          "PENDING",
          "DEFERRED",
          "DEAD",
          "WORKERS",
          "CONSUMERS",
          "UNDELIVERED FOR",
          "UNFINISHED FOR");

  @Parameters(
      paramLabel = "STREAM",
      arity = "0..*",
      description = "Only of these streams. Default: of all in the database.")
  private List<String> streams = new ArrayList<>();

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public GroupsCommand() {}

  @Override
  public Integer call() {
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var groups = streams.isEmpty() ? all(inspector) : named(inspector);
      if (output.isJson()) {
        groups.forEach(group -> output.line(json(group)));
      } else if (groups.isEmpty()) {
        output.line("No groups.");
      } else {
        output.table(HEAD, groups.stream().map(GroupsCommand::row).toList());
      }
      return ExitCode.OK;
    }
  }

  private List<GroupSnapshot> named(Inspector inspector) {
    return streams.stream().flatMap(stream -> inspector.groups(stream).stream()).toList();
  }

  private static List<GroupSnapshot> all(Inspector inspector) {
    return inspector.streams().stream().flatMap(stream -> groups(inspector, stream)).toList();
  }

  private static Stream<GroupSnapshot> groups(Inspector inspector, String stream) {
    try {
      return inspector.groups(stream).stream();
    } catch (NoGroupException e) {
      return Stream.empty(); // deleted since the streams were listed
    }
  }

  private static List<String> row(GroupSnapshot group) {
    return List.of(
        group.stream(),
        group.name(),
        Texts.lag(group.lag()),
        Texts.count(group.pending()),
        Texts.count(group.deferred()),
        Texts.count(group.dead()),
        Texts.count(group.workers()),
        Texts.count(group.consumers()),
        Texts.duration(group.oldestUndelivered()),
        Texts.duration(group.oldestPending().map(pin -> pin.age())));
  }

  private static String json(GroupSnapshot group) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("stream", group.stream());
          json.writeStringProperty("group", group.name());
          json.writeObjectPropertyStart("lag");
          json.writeNumberProperty("entries", group.lag().entries());
          json.writeBooleanProperty("exact", group.lag().isExact());
          json.writeEndObject();
          json.writeNumberProperty("pending", group.pending());
          json.writeNumberProperty("deferred", group.deferred());
          json.writeNumberProperty("dead", group.dead());
          json.writeNumberProperty("workers", group.workers());
          json.writeNumberProperty("consumers", group.consumers());
          json.writeStringProperty("lastDelivered", group.lastDelivered().toString());
          JsonValues.seconds(json, "oldestUndeliveredSeconds", group.oldestUndelivered());
          JsonValues.text(
              json, "oldestPending", group.oldestPending().map(pin -> pin.id().toString()));
          JsonValues.seconds(
              json, "oldestPendingSeconds", group.oldestPending().map(pin -> pin.age()));
          JsonValues.text(json, "keeper", group.keeper());
          json.writeEndObject();
        });
  }
}
