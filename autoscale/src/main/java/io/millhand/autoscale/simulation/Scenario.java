// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.List;
import java.util.Optional;

/**
 * A load, the workers that it meets, and what goes wrong.
 *
 * @param name short, of lower-case letters, digits and hyphens
 * @param text what it is, in a sentence
 * @param profile how much comes
 * @param work how long an entry takes
 * @param workers what a worker is like
 * @param trouble what goes wrong
 * @param bounds how many workers there may be
 */
public record Scenario(
    String name,
    String text,
    ProfileSource profile,
    Work work,
    Workers workers,
    Trouble trouble,
    Bounds bounds) {

  /** Makes the profile of a seed. */
  @FunctionalInterface
  interface ProfileSource {
    /** With random numbers of that seed. */
    Profile of(Draws draws);
  }

  /**
   * What a worker is like.
   *
   * @param slots handlers that it runs at once
   * @param cores of its processor where handlers need it all the time: with k of them busy each
   *     runs at the speed cores/k at most; infinite where they only wait for others
   * @param startFrom seconds from its request until it is ready, at least
   * @param startTo seconds from its request until it is ready, at most
   * @param drainTimeout seconds that it may take to finish what it has in hand when it is to end;
   *     what is unfinished then is handed back
   */
  public record Workers(
      int slots, double cores, double startFrom, double startTo, double drainTimeout) {

    /** Handlers that wait for others, a JVM's start, and 25 s to drain. */
    public static Workers of(int slots) {
      return new Workers(slots, Double.POSITIVE_INFINITY, 10, 30, 25);
    }

    /** With handlers that compute. */
    Workers cores(double number) {
      return new Workers(slots, number, startFrom, startTo, drainTimeout);
    }

    /** With that range of start delays. */
    public Workers start(double from, double to) {
      return new Workers(slots, cores, from, to, drainTimeout);
    }

    /** With that time to drain. */
    Workers drain(double seconds) {
      return new Workers(slots, cores, startFrom, startTo, seconds);
    }

    /** Seconds of work that it does in a second. */
    double speed() {
      return Math.min(slots, cores);
    }
  }

  /**
   * How many workers there may be.
   *
   * @param min fewest, and how many there are at the start
   * @param max most
   */
  public record Bounds(int min, int max) {}

  /** Whether any scaler can keep an objective: more workers do help. */
  public boolean isKeepable() {
    return trouble.shared() == Double.POSITIVE_INFINITY;
  }

  /** With these bounds. */
  public Scenario between(int min, int max) {
    return new Scenario(name, text, profile, work, workers, trouble, new Bounds(min, max));
  }

  /**
   * A load that was recorded.
   *
   * @param name a name for it
   * @param profile how much came
   * @param work how long an entry takes
   * @param workers what a worker is like
   */
  public static Scenario recorded(String name, Profile profile, Work work, Workers workers) {
    return new Scenario(
        name, "a recorded load", draws -> profile, work, workers, Trouble.NONE, new Bounds(1, 40));
  }

  /** Those that come with it. */
  public static List<Scenario> all() {
    return Scenarios.ALL;
  }

  /** The one of that name that comes with it. */
  public static Optional<Scenario> named(String name) {
    return all().stream().filter(one -> one.name().equals(name)).findFirst();
  }
}
