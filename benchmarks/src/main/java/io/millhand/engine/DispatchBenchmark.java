// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.config.WorkerSettings.HandlerThreads;
import io.millhand.delivery.Codec;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.Origin;
import io.millhand.delivery.Outcome;
import io.millhand.event.Event;
import io.millhand.redis.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * From the intake's hands through a handler that does nothing to the settler's: 500 entries at
 * once. Per entry.
 */
@State(Scope.Thread)
public class DispatchBenchmark {

  private static final int ENTRIES = 500;
  private static final Delivery.Source SOURCE = new Delivery.Source("orders", "benchmark");

  /** Handlers at once. */
  @Param({"64", "1000"})
  public int concurrency = 64;

  private final List<Arrival> arrivals = arrivals();
  private final Counting settling = new Counting();
  private Dispatcher dispatcher = dispatcher(concurrency);

  /** Where they end. */
  private static final class Counting implements Settling {
    private volatile CountDownLatch all = new CountDownLatch(0);

    @Override
    public void settle(Held held, Outcome outcome) {
      all.countDown();
    }

    @Override
    public void release(Held held, Duration delay) {
      all.countDown();
    }

    @Override
    public void ackLate(Held held) {}

    @Override
    public void drop(Held held) {
      all.countDown();
    }

    @Override
    public void letGo(Held held) {}
  }

  private static List<Arrival> arrivals() {
    var arrivals = new ArrayList<Arrival>();
    for (int i = 0; i < ENTRIES; i++) {
      var fields = Fields.of("order_id", "" + i, "amount", "99.99", "payload", "x".repeat(100));
      var entry = new Entry(EntryId.parse("1700000000000-" + i), fields);
      arrivals.add(new Arrival(entry, Delivery.Count.FIRST, Origin.NEW));
    }
    return arrivals;
  }

  private Dispatcher dispatcher(int handlers) {
    var fence = new Fence(Long.MAX_VALUE);
    fence.open();
    return new Dispatcher(
        Work.each(new AsItIs(), delivery -> {}),
        new Dispatcher.Terms(handlers, 5, HandlerThreads.VIRTUAL, SOURCE, "benchmark"),
        new AnyOrder(none -> {}),
        settling,
        fence,
        new Signal(),
        new Events(new Event.Worker(SOURCE, "benchmark"), List.of()),
        cause -> {
          throw new IllegalStateException(cause);
        });
  }

  private static final class AsItIs implements Codec<Entry> {
    @Override
    public Entry decode(Entry entry) {
      return entry;
    }

    @Override
    public Fields encode(Entry entry) {
      return entry.fields();
    }
  }

  /** With the handlers of this trial. */
  @Setup
  public void prepare() {
    dispatcher = dispatcher(concurrency);
  }

  /** All of a batch. */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public void batch() throws InterruptedException {
    var all = new CountDownLatch(ENTRIES);
    settling.all = all;
    var now = System.nanoTime();
    var held = new ArrayList<Held>(ENTRIES);
    for (var arrival : arrivals) {
      held.add(new Held(arrival, now));
    }
    dispatcher.accept(held);
    all.await();
  }
}
