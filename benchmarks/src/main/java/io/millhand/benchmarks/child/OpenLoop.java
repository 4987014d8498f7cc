// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import io.millhand.benchmarks.wire.Bytes;
import io.millhand.benchmarks.wire.Resp;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A producer that sends by a schedule, whatever becomes of what it sent: each entry carries the
 * time at which it was to be sent ({@code sent}, of the monotonic clock, in ns), not that at which
 * it was. What is late goes out in one write. So nothing that holds it up is left out of a latency.
 *
 * <p>Arguments: host, port, stream, rate (a second), warm and entries (how many; the {@code sent}
 * of the first, warm ones is 0).
 */
final class OpenLoop {

  private static final long LEAD_NANOS = 200_000_000;
  private static final int MOST_AT_ONCE = 1_000;
  private static final int WARM_TURNS = 3_000;
  private static final int WARM_BATCH = 10;

  private OpenLoop() {}

  static Figures run(Arguments arguments) throws Exception {
    var stream = arguments.text("stream");
    var rate = arguments.number("rate");
    var warm = arguments.number("warm");
    var entries = warm + arguments.number("entries");
    var payload = "x".repeat(100);
    var late = new Histogram(3);
    try (var redis = new Resp(arguments.text("host"), (int) arguments.number("port"))) {
      warmUp(redis, stream);
      var replies = new Replies(redis, entries);
      var start = System.nanoTime() + LEAD_NANOS;
      var out = new Bytes();
      for (long i = 0; i < entries; ) {
        var due = start + (long) (i * 1e9 / rate);
        var now = awaitTime(due);
        for (int n = 0; i < entries && due <= now && n < MOST_AT_ONCE; n++) {
          out.command(
              "XADD",
              stream,
              "*",
              "order_id",
              "" + i,
              "amount",
              "99.99",
              "payload",
              payload,
              "sent",
              i < warm ? "0" : "" + due);
          if (i >= warm) {
            late.recordValue(Math.max(0, now - due));
          }
          i++;
          due = start + (long) (i * 1e9 / rate);
        }
        redis.send(out);
      }
      var seconds = (System.nanoTime() - start) / 1e9;
      replies.await();
      return new Figures()
          .with(Metric.RATE, entries / seconds)
          .with(Metric.SEND_LATE_P99, late.getValueAtPercentile(99) / 1e6);
    }
  }

  /** So that its own code is compiled by when it counts. */
  private static void warmUp(Resp redis, String stream) throws Exception {
    var key = stream + "-warm";
    var payload = "x".repeat(100);
    var out = new Bytes();
    for (int turn = 0; turn < WARM_TURNS; turn++) {
      for (int i = 0; i < WARM_BATCH; i++) {
        out.command("XADD", key, "MAXLEN", "~", "100", "*", "order_id", "" + i, "payload", payload);
      }
      redis.send(out);
      for (int i = 0; i < WARM_BATCH; i++) {
        redis.in().skipBulk();
      }
    }
    redis.command("DEL", key);
  }

  private static long awaitTime(long due) {
    for (long now = System.nanoTime(); ; now = System.nanoTime()) {
      if (now >= due) {
        return now;
      }
      LockSupport.parkNanos(due - now);
    }
  }

  /** Reads the replies on a thread of its own. */
  private static final class Replies {
    private final Thread thread;
    private final AtomicLong read = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    Replies(Resp redis, long entries) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      while (read.get() < entries) {
                        redis.in().skipBulk();
                        read.incrementAndGet();
                      }
                    } catch (Exception e) {
                      failure.set(e);
                    }
                  });
    }

    void await() throws Exception {
      thread.join(TimeUnit.SECONDS.toMillis(60));
      var cause = failure.get();
      if (cause != null) {
        throw cause;
      }
      if (thread.isAlive()) {
        throw new IllegalStateException("Redis does not confirm what was sent");
      }
    }
  }
}
