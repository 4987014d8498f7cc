// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import java.util.List;

/**
 * A metric: what Prometheus calls a family.
 *
 * @param name its name; a unit, where it has one, is its last word, before {@code _total}
 * @param type what its values are
 * @param unit its unit in Prometheus' words, or nothing
 * @param help what it tells, on one line
 * @param labels the names of its labels
 */
record Metric(String name, Type type, String unit, String help, List<String> labels) {

  /** What the values of a metric are. */
  enum Type {
    /** Goes up and down. */
    GAUGE("gauge"),
    /** Only goes up while the process lives. */
    COUNTER("counter");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** A gauge without a unit. */
  static Metric gauge(String name, String help, String... labels) {
    return new Metric(name, Type.GAUGE, "", help, List.of(labels));
  }

  /** A gauge of entries. */
  static Metric entries(String name, String help, String... labels) {
    return new Metric(name, Type.GAUGE, "entries", help, List.of(labels));
  }

  /** A gauge of seconds. */
  static Metric seconds(String name, String help, String... labels) {
    return new Metric(name, Type.GAUGE, "seconds", help, List.of(labels));
  }

  /** A gauge of bytes. */
  static Metric bytes(String name, String help, String... labels) {
    return new Metric(name, Type.GAUGE, "bytes", help, List.of(labels));
  }

  /** A counter without a unit. */
  static Metric counter(String name, String help, String... labels) {
    return new Metric(name, Type.COUNTER, "", help, List.of(labels));
  }
}
