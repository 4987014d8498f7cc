// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The words of a command line: first a stream and a group, where they stand there, then the rest. A
 * name may stand as a word or as a flag, else in the environment; both, and different, is refused.
 *
 * @param stream the word that names a stream
 * @param group the word that names a group
 * @param rest what comes after: ids, or what else the command takes
 */
public record Names(Optional<String> stream, Optional<String> group, List<String> rest) {

  /** What stands in front of ids. */
  public enum Front {
    /** A stream. */
    STREAM(1),
    /** A stream and a group. */
    GROUP(2);

    private final int most;

    Front(int most) {
      this.most = most;
    }
  }

  /**
   * Everything before the first entry id are names. A stream that looks like one needs the flag.
   */
  public static Names beforeIds(List<String> words, Front front) {
    return split(words, front, Names::isId);
  }

  /** Everything before the last word are names. */
  public static Names beforeLast(List<String> words, Front front) {
    if (words.isEmpty()) {
      return new Names(Optional.empty(), Optional.empty(), List.of());
    }
    var names = of(words.subList(0, words.size() - 1), front);
    return new Names(names.stream(), names.group(), List.of(words.getLast()));
  }

  /** All words are names. */
  public static Names of(List<String> words, Front front) {
    return split(words, front, word -> false);
  }

  private static Names split(List<String> words, Front front, Predicate<String> isRest) {
    var names = new ArrayList<>(words.stream().takeWhile(isRest.negate()).toList());
    if (names.size() > front.most) {
      throw CommandFailure.usage(
          "'%s' is neither a name nor an id that is expected there"
              .formatted(names.get(front.most)));
    }
    return new Names(
        names.stream().findFirst(),
        names.stream().skip(1).findFirst(),
        List.copyOf(words.subList(names.size(), words.size())));
  }

  static boolean isId(String word) {
    return word.matches("\\d+(-\\d+)?");
  }

  /** The one stream that is meant. */
  public static String stream(Optional<String> word, @Nullable String flag) {
    return one("stream", "STREAM", "STREAM_KEY", word, flag);
  }

  /** The one group that is meant. */
  public static String group(Optional<String> word, @Nullable String flag) {
    return one("group", "GROUP", "GROUP_NAME", word, flag);
  }

  private static String one(
      String what, String label, String variable, Optional<String> word, @Nullable String flag) {
    agree(what, word, flag);
    return word.or(() -> Optional.ofNullable(flag))
        .or(() -> Optional.ofNullable(System.getenv(variable)))
        .filter(name -> !name.isEmpty())
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "which %s? Give %s, --%s, or %s in the environment"
                        .formatted(what, label, what, variable)));
  }

  static void agree(String what, Optional<String> word, @Nullable String flag) {
    if (flag != null && word.isPresent() && !word.get().equals(flag)) {
      throw CommandFailure.usage(
          "which %s: '%s', or '%s' as --%s says?".formatted(what, word.get(), flag, what));
    }
  }
}
