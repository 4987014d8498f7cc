// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.Millhand;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Ids;
import io.millhand.cli.Output;
import io.millhand.cli.Texts;
import io.millhand.cli.send.Pace;
import io.millhand.inspect.Actions.Refused;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Operator;
import io.millhand.inspect.Snapshots.DeadLetter;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What {@code millhand dead} does. Used by one thread. */
final class DeadLetterActions {

  private static final String RETRY = "dead retry";
  private static final String PURGE = "dead purge";
  private static final String IMPORT = "dead import";

  private final Inspector inspector;
  private final Operator operator;
  private final String stream;
  private final String group;
  private final Terms terms;
  private final Output output;

  /**
   * Which dead letters, and how quickly.
   *
   * @param ids theirs; none where the filter says
   * @param filter where there are no ids
   * @param limit how many at most
   * @param rate so many a second at most
   */
  record Terms(List<String> ids, DeadFilter filter, long limit, Optional<Double> rate) {}

  DeadLetterActions(Millhand millhand, String stream, String group, Terms terms, Output output) {
    this.inspector = millhand.inspector();
    this.operator = millhand.operator();
    this.stream = stream;
    this.group = group;
    this.terms = terms;
    this.output = output;
  }

  int list() {
    var found = StreamSupport.stream(chosen().spliterator(), false).toList();
    if (output.isJson()) {
      found.forEach(letter -> output.line(DeadLetterText.json(letter)));
    } else if (found.isEmpty()) {
      output.line("No dead letters.");
    } else {
      output.table(DeadLetterText.HEAD, found.stream().map(DeadLetterText::row).toList());
      if (found.size() == terms.limit()) {
        output.line("(there may be more: --limit)");
      }
    }
    return ExitCode.OK;
  }

  int show() {
    var first = true;
    for (var letter : chosen()) {
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

  int export() {
    chosen().forEach(letter -> output.line(DeadFile.write(letter)));
    return ExitCode.OK;
  }

  int retry(Confirmation confirmation) {
    var letters = chosen();
    if (!confirmation.goesOn(plan(RETRY, letters), output)) {
      return ExitCode.OK;
    }
    var back = operator.putBack(stream, group, paced(letters));
    done(RETRY, "put back", back.done());
    if (!back.refused().isEmpty()) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "not put back: "
              + back.refused().stream()
                  .map(DeadLetterActions::problem)
                  .collect(Collectors.joining("\n")));
    }
    return ExitCode.OK;
  }

  private static String problem(Refused refused) {
    return switch (refused.why()) {
      case TRIMMED ->
          "%s: its entry %s is gone from the stream; add-anew adds its fields as a new one"
              .formatted(refused.letter(), refused.entry());
      case UNREAD ->
          "%s: the group has not come to its entry %s yet, and will read it anyway"
              .formatted(refused.letter(), refused.entry());
      case NONE, DONE -> "%s: somebody else took it meanwhile".formatted(refused.letter());
    };
  }

  int addAnew(Confirmation confirmation, Edit edit) {
    var letters = chosen();
    var plan =
        plan("dead add-anew", letters)
            .add("set", List.copyOf(edit.values().keySet()))
            .warn("every group of the stream will see the new entries");
    if (!confirmation.goesOn(plan, output)) {
      return ExitCode.OK;
    }
    for (var added : operator.addAnew(stream, group, paced(letters), edit)) {
      if (output.isJson()) {
        output.line(DeadLetterText.added(added.letter(), added.added()));
      } else {
        output.line(
            "%s was added anew as %s, for every group of the stream"
                .formatted(added.letter(), added.added()));
      }
    }
    return ExitCode.OK;
  }

  int purge(Confirmation confirmation) {
    var letters = chosen();
    var plan = plan(PURGE, letters).warn("they are deleted for good");
    if (confirmation.agreedTo(plan, output)) {
      done(PURGE, "deleted", operator.purge(stream, group, letters));
    }
    return ExitCode.OK;
  }

  int load(Confirmation confirmation, String file) throws IOException {
    var plan = Facts.plan(IMPORT).add("stream", stream).add("group", group).add("file", file);
    if (confirmation.goesOn(plan, output)) {
      try (var in = file.equals("-") ? InputStream.nullInputStream() : open(file)) {
        done(IMPORT, "imported", operator.importDead(stream, group, DeadFile.read(from(file, in))));
      }
    }
    return ExitCode.OK;
  }

  /** Standard input is not ours to close. */
  private static InputStream from(String file, InputStream opened) {
    return file.equals("-") ? System.in : opened;
  }

  private static InputStream open(String file) {
    try {
      return new FileInputStream(file);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "cannot read %s (%s)".formatted(file, e.getClass().getSimpleName()), e);
    }
  }

  private Facts plan(String what, Iterable<DeadLetter> letters) {
    return Facts.plan(what)
        .add("stream", stream)
        .add("group", group)
        .add("deadLetters", StreamSupport.stream(letters.spliterator(), false).count());
  }

  /** Can be walked more than once. */
  private Iterable<DeadLetter> chosen() {
    if (!terms.ids().isEmpty()) {
      return named();
    }
    return inspector.deadLetters(
        stream, group, terms.filter().at(inspector.serverTime()), terms.limit());
  }

  /** Those that were named; all must be there before anything is done. */
  private List<DeadLetter> named() {
    return terms.ids().stream()
        .map(Ids::parse)
        .distinct()
        .map(
            id ->
                inspector
                    .deadLetter(stream, group, id)
                    .orElseThrow(
                        () ->
                            new CommandFailure(
                                ExitCode.FAILED,
                                "%s/%s has no dead letter %s; nothing was done"
                                    .formatted(stream, group, id))))
        .limit(terms.limit())
        .toList();
  }

  private Iterable<DeadLetter> paced(Iterable<DeadLetter> letters) {
    if (terms.rate().isEmpty()) {
      return letters;
    }
    var pace = new Pace(terms.rate().get());
    return () -> new Paced(letters.iterator(), pace);
  }

  /** Gives each when its time has come. */
  private record Paced(Iterator<DeadLetter> letters, Pace pace) implements Iterator<DeadLetter> {
    @Override
    public boolean hasNext() {
      return letters.hasNext();
    }

    @Override
    public DeadLetter next() {
      var letter = letters.next();
      pace.await();
      return letter;
    }
  }

  private void done(String action, String what, long count) {
    if (output.isJson()) {
      Facts.done(action).add("count", count).print(output);
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
