// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.FieldsText;
import io.millhand.cli.Ids;
import io.millhand.cli.LimitOption;
import io.millhand.cli.Names;
import io.millhand.cli.Output;
import io.millhand.cli.OverOption;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.TargetOptions;
import io.millhand.cli.Texts;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Place;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Parameters(
      arity = "0..*",
      paramLabel = "[STREAM [GROUP]] [ID]",
      hideParamSyntax = true,
      description = {
        "The stream's key, else --stream or STREAM_KEY; only that group, default: all;",
        "the entry's id, or give --where."
      })
  private List<String> words = new ArrayList<>();

  @Mixin private TargetOptions target = new TargetOptions();
  @Mixin private LimitOption limit = new LimitOption();
  @Mixin private WhereOption where = new WhereOption();
  @Mixin private RangeOption range = new RangeOption();
  @Mixin private OverOption over = new OverOption();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public FindCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    var names = Names.beforeIds(words, Names.Front.GROUP);
    if (names.rest().size() > 1 || names.rest().isEmpty() != where.isGiven()) {
      throw CommandFailure.usage("give either an entry's id, or --where field=value");
    }
    var most = limit.within(1, Integer.MAX_VALUE, LimitOption.ENTRIES);
    var stream = target.stream(names);
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var search =
          new Search(
              inspector,
              stream,
              groups(inspector, stream, target.maybeGroup(names)),
              new Pace(inspector, stream, over.orElse(Duration.ofSeconds(1))));
      return names.rest().isEmpty() ? search(search, most) : look(search, names.rest().getFirst());
    }
  }

  private record Search(Inspector inspector, String stream, List<String> groups, Pace pace) {}

  private static List<String> groups(
      Inspector inspector, String stream, Optional<String> onlyThat) {
    return onlyThat
        .map(name -> List.of(inspector.group(stream, name).name()))
        .orElseGet(() -> inspector.groups(stream).stream().map(GroupSnapshot::name).toList());
  }

  private int look(Search search, String id) throws InterruptedException {
    var entry = Ids.parse(id);
    var body = search.inspector().entry(search.stream(), entry);
    show(search, entry, body);
    return body.isPresent() ? ExitCode.OK : ExitCode.FAILED;
  }

  private int search(Search search, int most) throws InterruptedException {
    List<Entry> found = new ArrayList<>();
    var seen =
        search
            .inspector()
            .search(
                search.stream(),
                range.from(search.inspector()).orElse(EntryId.ZERO),
                range.to(search.inspector()),
                most,
                where.filter(),
                found::add);
    for (var entry : found) {
      show(search, entry.id(), Optional.of(entry));
    }
    if (found.isEmpty() && !output.isJson()) {
      output.line(
          "Not found among %s entries. The stream may have been trimmed; dead letters: millhand dead."
              .formatted(Texts.count(seen)));
    }
    return found.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
  }

  private void show(Search search, EntryId entry, Optional<Entry> body)
      throws InterruptedException {
    if (!output.isJson()) {
      output.line(
          entry
              + "  "
              + Texts.time(entry.time())
              + body.map(it -> "  " + Texts.cut(FieldsText.line(it.fields()), 200)).orElse(""));
      if (search.groups().isEmpty()) {
        output.line("  " + body.map(it -> "in the stream; no group").orElse("not in the stream"));
      }
    }
    for (var name : search.groups()) {
      var place = search.inspector().locate(search.stream(), name, entry);
      var wait =
          place instanceof Place.Unread unread
              ? search.pace().until(name, unread)
              : Optional.<Duration>empty();
      output.line(
          output.isJson()
              ? PlaceText.json(search.stream(), name, entry, place, wait)
              : "  %s: %s".formatted(Escape.text(name), PlaceText.words(place, wait)));
    }
  }
}
