// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.Worker;
import io.millhand.cli.ExitCode;
import io.millhand.cli.RedisOptions;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Origin;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import io.millhand.testkit.Ledger;
import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A worker of the demo, a process of its own: an ordinary worker of the library whose handler keeps
 * a ledger.
 */
@Command(name = "demo-worker", hidden = true, description = "A worker of the demo.")
public final class DemoWorker implements Callable<Integer> {

  private static final int ATTEMPTS = 10;
  private static final Duration TELL_EVERY = Duration.ofMillis(200);

  @Mixin private RedisOptions redis = new RedisOptions();

  @Option(names = "--stream", required = true)
  private String stream = "";

  @Option(names = "--group", required = true)
  private String group = "";

  @Option(names = "--name", required = true)
  private String name = "";

  @Option(names = "--ledgers", required = true)
  private Path ledgers = Path.of("");

  @Option(names = "--concurrency", required = true)
  private int concurrency;

  @Option(names = "--handler-time", required = true)
  private Duration handlerTime = Duration.ZERO;

  @Option(names = "--fail-rate", required = true)
  private double failRate;

  @Option(names = "--lease", required = true)
  private Duration lease = Duration.ZERO;

  private final LongAdder handled = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder dead = new LongAdder();

  /** The order behind each entry that a handler has begun: the ledger goes by orders. */
  private final Map<EntryId, String> orders = new ConcurrentHashMap<>();

  /** Set once, before the first entry is read. */
  private volatile @Nullable Ledger ledger;

  /** Made for picocli. */
  public DemoWorker() {}

  @Override
  public Integer call() throws InterruptedException {
    Parent.listen(word -> {}, () -> {});
    ledger = Ledger.open(ledgers, name);
    try (var millhand = redis.connect()) {
      var worker =
          millhand
              .worker(stream, group)
              .consumer(name)
              .concurrency(concurrency)
              .lease(lease)
              .retry(
                  RetryPolicy.exponential(Duration.ofMillis(50), Duration.ofSeconds(1))
                      .maxAttempts(ATTEMPTS))
              .listener(this::heard)
              .onEach(this::handle)
              .start();
      say(new Report.Ready());
      do {
        say(working(worker));
      } while (worker.awaitStop(TELL_EVERY).isEmpty());
      var report = worker.awaitStop();
      return report.isClean() ? ExitCode.OK : ExitCode.LEFT_BEHIND;
    }
  }

  private Report working(Worker worker) {
    var health = worker.health();
    var inHand = health.running() + health.waiting();
    return new Report.Working(handled.sum(), failed.sum(), dead.sum(), inHand, health.keeper());
  }

  private void handle(Delivery<Entry> delivery) throws Exception {
    var order = delivery.text(Order.ID);
    orders.put(delivery.id(), order);
    ledger().begun(order, name, delivery.attempt(), delivery.count().deliveries());
    Thread.sleep(handlerTime);
    if (fails(order, delivery.attempt())) {
      ledger().failed(order, name, "the payment service is not there");
      throw new PaymentFailed();
    }
    ledger().ended(order, name);
  }

  /** The same order fails in the same attempts in each run. */
  private boolean fails(String order, int attempt) {
    return new SplittableRandom(Order.number(order) * 1_000_003L + attempt).nextDouble() < failRate;
  }

  private void heard(Event event) {
    switch (event) {
      case Event.Acked acked -> {
        handled.increment();
        orders.remove(acked.id());
      }
      case Event.Deferred deferred -> {
        failed.increment();
        orders.remove(deferred.id());
      }
      case Event.DeadLettered letter -> {
        dead.increment();
        var order = orders.remove(letter.id());
        if (order != null) {
          ledger().dead(order, name, letter.reason());
        }
      }
      case Event.Fenced fenced -> orders.remove(fenced.id());
      case Event.Started started -> {
        if (started.origin() == Origin.RECLAIMED) {
          say(new Report.TookOver());
        }
      }
      case Event.StateChanged changed -> {
        if (changed.to() == Event.State.STOPPED) {
          say(new Report.Working(handled.sum(), failed.sum(), dead.sum(), 0, false));
          say(new Report.Stopped());
        }
      }
      default -> {
        // the demo shows no more than that
      }
    }
  }

  private Ledger ledger() {
    return java.util.Objects.requireNonNull(ledger, "opened before the worker starts");
  }

  private static void say(Report report) {
    System.out.println(report.line());
  }

  /** The failure of {@code --fail-rate}. */
  private static final class PaymentFailed extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    PaymentFailed() {
      super("the payment service is not there (this is --fail-rate)");
    }
  }
}
