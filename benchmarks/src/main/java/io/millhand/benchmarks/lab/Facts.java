// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.lab;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A reply of names and values, as XINFO gives. */
record Facts(Map<String, String> values) {

  static Facts of(@Nullable Object reply) {
    Map<String, String> values = new HashMap<>();
    if (reply instanceof List<?> list) {
      for (int i = 0; i + 1 < list.size(); i += 2) {
        values.put(Objects.toString(list.get(i)), Objects.toString(list.get(i + 1), ""));
      }
    }
    return new Facts(values);
  }

  String text(String name) {
    return values.getOrDefault(name, "");
  }

  /** 0 where it is missing or not known. */
  long number(String name) {
    var text = text(name);
    return text.isEmpty() || !text.chars().allMatch(Character::isDigit) ? 0 : Long.parseLong(text);
  }
}
