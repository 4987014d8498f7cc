// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** One condition of a {@link Selector} on labels. What is not there has no value. */
sealed interface Requirement {

  /** Whether these labels fulfil it. */
  boolean matches(Map<String, String> labels);

  /** The label is there and has one of these values. */
  record In(String key, Set<String> values) implements Requirement {
    @Override
    public boolean matches(Map<String, String> labels) {
      var value = labels.get(key);
      return value != null && values.contains(value);
    }
  }

  /** The label is not there, or has none of these values. */
  record NotIn(String key, Set<String> values) implements Requirement {
    @Override
    public boolean matches(Map<String, String> labels) {
      var value = labels.get(key);
      return value == null || !values.contains(value);
    }
  }

  /** The label is there. */
  record Exists(String key) implements Requirement {
    @Override
    public boolean matches(Map<String, String> labels) {
      return labels.containsKey(key);
    }
  }

  /** The label is not there. */
  record Absent(String key) implements Requirement {
    @Override
    public boolean matches(Map<String, String> labels) {
      return !labels.containsKey(key);
    }
  }

  /** The label is there, and a whole number on that side of the bound. */
  record Compared(String key, Side side, long bound) implements Requirement {

    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");

    /** On which side. */
    enum Side {
      /** More than the bound. */
      ABOVE,
      /** Less than the bound. */
      BELOW
    }

    @Override
    public boolean matches(Map<String, String> labels) {
      var value = labels.get(key);
      if (value == null || !WHOLE.matcher(value).matches()) {
        return false;
      }
      try {
        var number = Long.parseLong(value);
        return side == Side.ABOVE ? number > bound : number < bound;
      } catch (NumberFormatException e) {
        return false; // too long for any bound, as Kubernetes has it
      }
    }
  }
}
