// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupOption;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StreamOption;
import io.millhand.cli.Terminal;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.DeadLetter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code millhand dead}. */
@Command(
    name = "dead",
    description = {"List a group's dead letters, look at them, bring them back, delete them.", ""},
    footer = {
      "",
      "list         the newest first (the default)",
      "show ID...   everything that is known, and the fields",
      "put-back     make the entry pending again, for this group alone, with a fresh set of attempts",
      "add-anew     add the fields to the stream as a new entry: EVERY group of the stream will see it",
      "purge        delete for good",
      "",
      "An ID is a dead letter's own, in the first column of the list.",
      "",
      "Examples:",
      "  millhand dead --stream orders --group processing",
      "  millhand dead put-back --all --reason timeout --stream orders --group processing"
    })
public final class DeadCommand implements Callable<Integer> {

  private static final int PAGE = 500;
  private static final String PURGE = "purge";

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

  /** What to do. */
  private enum Action {
    LIST("list"),
    SHOW("show"),
    PUT_BACK("put-back"),
    ADD_ANEW("add-anew"),
    PURGE(DeadCommand.PURGE);

    private final String word;

    Action(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** For picocli. */
  private static final class ActionConverter implements ITypeConverter<Action> {
    @Override
    public Action convert(String value) {
      for (var action : Action.values()) {
        if (action.word.equals(value)) {
          return action;
        }
      }
      throw new TypeConversionException(
          "'%s' is none of list, show, put-back, add-anew, purge".formatted(Escape.text(value)));
    }
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ACTION",
      converter = ActionConverter.class,
      defaultValue = "list",
      description = "list, show, put-back, add-anew or purge (default ${DEFAULT-VALUE}).")
  private Action action = Action.LIST;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ID",
      description = "Which dead letters.")
  private List<String> ids = new ArrayList<>();

  @Mixin private StreamOption stream = new StreamOption();
  @Mixin private GroupOption group = new GroupOption();

  @Option(names = "--all", description = "All of them, for put-back and purge.")
  private boolean all;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Only those whose reason or error holds that text; for list, and with --all.")
  private @Nullable String reason;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many to list at most (default ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--yes", description = "Purge without asking.")
  private boolean yes;

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public DeadCommand() {}

  @Override
  public Integer call() throws IOException {
    checkArguments();
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      return switch (action) {
        case LIST -> list(inspector);
        case SHOW -> show(inspector);
        case PUT_BACK -> putBack(inspector);
        case ADD_ANEW -> addAnew(inspector);
        case PURGE -> purge(inspector);
      };
    }
  }

  private void checkArguments() {
    if (limit < 1) {
      throw CommandFailure.usage("--limit must be 1 or more, but is " + limit);
    }
    var takesAll = action == Action.PUT_BACK || action == Action.PURGE;
    if (action == Action.LIST && (all || !ids.isEmpty())) {
      throw CommandFailure.usage("dead list takes no ids: did you mean dead show?");
    }
    if (all && (!takesAll || !ids.isEmpty())) {
      throw CommandFailure.usage("--all goes with put-back and purge, instead of ids");
    }
    if (action != Action.LIST && !all && ids.isEmpty()) {
      throw CommandFailure.usage(
          "dead %s: which? Give the ids of dead letters%s"
              .formatted(action, takesAll ? ", or --all" : ""));
    }
    if (reason != null && action != Action.LIST && !all) {
      throw CommandFailure.usage("--reason goes with list, and with --all");
    }
  }

  private Predicate<DeadLetter> filter() {
    var text = reason;
    return letter ->
        text == null
            || letter.reason().contains(text)
            || letter.error().filter(it -> it.contains(text)).isPresent()
            || letter.errorText().filter(it -> it.contains(text)).isPresent();
  }

  private int list(Inspector inspector) {
    var found = new ArrayList<DeadLetter>();
    var before = Optional.<EntryId>empty();
    List<DeadLetter> page;
    do {
      page = inspector.dead(stream.stream(), group.group(), before, PAGE);
      page.stream().filter(filter()).limit(limit - found.size()).forEach(found::add);
      before = page.isEmpty() ? before : Optional.of(page.getLast().id());
    } while (page.size() == PAGE && found.size() < limit);
    if (output.isJson()) {
      found.forEach(letter -> output.line(DeadLetterText.json(letter)));
    } else if (found.isEmpty()) {
      output.line("No dead letters.");
    } else {
      output.table(DeadLetterText.HEAD, found.stream().map(DeadLetterText::row).toList());
      if (found.size() == limit) {
        output.line("(there may be more: --limit)");
      }
    }
    return ExitCode.OK;
  }

