// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static org.awaitility.Awaitility.await;

import io.millhand.error.MillhandException;
import io.millhand.error.UncertainSendException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
  private final Set<Integer> doubtful = ConcurrentHashMap.newKeySet();
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
        doubtful.add(number);
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
    ended = true;
    thread.join();
    try {
      await().atMost(Duration.ofSeconds(20)).until(() -> handled.keySet().containsAll(sent));
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      // What is missing is the answer.
    }
    var missing = new TreeSet<>(sent);
    missing.removeAll(handled.keySet());
    return missing;
  }

  /** How many sends nobody could tell the outcome of. */
  int doubtful() {
    return doubtful.size();
  }

  int sent() {
    return sent.size();
  }

  /** Those that were handled more than once. */
  List<Integer> repeated() {
    return IntStream.range(0, next.get())
        .filter(number -> handled.getOrDefault(number, new AtomicInteger()).get() > 1)
        .boxed()
        .collect(Collectors.toList());
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
