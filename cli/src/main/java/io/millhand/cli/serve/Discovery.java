// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.error.MillhandException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys of all streams. To find them is to walk the whole key space: a walk that is quick is
 * made for each scrape; one that is not, behind the scrapes, for a fiftieth of the time, or where
 * that is rarer than twice a minute, twice a minute.
 */
final class Discovery implements Supplier<List<String>> {

  private static final Duration QUICK = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int REST = 50;

  private final Supplier<List<String>> walk;
  private final AtomicBoolean walking = new AtomicBoolean();
  private volatile @Nullable Found found;

  /** With that walk. */
  Discovery(Supplier<List<String>> walk) {
    this.walk = walk;
  }

  private record Found(List<String> keys, long atNanos, long tookNanos) {

    boolean wasQuick() {
      return tookNanos < QUICK.toNanos();
    }

    boolean isOld() {
      var pause = Math.min(LONGEST_PAUSE.toNanos(), tookNanos * REST);
      return System.nanoTime() - atNanos > pause;
    }
  }

  /** As they are now, or were at the last walk. */
  @Override
  public List<String> get() {
    var known = found;
    if (known == null || known.wasQuick()) {
      return walk();
    }
    if (known.isOld() && walking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("millhand-discover").start(this::walkBehind);
    }
    return known.keys();
  }

  private void walkBehind() {
    try {
      walk();
    } catch (MillhandException e) {
      // Redis is away: the scrapes meet that themselves, and tell.
    } finally {
      walking.set(false);
    }
  }

  private List<String> walk() {
    var began = System.nanoTime();
    var keys = walk.get();
    found = new Found(keys, System.nanoTime(), System.nanoTime() - began);
    return keys;
  }
}
