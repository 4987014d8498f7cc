// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.serve.Collector.Collection;
import io.millhand.inspect.Survey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CollectorTest {

  @Test
  void those_who_ask_at_the_same_time_share_one_look_at_redis() throws Exception {
    var looks = new AtomicInteger();
    var gate = new CountDownLatch(1);
    var collector =
        new Collector(
            () -> {
              looks.incrementAndGet();
              awaitQuietly(gate);
              return new Survey(Instant.EPOCH, List.of(), List.of());
            },
            Duration.ofSeconds(1));
    var threads = new ArrayList<Thread>();
    var answers = new ArrayList<FutureTask<Collection>>();
    for (int i = 0; i < 5; i++) {
      var task = new FutureTask<>(collector::collect);
      answers.add(task);
      threads.add(Thread.ofPlatform().start(task));
    }
    await().until(() -> threads.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
    gate.countDown();

    for (var answer : answers) {
      assertThat(answer.get().seen()).isPresent();
    }
    assertThat(looks).hasValue(1);

    // Nothing is kept.
    assertThat(collector.collect().read()).isEqualTo(2);
  }

  private static void awaitQuietly(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
