// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import java.time.Duration;

/**
 * When those that died by themselves are replaced: after a second, and after twice as long each
 * time that the new ones die young too. Pure but for its memory; not thread-safe.
 *
 * <p>Times are since a moment of the caller's choice.
 */
final class Restarts {

  /** Who lives for so long can work. */
  static final Duration GROWN = Duration.ofSeconds(10);

  /** After so many deaths in a row, where none has ever lived long, none ever will. */
  static final int HOPELESS = 4;

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private boolean grown;
  private int inRow;
  private Duration lastDeath = Duration.ZERO;
  private Duration until = Duration.ZERO;

  /** One has been seen alive at that age. */
  void lives(Duration age) {
    if (age.compareTo(GROWN) >= 0) {
      grown = true;
    }
  }

  /**
   * One has died by itself. Those that die together count as one.
   *
   * @param started when it was started
   * @param now when it died
   * @return how long no new one is started
   */
  Duration died(Duration started, Duration now) {
    lives(now.minus(started));
    if (now.minus(started).compareTo(GROWN) >= 0) {
      inRow = 1;
    } else if (inRow == 0 || started.compareTo(lastDeath) >= 0) {
      inRow++;
    }
    lastDeath = now;
    var pause = FIRST.multipliedBy(1L << Math.min(inRow - 1, 5));
    pause = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    until = now.plus(pause);
    return pause;
  }

  /** Whether one may be started. */
  boolean mayStart(Duration now) {
    return now.compareTo(until) >= 0;
  }

  /** How many died one after the other. */
  int inRow() {
    return inRow;
  }

  /** Whether it makes no sense to go on. */
  boolean isHopeless() {
    return !grown && inRow >= HOPELESS;
  }
}
