// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.lab;

import io.millhand.benchmarks.wire.Resp;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Another client of the same server, that asks for a small key once a millisecond: what it waits is
 * what the others cost it. A wait counts as well for the questions that could not be asked
 * meanwhile.
 *
 * <p>Threads: one of its own. Owns: its connection.
 */
public final class Pings implements AutoCloseable {

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Resp redis;
  private final Thread thread;
  private final Histogram waits = new Histogram(3);
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  private volatile boolean ends; // by its owner

  /** Begins to ask. */
  public Pings(String host, int port) throws IOException {
    redis = new Resp(host, port);
    redis.command("SET", "ping-key", "x");
    thread = Thread.ofPlatform().name("pings").daemon().start(this::ask);
  }

  private void ask() {
    try {
      while (!ends) {
        var at = System.nanoTime();
        redis.command("GET", "ping-key");
        var now = System.nanoTime();
        waits.recordValueWithExpectedInterval(now - at, PERIOD_NANOS);
        LockSupport.parkNanos(at + PERIOD_NANOS - now);
      }
    } catch (IOException e) {
      failure.set(e);
    }
  }

  /** Stops, and answers how long it has waited. */
  public Histogram stop() throws IOException, InterruptedException {
    ends = true;
    thread.join();
    var cause = failure.get();
    if (cause != null) {
      throw cause;
    }
    return waits;
  }

  @Override
  public void close() throws IOException {
    ends = true;
    redis.close();
  }
}
