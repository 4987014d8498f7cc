// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.event.Event.Acked;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Entries that are larger than all that is asked for in one go. */
@WithRedis
class LargeEntryTest {

  private static final int SIZE = 9 << 20;

  @Test
  void entries_larger_than_what_one_reply_should_hold_are_handled_and_come_back_all_the_same(
      EmbeddedRedis redis) {
    Queue<Integer> sizes = new ConcurrentLinkedQueue<>();
    try (var bench = new Bench(redis)) {
      for (int i = 0; i < 3; i++) {
        redis.command(bytes("XADD"), bytes(Bench.STREAM), bytes("*"), bytes("n"), new byte[SIZE]);
      }
      bench
          .worker()
          .concurrency(4)
          .onEach(
              delivery -> {
                sizes.add(delivery.entry().fields().value(0).length);
                if (delivery.attempt() == 1) {
                  throw new IllegalStateException("once more");
                }
              })
          .start();

      bench.events.await(Acked.class, 3);
      assertThat(sizes).hasSize(6).containsOnly(SIZE);
      assertThat(bench.pending()).isEmpty();
    }
  }

  private static byte[] bytes(String word) {
    return word.getBytes(UTF_8);
  }
}
