// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import java.time.Duration;
import java.util.Optional;

/**
 * The net beneath the rates, which may be wrong: where entries wait for longer than half of the
 * objective although all workers are there that were asked for, more are needed, by as much as
 * entries are late, twice at most. It asks again each quarter of the objective; but where nothing
 * was settled since it asked twice, it does not: handlers hang, and more of them would hang, too.
 * Not thread-safe.
 */
final class AgeNet {

  private static final double MOST_AT_ONCE = 2;
  private static final int PATIENT = 2;

  private final Duration soon;
  private final Duration pause;
  private Optional<Duration> askedAt = Optional.empty();
  private int askedInVain;

  AgeNet(Duration objective) {
    this.soon = objective.dividedBy(2);
    this.pause = objective.dividedBy(4);
  }

  /** It asks for nothing for a quarter of the objective. */
  void rest(Duration at) {
    askedAt = Optional.of(at);
  }

  /**
   * So many are needed at least; 0 where nothing is late.
   *
   * @param present workers that were asked for last
   */
  int wanted(Measurement now, int present) {
    if (now.flow().filter(flow -> flow.settled() > 0).isPresent()) {
      askedInVain = 0;
    }
    var age = now.oldest().orElse(Duration.ZERO);
    if (age.compareTo(soon) <= 0) {
      return 0;
    }
    if (now.fleet().ready() < present
        || askedInVain >= PATIENT
        || Patience.isWithin(pause, askedAt, now.at())) {
      return present;
    }
    askedAt = Optional.of(now.at());
    askedInVain++;
    var factor = Math.min(MOST_AT_ONCE, (double) age.toMillis() / soon.toMillis());
    return (int) Math.ceil(present * factor);
  }
}
