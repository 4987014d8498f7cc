// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.MillhandException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UncertainSendException;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who sends writes for others, too: they have an end though its own stack has none left. */
@WithRedis(isolated = true)
class DeepStackTest {

  private static final int DIVES = 8;
  private static final long STACK_BYTES = 512 << 10;

  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private record Sent(String name, CompletableFuture<EntryId> answer) {}

  @Test
  void others_have_their_end_when_the_stack_of_a_sender_runs_out() throws Exception {
    bench.producer.sendAll(List.of(Fields.of("warm", "1"), Fields.of("warm", "2")));
    var over = new AtomicBoolean();
    var answers = new ConcurrentLinkedQueue<Sent>();
    var others = Thread.ofPlatform().start(() -> sendUntil(over, answers));
    for (int i = 0; i < DIVES; i++) {
      var diver = new Thread(null, this::dive, "diver", STACK_BYTES);
      diver.start();
      assertThat(diver.join(ofSeconds(30))).isTrue();
    }
    over.set(true);
    others.join();

    for (var each : answers) {
      each.answer().handle((id, error) -> id).orTimeout(20, TimeUnit.SECONDS).join();
    }
    var there = new HashSet<String>();
    bench
        .rows("XRANGE", Bench.STREAM, "-", "+")
        .forEach(row -> there.add(Bench.text(((List<?>) row).get(1), 1)));
    answers.forEach(each -> judge(each, there));
    assertThat(bench.send("after")).isNotNull();
  }

  private static void judge(Sent sent, Set<String> there) {
    if (!sent.answer().isCompletedExceptionally()) {
      assertThat(there.contains(sent.name())).as("added").isTrue();
    } else if (sent.answer().exceptionNow() instanceof UnavailableException) {
      assertThat(there.contains(sent.name())).as("told as not added").isFalse();
    } else {
      assertThat(sent.answer().exceptionNow()).isInstanceOf(UncertainSendException.class);
    }
  }

  private void sendUntil(AtomicBoolean over, ConcurrentLinkedQueue<Sent> answers) {
    for (int i = 0; !over.get(); i++) {
      var name = "other-" + i;
      answers.add(new Sent(name, bench.producer.sendAsync(Fields.of("n", name))));
    }
  }

  /** Sends at the deepest place where that is possible, having tried it at all that are deeper. */
  @SuppressWarnings("InfiniteRecursion") // until there is no stack
  private void dive() {
    try {
      dive();
    } catch (StackOverflowError e) {
      trySend();
    }
  }

  private void trySend() {
    try {
      bench.producer.send(Map.of("diver", "1"));
    } catch (MillhandException e) {
      // It ran out in the middle of it.
    }
  }
}
