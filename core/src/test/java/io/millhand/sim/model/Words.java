// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import java.util.List;
import java.util.Locale;

/** A command, word by word. */
final class Words {

  private final List<String> words;
  private int at;

  Words(List<String> words, int at) {
    this.words = words;
    this.at = at;
  }

  boolean hasMore() {
    return at < words.size();
  }

  String next() {
    if (!hasMore()) {
      throw Refusal.syntax();
    }
    return words.get(at++);
  }

  long number() {
    try {
      return Long.parseLong(next());
    } catch (NumberFormatException e) {
      throw new Refusal("ERR value is not an integer or out of range");
    }
  }

  /** Takes that option if it is next. */
  boolean takes(String option) {
    if (hasMore() && words.get(at).toUpperCase(Locale.ROOT).equals(option)) {
      at++;
      return true;
    }
    return false;
  }

  List<String> rest() {
    var rest = words.subList(at, words.size());
    at = words.size();
    return rest;
  }
}
