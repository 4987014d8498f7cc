// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Ids;
import io.millhand.cli.Texts;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.FieldsText;
import io.millhand.cli.Json;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Place;
import io.millhand.inspect.Snapshots.FailureInfo;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millhand find}. */
@Command(
    name = "find",
    description = {
      "Where is my message? For each group: unread, in hand, deferred, dead, handled, or gone.",
      ""
    },
    footer = {"", "Exit code 1 when nothing was found."})
public final class FindCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STREAM", description = "The stream's key.")
  private String stream = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ID",
      description = "The entry's id; or give --where.")
  private @Nullable String id;

  @Option(names = "--group", paramLabel = "NAME", description = "Only that group. Default: all.")
  private @Nullable String group;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      defaultValue = "10",
      description = "With --where: how many entries to find at most (default ${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private WhereOption where = new WhereOption();
  @Mixin private RangeOption range = new RangeOption();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public FindCommand() {}

  @Override
  public Integer call() {
    if ((id == null) != where.isGiven()) {
      throw CommandFailure.usage("give either an entry's id, or --where field=value");
    }
    if (limit < 1) {
      throw CommandFailure.usage("--limit must be 1 or more, but is " + limit);
    }
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var groups =
          inspector.groups(stream).stream()
              .map(GroupSnapshot::name)
              .filter(name -> group == null || name.equals(group))
              .toList();
      if (group != null && groups.isEmpty()) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "the stream %s has no group %s".formatted(Escape.text(stream), Escape.text(group)));
      }
      return id == null ? search(inspector, groups) : look(inspector, Ids.parse(id), groups);
    }
  }

  private int look(Inspector inspector, EntryId entry, List<String> groups) {
    var body = inspector.entry(stream, entry);
    show(inspector, entry, body, groups);
    return body.isPresent() ? ExitCode.OK : ExitCode.FAILED;
  }

  private int search(Inspector inspector, List<String> groups) {
    List<Entry> found = new ArrayList<>();
    var seen =
        inspector.search(
            stream,
            range.from(inspector).orElse(EntryId.ZERO),
            range.to(inspector),
            limit,
            where.filter(),
            found::add);
    found.forEach(entry -> show(inspector, entry.id(), Optional.of(entry), groups));
    if (found.isEmpty() && !output.isJson()) {
      output.line(
          "Not found among %s entries. The stream may have been trimmed; dead letters: millhand dead."
              .formatted(Texts.count(seen)));
    }
    return found.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
  }

  private void show(Inspector inspector, EntryId entry, Optional<Entry> body, List<String> groups) {
    if (!output.isJson()) {
      output.line(
          entry
              + "  "
              + Texts.time(entry.time())
              + body.map(it -> "  " + Texts.cut(FieldsText.line(it.fields()), 200)).orElse(""));
      if (groups.isEmpty()) {
        output.line("  " + body.map(it -> "in the stream; no group").orElse("not in the stream"));
      }
    }
    for (var name : groups) {
      var place = inspector.locate(stream, name, entry);
      output.line(
          output.isJson()
              ? json(name, entry, place)
              : "  %s: %s".formatted(Escape.text(name), words(place)));
    }
  }

  private static String words(Place place) {
    return switch (place) {
      case Place.Unread unread -> "unread; %s come before it".formatted(Texts.lag(unread.ahead()));
      case Place.InHand held ->
          "in hand: %s has it for %s, handed out %s%s"
              .formatted(
                  Escape.text(held.consumer()),
                  Texts.duration(held.since()),
                  times(held.deliveries()),
                  failed(held.failure()));
      case Place.Deferred deferred ->
          "deferred: %s%s"
              .formatted(
                  deferred
                      .dueIn()
                      .map(time -> time.isZero() ? "due now" : "due in " + Texts.duration(time))
                      .orElse("its due time is lost; the keeper makes it due within a minute"),
                  failed(deferred.failure()));
      case Place.Dead dead ->
          "dead since %s: %s; back with: millhand dead retry %s"
              .formatted(
                  Texts.time(dead.letter().last()),
                  Escape.text(dead.letter().reason()),
                  dead.letter().id());
      case Place.Handled handled -> "handled: it was given to the group, and acked";
      case Place.TrimmedInHand trimmed ->
          "trimmed from the stream while %s had it: lost to this group"
              .formatted(Escape.text(trimmed.consumer()));
      case Place.Gone gone ->
          "not in the stream any more: handled, and deleted or trimmed since; or trimmed before%s"
              .formatted(gone.oldest().map(oldest -> " (the oldest is " + oldest + ")").orElse(""));
      case Place.Never never -> "there is no such entry yet; the newest id is " + never.newest();
    };
  }

  private static String times(long count) {
    return count == 1 ? "once" : Texts.count(count) + " times";
  }

  private static String failed(Optional<FailureInfo> failure) {
    return failure
        .map(
            it ->
                "; failed %s, last: %s"
                    .formatted(times(it.attempts()), Escape.text(Texts.cut(it.error(), 100))))
        .orElse("");
  }

  private String json(String name, EntryId entry, Place place) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("id", entry.toString());
          json.writeStringProperty("stream", stream);
          json.writeStringProperty("group", name);
          json.writeStringProperty("place", kind(place));
          switch (place) {
            case Place.Unread unread -> {
              json.writeNumberProperty("ahead", unread.ahead().entries());
              json.writeBooleanProperty("aheadExact", unread.ahead().isExact());
            }
            case Place.InHand held -> {
              json.writeStringProperty("consumer", held.consumer());
              json.writeNumberProperty("seconds", held.since().toMillis() / 1000.0);
              json.writeNumberProperty("deliveries", held.deliveries());
              JsonValues.text(json, "lastError", held.failure().map(FailureInfo::error));
            }
            case Place.Deferred deferred -> {
              JsonValues.seconds(json, "dueInSeconds", deferred.dueIn());
              JsonValues.text(json, "lastError", deferred.failure().map(FailureInfo::error));
            }
            case Place.Dead dead -> {
              json.writeStringProperty("letter", dead.letter().id().toString());
              json.writeStringProperty("reason", dead.letter().reason());
            }
            case Place.TrimmedInHand trimmed ->
                json.writeStringProperty("consumer", trimmed.consumer());
            case Place.Handled handled -> {
              // nothing to add
            }
            case Place.Gone gone ->
                JsonValues.text(json, "oldest", gone.oldest().map(EntryId::toString));
            case Place.Never never -> json.writeStringProperty("newest", never.newest().toString());
          }
          json.writeEndObject();
        });
  }

  private static String kind(Place place) {
    return switch (place) {
      case Place.Unread unread -> "unread";
      case Place.InHand held -> "in-hand";
      case Place.Deferred deferred -> "deferred";
      case Place.Dead dead -> "dead";
      case Place.Handled handled -> "handled";
      case Place.TrimmedInHand trimmed -> "trimmed-in-hand";
      case Place.Gone gone -> "gone";
      case Place.Never never -> "never";
    };
  }
}
