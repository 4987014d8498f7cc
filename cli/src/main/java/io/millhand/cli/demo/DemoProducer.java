// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.Producer;
import io.millhand.cli.ExitCode;
import io.millhand.cli.RedisOptions;
import io.millhand.error.UncertainSendException;
import io.millhand.testkit.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The producer of the demo, a process of its own. It sends orders evenly, and at one time many at
 * once, until it has sent enough or is told to {@value #STOP}, and stays until it is told to
 * {@value #LEAVE}. When its parent is gone it takes the demo's folder away with it.
 */
@Command(name = "demo-producer", hidden = true, description = "The producer of the demo.")
public final class DemoProducer implements Callable<Integer> {

  /** Send no more. */
  static final String STOP = "stop";

  /** End. */
  static final String LEAVE = "leave";

  private static final Duration TICK = Duration.ofMillis(20);
  private static final int TELL_EVERY_TICKS = 10;

  @Mixin private RedisOptions redis = new RedisOptions();

  @Option(names = "--stream", required = true)
  private String stream = "";

  @Option(names = "--folder", required = true)
  private Path folder = Path.of("");

  @Option(names = "--run", required = true)
  private String run = "";

  @Option(names = "--messages", required = true)
  private long messages;

  @Option(names = "--rate", required = true)
  private double perSecond;

  @Option(names = "--burst", defaultValue = "0")
  private long burst;

  @Option(names = "--burst-after", defaultValue = "0s")
  private Duration burstAfter = Duration.ZERO;

  private final LongAdder added = new LongAdder();
  private final LongAdder uncertain = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch leave = new CountDownLatch(1);

  /** Counts the sends that have not been answered, and this. */
  private final Phaser unanswered = new Phaser(1);

  /** Made for picocli. */
  public DemoProducer() {}

  @Override
  public Integer call() throws InterruptedException {
    Parent.listen(this::told, () -> Folder.delete(folder));
    try (var ledger = Ledger.open(Folder.ledgers(folder), "producer");
        var millhand = redis.connect();
        var producer = millhand.producer(stream)) {
      sendEvenly(producer, ledger);
      unanswered.arriveAndAwaitAdvance();
      say(sending());
      say(new Report.AllSent());
      leave.await();
      return ExitCode.OK;
    }
  }

  private void told(String word) {
    switch (word) {
      case STOP -> stop.countDown();
      case LEAVE -> {
        stop.countDown();
        leave.countDown();
      }
      default -> System.err.println("not understood: " + word);
    }
  }

  private void sendEvenly(Producer producer, Ledger ledger) throws InterruptedException {
    var started = System.nanoTime();
    long sent = 0;
    for (long tick = 0; sent < messages; tick++) {
      var elapsed = System.nanoTime() - started;
      var due = elapsed / 1e9 * perSecond + (elapsed >= burstAfter.toNanos() ? burst : 0);
      while (sent < messages && sent < due) {
        sent++;
        send(producer, ledger, Order.id(run, sent));
      }
      if (tick % TELL_EVERY_TICKS == 0) {
        say(sending());
      }
      if (stop.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private void send(Producer producer, Ledger ledger, String order) {
    ledger.attempted(order);
    unanswered.register();
    var unused =
        producer
            .sendAsync(Order.fields(order))
            .whenComplete(
                (id, error) -> {
                  if (error == null) {
                    ledger.added(order, id.toString());
                    added.increment();
                  } else {
                    failed(error);
                  }
                  unanswered.arriveAndDeregister();
                });
  }

  private void failed(Throwable error) {
    var cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause instanceof UncertainSendException) {
      uncertain.increment();
    } else {
      refused.increment();
    }
    if (uncertain.sum() + refused.sum() == 1) {
      System.err.println("not sent: " + text(cause));
    }
  }

  private static String text(@Nullable Throwable error) {
    return error == null ? "" : String.valueOf(error.getMessage());
  }

  private Report sending() {
    return new Report.Sending(added.sum(), uncertain.sum(), refused.sum());
  }

  private static void say(Report report) {
    System.out.println(report.line());
  }
}
