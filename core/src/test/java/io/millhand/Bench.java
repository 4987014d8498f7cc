// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.RetryPolicy;
import io.millhand.inspect.Inspector;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A stream, a group, and a library connected to a real Redis, for one test. */
public final class Bench implements AutoCloseable {

  public static final String STREAM = "orders";
  public static final String GROUP = "processing";

  public final EmbeddedRedis redis;
  public final Millhand millhand;
  public final Recorder events = new Recorder();
  public final Producer producer;
  public final Inspector inspector;

  public Bench(EmbeddedRedis redis) {
    this(redis, redis.url());
  }

  public Bench(EmbeddedRedis redis, String url) {
    this.redis = redis;
    this.millhand =
        Millhand.builder()
            .uri(url)
            .commandTimeout(ofSeconds(2))
            .connectTimeout(ofSeconds(1))
            .connect();
    this.producer = millhand.producer(STREAM);
    this.inspector = millhand.inspector();
  }

  /**
   * A worker with times that suit tests: a lease of 1 s, taken for dead after 400 ms without a
   * connection.
   */
  public WorkerBuilder<Entry> worker() {
    return millhand
        .worker(STREAM, GROUP)
        .heartbeatEvery(ofMillis(100))
        .lease(ofSeconds(1))
        .reconnectGrace(ofMillis(400))
        .reclaimAfter(ofSeconds(2))
        .drainTimeout(ofSeconds(5))
        .retry(RetryPolicy.fixed(ofMillis(50)).jitter(0).maxAttempts(3))
        .shutdownHook(io.millhand.config.WorkerSettings.ShutdownHook.OFF)
        .listener(events);
  }

  public EntryId send(String orderId) {
    return producer.send(Map.of("order_id", orderId));
  }

  /** Ids that are pending, of whomever. */
  public List<String> pending() {
    return rows("XPENDING", STREAM, GROUP, "-", "+", "1000").stream()
        .map(row -> text(row, 0))
        .toList();
  }

  /** The owner of a pending entry; empty where it is not pending. */
  public String owner(EntryId id) {
    var rows = rows("XPENDING", STREAM, GROUP, id.toString(), id.toString(), "1");
    return rows.isEmpty() ? "" : text(rows.get(0), 1);
  }

  public List<?> rows(String... command) {
    return RedisProbe.list(redis.command(command));
  }

  public static String text(Object row, int index) {
    return String.valueOf(((List<?>) row).get(index));
  }

  public static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(ofMillis(10));
  }

  @Override
  public void close() {
    millhand.close();
  }
}