  private int show(Inspector inspector) {
    var first = true;
    for (var letter : letters(inspector)) {
      if (output.isJson()) {
        output.line(DeadLetterText.json(letter));
      } else {
        if (!first) {
          output.line("");
        }
        DeadLetterText.lines(letter).forEach(output::line);
      }
      first = false;
    }
    return ExitCode.OK;
  }

  /** Those that were named; all must be there before anything is done. */
  private List<DeadLetter> letters(Inspector inspector) {
    return ids.stream()
        .map(Ids::parse)
        .map(
            id ->
                inspector
                    .deadLetter(stream.stream(), group.group(), id)
                    .orElseThrow(
                        () ->
                            new CommandFailure(
                                ExitCode.FAILED,
                                "%s/%s has no dead letter %s; nothing was done"
                                    .formatted(stream.stream(), group.group(), id))))
        .toList();
  }

  private int putBack(Inspector inspector) {
    if (all) {
      done("put back", inspector.putBackAll(stream.stream(), group.group(), filter()));
      return ExitCode.OK;
    }
    long count = 0;
    var problems = new ArrayList<String>();
    for (var letter : letters(inspector)) {
      switch (inspector.putBack(stream.stream(), group.group(), letter)) {
        case DONE -> count++;
        case TRIMMED ->
            problems.add(
                "%s: its entry %s is gone from the stream; add-anew adds its fields as a new one"
                    .formatted(letter.id(), letter.entry()));
        case UNREAD ->
            problems.add(
                "%s: the group has not come to its entry %s yet, and will read it anyway"
                    .formatted(letter.id(), letter.entry()));
        case NONE -> problems.add("%s: somebody else took it meanwhile".formatted(letter.id()));
      }
    }
    done("put back", count);
    if (!problems.isEmpty()) {
      throw new CommandFailure(ExitCode.FAILED, "not put back: " + String.join("\n", problems));
    }
    return ExitCode.OK;
  }

  private int addAnew(Inspector inspector) {
    for (var letter : letters(inspector)) {
      var id = inspector.addAnew(stream.stream(), group.group(), letter);
      if (output.isJson()) {
        output.line(DeadLetterText.added(letter, id));
      } else {
        output.line(
            "%s was added anew as %s, for every group of the stream".formatted(letter.id(), id));
      }
    }
    return ExitCode.OK;
  }

  private int purge(Inspector inspector) throws IOException {
    if (all) {
      var count = inspector.group(stream.stream(), group.group()).dead();
      confirm(
          reason == null
              ? "all %s dead letters".formatted(Texts.count(count))
              : "those of %s dead letters that match".formatted(Texts.count(count)));
      done("deleted", inspector.purge(stream.stream(), group.group(), filter()));
    } else {
      var chosen = letters(inspector).stream().map(DeadLetter::id).toList();
      confirm("%d dead letter(s)".formatted(chosen.size()));
      done(
          "deleted",
          inspector.purge(stream.stream(), group.group(), letter -> chosen.contains(letter.id())));
    }
    return ExitCode.OK;
  }

  private void confirm(String what) throws IOException {
    if (yes) {
      return;
    }
    if (!Terminal.is(Terminal.Stream.IN)) {
      throw CommandFailure.usage("purge deletes for good: give --yes where nobody can be asked");
    }
    var err = spec.commandLine().getErr();
    err.print(
        "This deletes %s of %s/%s for good. Type %s to do it: "
            .formatted(what, Escape.text(stream.stream()), Escape.text(group.group()), PURGE));
    err.flush();
    var answer =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
    if (answer == null || !answer.strip().equals(PURGE)) {
      throw new CommandFailure(ExitCode.FAILED, "nothing was deleted");
    }
  }

  private void done(String what, long count) {
    if (output.isJson()) {
      output.line(DeadLetterText.count(count));
    } else {
      output.line(
          "%s dead %s %s %s"
              .formatted(
                  Texts.count(count),
                  count == 1 ? "letter" : "letters",
                  count == 1 ? "was" : "were",
                  what));
    }
  }
}
