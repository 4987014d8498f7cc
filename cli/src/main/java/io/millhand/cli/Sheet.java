// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.inspect.Lag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Names and values: aligned lines for people, a JSON object for programs. Whatever goes in is
 * escaped on its way out. Used by one thread.
 */
public final class Sheet {

  private static final int LISTED = 10;

  /**
   * An amount of memory.
   *
   * @param count bytes
   */
  public record Bytes(long count) {}

  private final Map<String, Object> facts = new LinkedHashMap<>();

  /** Empty. */
  public Sheet() {}

  /**
   * Adds one.
   *
   * @param name in camel case
   * @param value a text, number, id, duration, lag or {@link Bytes}, or a list or an optional one
   *     of these
   */
  public Sheet add(String name, Object value) {
    facts.put(name, value);
    return this;
  }

  /** For programs. */
  public Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    facts.forEach((name, value) -> json.put(name, jsonValue(value)));
    return json;
  }

  private static Object jsonValue(Object value) {
    return switch (value) {
      case Lag lag -> jsonLag(lag);
      case Number number -> number;
      case Bytes bytes -> bytes.count();
      case Duration duration -> duration;
      case List<?> list -> list.stream().map(Sheet::jsonValue).toList();
      case Optional<?> maybe -> maybe.map(Sheet::jsonValue);
      default -> value.toString();
    };
  }

  private static Map<String, Object> jsonLag(Lag lag) {
    var json = new LinkedHashMap<String, Object>();
    json.put("entries", lag.entries());
    json.put("exact", lag.isExact());
    return json;
  }

  /** For people. */
  public List<String> lines() {
    var width = facts.keySet().stream().mapToInt(name -> words(name).length()).max().orElse(0);
    var lines = new ArrayList<String>();
    facts.forEach(
        (name, value) ->
            lines.add(
                "  "
                    + words(name)
                    + " ".repeat(width - words(name).length())
                    + "  "
                    + text(value)));
    return lines;
  }

  private static String text(Object value) {
    return switch (value) {
      case Lag lag -> Texts.lag(lag);
      case Double rate -> Texts.rate(Optional.of(rate));
      case Number number -> Texts.count(number.longValue());
      case Bytes bytes -> Texts.bytes(Optional.of(bytes.count()));
      case Duration duration -> Texts.duration(duration);
      case List<?> list ->
          list.stream().limit(LISTED).map(Sheet::text).collect(Collectors.joining(", "))
              + (list.size() > LISTED ? " and %d more".formatted(list.size() - LISTED) : "")
              + (list.isEmpty() ? "-" : "");
      case Optional<?> maybe -> maybe.map(Sheet::text).orElse("-");
      default -> Escape.text(value.toString());
    };
  }

  private static String words(String camelCase) {
    return camelCase.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
