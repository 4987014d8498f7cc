// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.order;

import io.millhand.Millhand;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import io.millhand.verification.order.OrderLog.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A partitioned worker as a process. Arguments: URL, stream, group, its log, how many of a hundred
 * attempts fail, and {@code ordered} or {@code unordered}. Says {@code READY}, and {@code
 * PARTITIONS n} whenever that changes. A signal drains it.
 */
public final class OrderMain {

  private final OrderLog log;
  private final int failing;

  private OrderMain(OrderLog log, int failing) {
    this.log = log;
    this.failing = failing;
  }

  /** Runs until a signal comes. */
  @SuppressWarnings("resource") // the process' end closes what it has
  public static void main(String[] args) throws Exception {
    var main = new OrderMain(OrderLog.open(Path.of(args[3])), Integer.parseInt(args[4]));
    var millhand = Millhand.connect(args[0]);
    var builder =
        millhand
            .partitions(args[1])
            .worker(args[2])
            .retry(
                RetryPolicy.exponential(Duration.ofMillis(50), Duration.ofSeconds(1))
                    .maxAttempts(1_000))
            .maxCrashes(1_000)
            .listener(OrderMain::heard)
            .onEach(main::handle);
    if (args[5].equals("ordered")) {
      builder.ordered();
    }
    builder.start();
    System.out.println("READY");
    Thread.currentThread().join();
  }

  private static void heard(Event event) {
    if (event instanceof Event.Assigned it) {
      System.out.println("PARTITIONS " + it.streams().size());
    }
  }

  private void handle(Delivery<Entry> delivery) {
    var key = Integer.parseInt(delivery.text("key"));
    var number = Integer.parseInt(delivery.text("n"));
    log.write(Kind.BEGAN, key, number);
    var fails = ThreadLocalRandom.current().nextInt(100) < failing;
    log.write(fails ? Kind.FAILED : Kind.DONE, key, number);
    if (fails) {
      throw new Failure();
    }
  }

  /** Without a stack, which would be most of the work. */
  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failure() {
      super("as it was told to", null, false, false);
    }
  }
}
