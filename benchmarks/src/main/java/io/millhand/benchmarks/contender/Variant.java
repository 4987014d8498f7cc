// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.util.Set;
import java.util.function.Supplier;

/**
 * A contender by its name.
 *
 * @param name as the command line and the tables have it
 * @param family the name that stands for all its variants
 * @param what it is, in one line
 * @param plays the kinds of work that it takes part in
 * @param width what it can do at once
 * @param pace about how many entries a second it drains at best; only to keep slow ones short
 * @param kind what it needs
 * @param makes makes it, where it is Java
 */
public record Variant(
    String name,
    String family,
    String what,
    Set<Plays> plays,
    Width width,
    long pace,
    Kind kind,
    Supplier<Contender> makes) {

  /** What it needs. */
  public enum Kind {
    /** This JVM, and Redis. */
    JAVA,
    /** A Python with redis-py. */
    PYTHON,
    /** Node with npm. */
    BULLMQ,
    /** A Kafka broker instead of Redis. */
    KAFKA
  }

  /** Kinds of work. */
  public enum Plays {
    /** Draining, with handlers that do nothing. */
    DRAIN,
    /** Handlers that take time. */
    SLEEP,
    /** Entries that come one by one. */
    LATENCY,
    /** Many of them with nothing to do. */
    IDLE,
    /** Its stream is nobody else's, since it deletes what it acks. */
    DELETES
  }

  /** How many handlers it runs at once. */
  public enum Width {
    /** One after the other. */
    ONE,
    /** A hundred. */
    HUNDRED,
    /** As many as the job says. */
    ALL
  }

  /** Whether the name is this one's, or its family's. */
  public boolean isCalled(String called) {
    return name.equals(called) || family.equals(called);
  }

  /** How many handlers it runs at once, where so many may be in flight. */
  public int handlers(int inFlight) {
    return switch (width) {
      case ONE -> 1;
      case HUNDRED -> Math.min(100, inFlight);
      case ALL -> inFlight;
    };
  }
}
