// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static org.awaitility.Awaitility.await;

import io.millhand.delivery.EntryId;
import io.millhand.error.MillhandException;
import io.millhand.error.UncertainSendException;
import io.millhand.inspect.Inspector;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A producer that sends numbered entries one after another, and the handlers that count them, for
 * tests that move the stream meanwhile.
 */
final class Traffic implements AutoCloseable {

  private final Producer producer;
  private final Thread thread;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Integer> sent = ConcurrentHashMap.newKeySet();
  private final Map<Integer, AtomicInteger> handled = new ConcurrentHashMap<>();
  private final AtomicLong lastHandled = new AtomicLong(System.nanoTime());
  private final AtomicLong longestGap = new AtomicLong();
  private volatile boolean ended;

  /** Sends by that producer, until it is closed. */
  Traffic(Producer producer) {
    this.producer = producer;
    this.thread = Thread.ofPlatform().daemon().name("traffic").unstarted(this::run);
  }

  Traffic start() {
    lastHandled.set(System.nanoTime());
    thread.start();
    return this;
  }

  private void run() {
    while (!ended) {
      var number = next.getAndIncrement();
      try {
        producer.send(Map.of("number", Integer.toString(number)));
        sent.add(number);
      } catch (UncertainSendException e) {
        // Nobody can know; it is not counted.
      } catch (MillhandException e) {
        // It was not added; the next one is another.
      }
    }
  }

  /** For the handler of each worker. */
  void handle(int number) {
    handled.computeIfAbsent(number, each -> new AtomicInteger()).incrementAndGet();
    var now = System.nanoTime();
    var gap = now - lastHandled.getAndSet(now);
    longestGap.accumulateAndGet(gap, Math::max);
  }

  /** How many were sent. */
  int sent() {
    return sent.size();
  }

  /** How many were handled. */
  int handled() {
    return handled.size();
  }

  /** Waits until so many more were sent and handled. */
  void awaitMore(int entries) {
    var target = handled.size() + entries;
    await().atMost(Duration.ofSeconds(30)).until(() -> handled.size() >= target);
  }

  /** The longest time in which no entry was handled. */
  Duration longestGap() {
    return Duration.ofNanos(longestGap.get());
  }

  /** Stops sending, and waits until all that was sent is handled; answers with what is not. */
  Set<Integer> finish() throws InterruptedException {
    return finish(this::unhandled);
  }

  /**
   * The same, without those that the stream does not have any more: replication is asynchronous, so
   * that a failover takes the last writes of a master along.
   */
  Set<Integer> finish(Inspector inspector) throws InterruptedException {
    return finish(
        () -> {
          var missing = unhandled();
          if (!missing.isEmpty()) {
            missing.retainAll(kept(inspector));
          }
          return missing;
        });
  }

  private Set<Integer> finish(Supplier<Set<Integer>> missing) throws InterruptedException {
    ended = true;
    thread.join();
    try {
      await()
          .pollInterval(Duration.ofMillis(200))
          .atMost(Duration.ofSeconds(20))
          .until(() -> missing.get().isEmpty());
    } catch (ConditionTimeoutException e) {
      // What is missing is the answer.
    }
    return missing.get();
  }

  private Set<Integer> unhandled() {
    var missing = new TreeSet<>(sent);
    missing.removeAll(handled.keySet());
    return missing;
  }

  private Set<Integer> kept(Inspector inspector) {
    var kept = new TreeSet<Integer>();
    inspector.search(
        producer.stream(),
        EntryId.ZERO,
        new EntryId(Long.MAX_VALUE, Long.MAX_VALUE),
        Integer.MAX_VALUE,
        entry -> true,
        entry -> kept.add(Integer.parseInt(entry.fields().text("number"))));
    return kept;
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
