// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * How quickly a count rises, over the last few seconds.
 *
 * <p>Threads: the parent's loop alone.
 */
final class RateMeter {

  private static final long WINDOW = Duration.ofSeconds(3).toNanos();

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  private record Sample(long at, long count) {}

  void learn(long now, long count) {
    samples.addLast(new Sample(now, count));
    while (samples.size() > 2 && now - samples.getFirst().at() > WINDOW) {
      samples.removeFirst();
    }
  }

  double perSecond() {
    if (samples.size() < 2) {
      return 0;
    }
    var first = samples.getFirst();
    var last = samples.getLast();
    var nanos = last.at() - first.at();
    return nanos <= 0 ? 0 : (last.count() - first.count()) * 1e9 / nanos;
  }
}
