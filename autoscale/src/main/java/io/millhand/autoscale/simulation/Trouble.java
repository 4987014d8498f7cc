// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.List;

/**
 * What goes wrong in a scenario.
 *
 * @param poison a storm of entries with which each attempt fails
 * @param slow when handlers take longer, since what they call does
 * @param shared how many handlers of the whole fleet what they call serves at full speed; infinite
 *     where it has no bounds. With more they all slow down: more workers do not help
 * @param crashEvery seconds between two workers' deaths, in the mean; 0: none dies
 * @param unknown when nothing can be measured
 */
record Trouble(Poison poison, Slow slow, double shared, double crashEvery, List<Span> unknown) {

  /** Nothing. */
  static final Trouble NONE =
      new Trouble(
          new Poison(new Span(0, 0), 0, List.of()),
          new Slow(new Span(0, 0), 1),
          Double.POSITIVE_INFINITY,
          0,
          List.of());

  /** From a time, that included, until another. */
  record Span(double from, double to) {
    boolean has(double time) {
      return time >= from && time < to;
    }
  }

  /**
   * Entries with which each attempt fails: dead-lettered after the last.
   *
   * @param when they are added
   * @param share which part of the entries added then
   * @param backOff seconds after each failed attempt but the last
   */
  record Poison(Span when, double share, List<Double> backOff) {}

  /**
   * Handlers that begin in that time take longer.
   *
   * @param when they begin
   * @param factor how many times as long
   */
  record Slow(Span when, double factor) {}

  double poisonShare(double added) {
    return poison.when().has(added) ? poison.share() : 0;
  }

  /** How many times as long a handler takes that begins now. */
  double factor(double time) {
    return slow.when().has(time) ? slow.factor() : 1;
  }

  /** The least of these factors from a time until another. */
  double leastFactor(double from, double to) {
    return slow.when().has(from) && slow.when().has(to) ? slow.factor() : 1;
  }

  boolean isUnknown(double time) {
    return unknown.stream().anyMatch(span -> span.has(time));
  }

  Trouble with(Poison storm) {
    return new Trouble(storm, slow, shared, crashEvery, unknown);
  }

  Trouble with(Slow slowness) {
    return new Trouble(poison, slowness, shared, crashEvery, unknown);
  }

  Trouble sharing(double handlers) {
    return new Trouble(poison, slow, handlers, crashEvery, unknown);
  }

  Trouble crashing(double every) {
    return new Trouble(poison, slow, shared, every, unknown);
  }

  Trouble unknown(Span span) {
    return new Trouble(poison, slow, shared, crashEvery, List.of(span));
  }
}
