// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.delivery.Delivery;
import io.millhand.event.Event;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoopTest {

  private final Events events =
      new Events(new Event.Worker(new Delivery.Source("orders", "processing"), "one"), List.of());

  private Loop loop(Loop.Step step, Loop.Fatal fatal) {
    var outage = new Outage(events, LoggerFactory.getLogger(LoopTest.class));
    return new Loop("test", "one", new Signal(), step, outage, fatal);
  }

  @Test
  void what_keeps_a_worker_from_giving_up_does_not_keep_it_for_ever() {
    var tries = new AtomicInteger();
    var told = new AtomicReference<@Nullable Throwable>();
    var full = new OutOfMemoryError("told to be full");
    var loop =
        loop(
            () -> {
              throw full;
            },
            cause -> {
              if (tries.incrementAndGet() < 3) {
                throw new OutOfMemoryError("still full");
              }
              told.set(cause);
            });

    loop.start();

    await().atMost(ofSeconds(10)).until(() -> told.get() != null && !loop.isAlive());
    assertThat(told.get()).isSameAs(full);
    assertThat(tries).hasValue(3);
  }

  @Test
  void the_last_word_follows_the_last_turn_and_may_fail() {
    var said = new ConcurrentLinkedQueue<String>();
    var inTurn = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var step =
        new Loop.Step() {
          @Override
          public Loop.Turn run() throws InterruptedException {
            inTurn.countDown();
            goOn.await();
            said.add("turn");
            return Loop.Turn.ASKED;
          }

          @Override
          public void last() {
            said.add("last");
            throw new IllegalStateException("too late");
          }
        };
    var loop = loop(step, cause -> said.add("failed: " + cause));

    loop.start();
    await().atMost(ofSeconds(10)).until(() -> inTurn.getCount() == 0);
    loop.end();
    goOn.countDown();

    await().atMost(ofSeconds(10)).until(() -> !loop.isAlive());
    assertThat(said).containsExactly("turn", "last");
  }
}
