// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import io.millhand.error.SettingsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with settings, so that all of it is told at once. */
public final class Checks {

  private static final int MAX_NAME = 512;

  private final List<String> problems = new ArrayList<>();

  /** A problem unless that holds. */
  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency of our users
  public void that(boolean holds, String problem, Object... values) {
    if (!holds) {
      problems.add(problem.formatted(values));
    }
  }

  /** A problem unless the number is within that range. */
  public void range(String setting, long value, long least, long most) {
    if (value < least || value > most) {
      problems.add(
          most == Long.MAX_VALUE
              ? "%s must be %d or more, but is %d".formatted(setting, least, value)
              : "%s must be between %d and %d, but is %d".formatted(setting, least, most, value));
    }
  }

  /** A problem unless the duration is within that range. */
  public void between(String setting, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      problems.add(
          "%s must be between %s and %s, but is %s".formatted(setting, least, most, value));
    }
  }

  /** A problem when a name is empty or endless. */
  public void name(String what, String name) {
    that(!name.isEmpty(), "the %s has no name", what);
    that(
        name.length() <= MAX_NAME,
        "the name of the %s is %d characters long, %d are allowed",
        what,
        name.length(),
        MAX_NAME);
  }

  /** Throws when there was any problem. */
  public void throwIfAny(String what) {
    if (!problems.isEmpty()) {
      throw new SettingsException(what, problems);
    }
  }

  /** A name for an error text: control characters escaped, cut to a sane length. */
  public static String quoted(String name) {
    return escaped(name, 80);
  }

  /** Words of others for an error text: control characters escaped. */
  public static String escaped(String words) {
    return escaped(words, Integer.MAX_VALUE);
  }

  private static String escaped(String raw, int most) {
    var text = new StringBuilder();
    raw.codePoints()
        .limit(most)
        .forEach(
            point -> {
              if (Character.isISOControl(point) || Character.getType(point) == Character.FORMAT) {
                text.append("\\u%04x".formatted(point));
              } else {
                text.appendCodePoint(point);
              }
            });
    return text.toString();
  }
}
