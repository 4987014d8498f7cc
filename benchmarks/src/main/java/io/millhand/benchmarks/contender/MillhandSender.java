// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import io.millhand.Millhand;
import io.millhand.Producer;
import io.millhand.delivery.Fields;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** This library's producer: threads that send one entry after the other, or batches. */
final class MillhandSender implements Sends.Sender {

  private static final String PAYLOAD = "x".repeat(100);

  private final Millhand millhand;
  private final int threads;
  private final int batch;

  private MillhandSender(String host, int port, int threads, int batch) {
    this.millhand = Millhand.connect("redis://" + host + ":" + port);
    this.threads = threads;
    this.batch = batch;
  }

  static MillhandSender single(String host, int port, int threads) {
    return new MillhandSender(host, port, threads, 1);
  }

  static MillhandSender batched(String host, int port, int batch) {
    return new MillhandSender(host, port, 1, batch);
  }

  @Override
  public void send(String stream, long entries) throws Exception {
    try (var producer = millhand.producer(stream)) {
      if (batch > 1) {
        inBatches(producer, entries);
      } else {
        oneByOne(producer, entries);
      }
    }
  }

  private void inBatches(Producer producer, long entries) {
    for (long i = 0; i < entries; i += batch) {
      var all = new ArrayList<Fields>(batch);
      for (long n = i; n < Math.min(entries, i + batch); n++) {
        all.add(fields(n));
      }
      producer.sendAll(all);
    }
  }

  private void oneByOne(Producer producer, long entries) throws Exception {
    var next = new AtomicLong();
    var failure = new AtomicReference<@Nullable RuntimeException>();
    var done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try {
                  for (var n = next.getAndIncrement(); n < entries; n = next.getAndIncrement()) {
                    producer.send(fields(n));
                  }
                } catch (RuntimeException e) {
                  failure.compareAndSet(null, e);
                } finally {
                  done.countDown();
                }
              });
    }
    done.await();
    var cause = failure.get();
    if (cause != null) {
      throw cause;
    }
  }

  private static Fields fields(long number) {
    return Fields.of("order_id", "" + number, "amount", "99.99", "payload", PAYLOAD);
  }

  @Override
  public void close() {
    millhand.close();
  }
}
