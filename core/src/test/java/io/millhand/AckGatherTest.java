// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Acks of entries that come one by one go to Redis several at a time. */
@WithRedis(isolated = true)
class AckGatherTest {

  private static final int ENTRIES = 400;
  private static final Pattern CALLS = Pattern.compile("cmdstat_xack:calls=(\\d+)");

  private EmbeddedRedis redis;
  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    this.redis = redis;
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private int acks() {
    var calls = CALLS.matcher(String.valueOf(redis.command("INFO", "commandstats")));
    return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
  }

  /** One after another, each once the one before has been handled. */
  private int acksOfSteadyTraffic(int permits) {
    var handled = new AtomicInteger();
    bench
        .worker()
        .concurrency(Math.min(permits, 10))
        .maxInFlight(permits)
        .onEach(delivery -> handled.incrementAndGet())
        .start();
    var before = acks();
    for (int i = 1; i <= ENTRIES; i++) {
      bench.producer.send(Map.of("order_id", "" + i));
      while (handled.get() < i) {
        Thread.onSpinWait();
      }
    }
    Bench.await().until(() -> bench.pending().isEmpty());
    return acks() - before;
  }

  /** However busy the machine is: two writes are two milliseconds apart at least. */
  @Test
  void while_most_permits_are_free_several_go_at_once() {
    var start = System.nanoTime();
    var acks = acksOfSteadyTraffic(1000);
    var millis = (System.nanoTime() - start) / 1e6;

    assertThat(acks).isLessThanOrEqualTo((int) (millis / 2) + 1);
  }

  @Test
  void a_worker_with_one_permit_does_not_wait_for_more() {
    var start = System.nanoTime();
    assertThat(acksOfSteadyTraffic(1)).isEqualTo(ENTRIES);
    assertThat((System.nanoTime() - start) / 1e9).as("seconds").isLessThan(20);
  }
}
