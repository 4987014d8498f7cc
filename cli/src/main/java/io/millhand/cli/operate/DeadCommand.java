// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Names;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.TargetOptions;
import io.millhand.cli.send.Pace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millhand dead}. */
@Command(
    name = "dead",
    description = {"List a group's dead letters, look at them, bring them back, delete them.", ""},
    footer = {
      "",
      "list         the newest first (the default)",
      "show ID...   everything that is known, and the fields",
      "retry        make the entry pending again, for this group alone, with a fresh set of attempts",
      "             (put-back is the same)",
      "add-anew     add the fields, changed by --set, to the stream as a new entry: EVERY group of the",
      "             stream will see it",
      "purge        delete for good",
      "export       print them as NDJSON, with every byte",
      "import FILE  add those of such a file, - for standard input; what is there already is passed over",
      "",
      "An ID is a dead letter's own, in the first column of the list. Instead of ids, --all or a filter.",
      "",
      "Examples:",
      "  millhand dead --stream orders --group processing",
      "  millhand dead retry --reason timeout --rate 50/s --stream orders --group processing",
      "  millhand dead add-anew 1700000000000-0 --set amount=9.99 --stream orders --group processing"
    })
public final class DeadCommand implements Callable<Integer> {

  private static final int LISTED = 100;

  /** What to do. */
  enum Action {
    LIST("list"),
    SHOW("show"),
    RETRY("retry"),
    ADD_ANEW("add-anew"),
    PURGE("purge"),
    EXPORT("export"),
    IMPORT("import");

    private final String word;

    Action(String word) {
      this.word = word;
    }

    /** Whether dead letters may be chosen by a filter, or be all. */
    boolean takesMany() {
      return this != SHOW && this != IMPORT;
    }

    /** What that word means, if it is one of them. */
    static Optional<Action> of(String word) {
      return word.equals("put-back")
          ? Optional.of(RETRY)
          : Arrays.stream(values()).filter(action -> action.word.equals(word)).findFirst();
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** What is meant: an action, of a group, on those dead letters. */
  private record Aim(Action action, Names names) {
    List<String> ids() {
      return names.rest();
    }
  }

  /** Without an action it is the list; then the first word is a stream. */
  private Aim aim() {
    var first = words.stream().findFirst().flatMap(Action::of);
    var rest = first.isPresent() ? words.subList(1, words.size()) : words;
    var action = first.orElse(Action.LIST);
    return new Aim(
        action,
        action == Action.IMPORT
            ? Names.beforeLast(rest, Names.Front.GROUP)
            : Names.beforeIds(rest, Names.Front.GROUP));
  }

  @Parameters(
      arity = "0..*",
      paramLabel = "[ACTION] [STREAM [GROUP]] [ID...]",
      hideParamSyntax = true,
      description = {
        "list, show, retry, add-anew, purge, export or import (default list);",
        "stream and group, where no flag names them; ids of dead letters."
      })
  private List<String> words = new ArrayList<>();

  @Mixin private TargetOptions target = new TargetOptions();

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  @Mixin private DeadFilter filter = new DeadFilter();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "So many at most, the newest first. Default: 100 for list, else no limit.")
  private @Nullable Integer limit;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      converter = Pace.Converter.class,
      description = "For retry and add-anew: not more than so many in a second.")
  private @Nullable Double rate;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "For add-anew: set that field of the new entry; again for more.")
  private Map<String, String> edits = new LinkedHashMap<>();

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public DeadCommand() {}

  @Override
  public Integer call() throws IOException {
    var aim = aim();
    checkArguments(aim.action(), aim.ids());
    var stream = target.stream(aim.names());
    var group = target.group(aim.names());
    try (var millhand = redis.connect()) {
      var letters =
          new DeadLetterActions(
              millhand,
              stream,
              group,
              new DeadLetterActions.Terms(
                  aim.ids(),
                  filter,
                  limit == null ? (aim.action() == Action.LIST ? LISTED : Long.MAX_VALUE) : limit,
                  Optional.ofNullable(rate)),
              output);
      return switch (aim.action()) {
        case LIST -> letters.list();
        case SHOW -> letters.show();
        case EXPORT -> letters.export();
        case RETRY -> letters.retry(confirmation);
        case ADD_ANEW -> letters.addAnew(confirmation, new Edit(edits));
        case PURGE -> letters.purge(confirmation);
        case IMPORT -> letters.load(confirmation, aim.ids().getFirst());
      };
    }
  }

  private void checkArguments(Action action, List<String> ids) {
    if (limit != null && limit < 1) {
      throw CommandFailure.usage("--limit must be 1 or more, but is " + limit);
    }
    if (action == Action.LIST && (all || !ids.isEmpty())) {
      throw CommandFailure.usage("dead list takes no ids: did you mean dead show?");
    }
    if ((all || filter.isSet()) && (!action.takesMany() || !ids.isEmpty())) {
      throw CommandFailure.usage(
          "--all and filters stand instead of ids, and not with show and import");
    }
    if (rate != null && action != Action.RETRY && action != Action.ADD_ANEW) {
      throw CommandFailure.usage("--rate goes with retry and add-anew");
    }
    if (!edits.isEmpty() && action != Action.ADD_ANEW) {
      throw CommandFailure.usage(
          "--set goes with add-anew: an entry cannot be changed where it is, only be added anew, for every group");
    }
    if (action == Action.IMPORT && ids.size() != 1) {
      throw CommandFailure.usage("dead import: which file? Give one, or - for standard input");
    }
    checkChoice(action, ids);
  }

  private void checkChoice(Action action, List<String> ids) {
    var mustChoose = action != Action.LIST && action != Action.EXPORT;
    if (mustChoose && !all && ids.isEmpty() && !filter.isSet()) {
      throw CommandFailure.usage(
          "dead %s: which? Give the ids of dead letters%s"
              .formatted(action, action.takesMany() ? ", a filter, or --all" : ""));
    }
  }
}
