// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a child is told: words {@code key=value}. */
public final class Arguments {

  private final Map<String, String> values = new LinkedHashMap<>();

  private Arguments() {}

  /** For nothing yet. */
  public static Arguments empty() {
    return new Arguments();
  }

  static Arguments parse(String... words) {
    var parsed = new Arguments();
    for (var word : words) {
      var at = word.indexOf('=');
      if (at < 0) {
        throw new IllegalArgumentException("not key=value: " + word);
      }
      parsed.values.put(word.substring(0, at), word.substring(at + 1));
    }
    return parsed;
  }

  /** One more. */
  public Arguments with(String key, Object value) {
    values.put(key, "" + value);
    return this;
  }

  /** As words of a command line. */
  public String[] words() {
    return values.entrySet().stream()
        .map(each -> each.getKey() + "=" + each.getValue())
        .toArray(String[]::new);
  }

  String text(String key) {
    var value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("missing: " + key);
    }
    return value;
  }

  String text(String key, String otherwise) {
    return values.getOrDefault(key, otherwise);
  }

  long number(String key) {
    return Long.parseLong(text(key));
  }

  long number(String key, long otherwise) {
    return values.containsKey(key) ? number(key) : otherwise;
  }
}
