// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.Escape;
import io.millhand.cli.Output;
import io.millhand.cli.Texts;
import io.millhand.inspect.Lag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What would be done, or was: lines for people, one JSON object for programs. Whatever goes in is
 * escaped on its way out. Used by one thread.
 */
final class Facts {

  private static final int LISTED = 10;

  private final String kind;
  private final String what;
  private final Map<String, Object> facts = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();

  private Facts(String kind, String what) {
    this.kind = kind;
    this.what = what;
  }

  /** What would be done. */
  static Facts plan(String what) {
    return new Facts("plan", what);
  }

  /** What was done. */
  static Facts done(String what) {
    return new Facts("done", what);
  }

  /** A name in camel case; texts, numbers, ids, lags, lists and optional ones of these. */
  Facts add(String name, Object value) {
    facts.put(name, value);
    return this;
  }

  /** Something to think about first. */
  Facts warn(String text) {
    warnings.add(text);
    return this;
  }

  void print(Output output) {
    if (output.isJson()) {
      output.json(json());
    } else {
      lines().forEach(output::line);
    }
  }

  private Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put(kind, what);
    facts.forEach((name, value) -> json.put(name, jsonValue(value)));
    if (!warnings.isEmpty()) {
      json.put("warnings", warnings);
    }
    return json;
  }

  private static Object jsonValue(Object value) {
    return switch (value) {
      case Lag lag -> jsonLag(lag);
      case Number number -> number;
      case List<?> list -> list.stream().map(Facts::jsonValue).toList();
      case Optional<?> maybe -> maybe.map(Object::toString);
      default -> value.toString();
    };
  }

  private static Map<String, Object> jsonLag(Lag lag) {
    var json = new LinkedHashMap<String, Object>();
    json.put("entries", lag.entries());
    json.put("exact", lag.isExact());
    return json;
  }

  private List<String> lines() {
    var width = facts.keySet().stream().mapToInt(name -> words(name).length()).max().orElse(0);
    var lines = new ArrayList<String>();
    lines.add((kind.equals("plan") ? "Plan: " : "Done: ") + what);
    facts.forEach(
        (name, value) ->
            lines.add(
                "  "
                    + words(name)
                    + " ".repeat(width - words(name).length())
                    + "  "
                    + text(value)));
    warnings.forEach(warning -> lines.add("  ! " + Escape.line(warning)));
    return lines;
  }

  private static String text(Object value) {
    return switch (value) {
      case Lag lag -> Texts.lag(lag);
      case Number number -> Texts.count(number.longValue());
      case List<?> list ->
          list.stream().limit(LISTED).map(Facts::text).collect(Collectors.joining(", "))
              + (list.size() > LISTED ? " and %d more".formatted(list.size() - LISTED) : "")
              + (list.isEmpty() ? "-" : "");
      case Optional<?> maybe -> maybe.map(Facts::text).orElse("-");
      default -> Escape.text(value.toString());
    };
  }

  private static String words(String camelCase) {
    return camelCase.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
