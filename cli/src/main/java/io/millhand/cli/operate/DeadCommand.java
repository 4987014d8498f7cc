// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.GroupOption;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StreamOption;
import io.millhand.cli.send.Pace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

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
      if (value.equals("put-back")) {
        return Action.RETRY;
      }
      throw new TypeConversionException(
          "'%s' is none of list, show, retry, add-anew, purge, export, import"
              .formatted(Escape.text(value)));
    }
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ACTION",
      converter = ActionConverter.class,
      defaultValue = "list",
      description =
          "list, show, retry, add-anew, purge, export or import (default ${DEFAULT-VALUE}).")
  private Action action = Action.LIST;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ID",
      description = "Which dead letters.")
  private List<String> ids = new ArrayList<>();

  @Mixin private StreamOption stream = new StreamOption();
  @Mixin private GroupOption group = new GroupOption();

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
    checkArguments();
    try (var millhand = redis.connect()) {
      var letters =
          new DeadLetterActions(
              millhand,
              stream.stream(),
              group.group(),
              new DeadLetterActions.Terms(
                  ids,
                  filter,
                  limit == null ? (action == Action.LIST ? LISTED : Long.MAX_VALUE) : limit,
                  Optional.ofNullable(rate)),
              output);
      return switch (action) {
        case LIST -> letters.list();
        case SHOW -> letters.show();
        case EXPORT -> letters.export();
        case RETRY -> letters.retry(confirmation);
        case ADD_ANEW -> letters.addAnew(confirmation, new Edit(edits));
        case PURGE -> letters.purge(confirmation);
        case IMPORT -> letters.load(confirmation, ids.getFirst());
      };
    }
  }

  private void checkArguments() {
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
    checkChoice();
  }

  private void checkChoice() {
    var mustChoose = action != Action.LIST && action != Action.EXPORT;
    if (mustChoose && !all && ids.isEmpty() && !filter.isSet()) {
      throw CommandFailure.usage(
          "dead %s: which? Give the ids of dead letters%s"
              .formatted(action, action.takesMany() ? ", a filter, or --all" : ""));
    }
  }
}
