// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SignalTest {

  private final Signal signal = new Signal();

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  @Test
  void a_signal_that_was_raised_before_the_wait_is_not_lost() throws Exception {
    signal.raise();
    var start = System.nanoTime();
    signal.await(SECONDS.toNanos(20));

    assertThat(millisSince(start)).isLessThan(10_000);
  }

  @Test
  void what_is_seen_stays_until_it_is_cleared() throws Exception {
    signal.raise();

    assertThat(signal.see(0)).isTrue();
    assertThat(signal.see(0)).isTrue();
    signal.clear();
    assertThat(signal.see(0)).isFalse();
  }

  @Test
  void a_rest_is_not_ended_by_what_is_raised_meanwhile() throws Exception {
    signal.raise();
    var over = new AtomicBoolean();
    var start = System.nanoTime();
    var raising =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!over.get()) {
                    signal.raise();
                    Thread.onSpinWait();
                  }
                });
    signal.rest(MILLISECONDS.toNanos(100), () -> true);
    over.set(true);
    raising.join();

    assertThat(millisSince(start)).isGreaterThanOrEqualTo(100);
  }

  @Test
  void a_rest_that_is_not_worth_it_is_none() throws Exception {
    var start = System.nanoTime();
    signal.rest(SECONDS.toNanos(20), () -> false);

    assertThat(millisSince(start)).isLessThan(10_000);
  }

  @Test
  void a_rest_is_ended_by_whoever_is_in_a_hurry() throws Exception {
    var start = System.nanoTime();
    signal.rest(
        SECONDS.toNanos(20),
        () -> {
          signal.hurry(); // right after it was found to be worth it
          return true;
        });

    assertThat(millisSince(start)).isLessThan(10_000);
  }

  @Test
  void who_closes_it_ends_a_rest() throws Exception {
    var start = System.nanoTime();
    signal.rest(
        SECONDS.toNanos(20),
        () -> {
          signal.close();
          return true;
        });

    assertThat(millisSince(start)).isLessThan(10_000);
  }
}
