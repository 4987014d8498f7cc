// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/**
 * A rate over as long a time as it has been the same: steady while it is steady, quick when it
 * changes. Of windows, each twice as long as the one before, it takes the longest with which each
 * shorter one agrees, as far as counts of chance can agree (Lepski's rule for the choice of a
 * bandwidth, with the deviations of a Poisson count). Not thread-safe.
 */
final class AdaptiveRate {

  /** So many deviations: by chance one look in ten thousand disagrees. */
  private static final double SURELY = 4;

  private final Duration shortest;
  private final Duration longest;
  private final Deque<Sample> samples = new ArrayDeque<>(); // the newest first

  /** So many in that exposure, of that time. */
  private record Sample(Duration time, long count, double exposure) {}

  private record Window(double count, double exposure) {

    double rate() {
      return count / exposure;
    }

    /** Whether this may be chance, where the rate in truth is that one. */
    boolean agrees(double rate) {
      var expected = rate * exposure;
      return Math.abs(count - expected) <= SURELY * Math.sqrt(expected) + 1;
    }
  }

  /**
   * Nothing is known yet.
   *
   * @param shortest the shortest window
   * @param longest how far back to look at most
   */
  AdaptiveRate(Duration shortest, Duration longest) {
    this.shortest = shortest;
    this.longest = longest;
  }

  /**
   * Adds what was seen last.
   *
   * @param time how long it was looked at
   * @param count how many there were
   * @param exposure what the rate is by: seconds, or busy seconds of workers; 0 adds nothing
   */
  void add(Duration time, long count, double exposure) {
    if (exposure <= 0) {
      return;
    }
    samples.addFirst(new Sample(time, count, exposure));
    var all = Duration.ZERO;
    for (var sample : samples) {
      all = all.plus(sample.time());
    }
    while (samples.size() > 1 && all.minus(samples.getLast().time()).compareTo(longest) >= 0) {
      all = all.minus(samples.removeLast().time());
    }
  }

  /** Counts in all that is known. */
  long counted() {
    return samples.stream().mapToLong(Sample::count).sum();
  }

  /** The rate by exposure; empty where nothing is known. */
  OptionalDouble rate() {
    if (samples.isEmpty()) {
      return OptionalDouble.empty();
    }
    var shorter = new ArrayDeque<Window>();
    var best = window(shortest);
    for (var time = shortest.multipliedBy(2);
        time.compareTo(longest.multipliedBy(2)) < 0;
        time = time.multipliedBy(2)) {
      shorter.add(best);
      var next = window(time);
      if (!shorter.stream().allMatch(window -> window.agrees(next.rate()))) {
        break;
      }
      best = next;
    }
    return OptionalDouble.of(best.rate());
  }

  /** The newest samples that make up so much time, or all. */
  private Window window(Duration time) {
    var count = 0.0;
    var exposure = 0.0;
    var sum = Duration.ZERO;
    for (var sample : samples) {
      if (sum.compareTo(time) >= 0) {
        break;
      }
      count += sample.count();
      exposure += sample.exposure();
      sum = sum.plus(sample.time());
    }
    return new Window(count, exposure);
  }
}
