// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static org.awaitility.Awaitility.await;

import io.millhand.Millhand;
import io.millhand.Worker;
import io.millhand.WorkerBuilder;
import io.millhand.config.WorkerSettings.ShutdownHook;
import io.millhand.delivery.Entry;
import io.millhand.event.Event;
import io.millhand.testkit.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A worker in this process, for faults of the network, with its ledger and all its events. */
public final class LocalWorker implements AutoCloseable {

  private final Ledger ledger;
  private final Millhand millhand;
  private final LedgerHandler handler;
  private final List<Heard> events = new CopyOnWriteArrayList<>();
  private final Worker worker;

  private record Heard(Instant at, Event event) {}

  private LocalWorker(
      String name,
      Millhand millhand,
      Path ledgers,
      Duration work,
      UnaryOperator<WorkerBuilder<Entry>> settings) {
    ledger = Ledger.open(ledgers, name);
    this.millhand = millhand;
    handler = new LedgerHandler(ledger, name, work, count -> {});
    worker =
        settings
            .apply(
                millhand
                    .worker(Rig.STREAM, Rig.GROUP)
                    .consumer(name)
                    .shutdownHook(ShutdownHook.OFF)
                    .onEach(handler)
                    .listener(this::heard))
            .start();
  }

  static LocalWorker start(
      String name,
      Millhand millhand,
      Path ledgers,
      Duration work,
      UnaryOperator<WorkerBuilder<Entry>> settings) {
    return new LocalWorker(name, millhand, ledgers, work, settings);
  }

  private void heard(Event event) {
    events.add(new Heard(Instant.now(), event));
    if (event instanceof Event.Fenced fenced) {
      handler.fenced(fenced.id());
    }
  }

  /** The worker. */
  public Worker worker() {
    return worker;
  }

  /** All events of that kind so far. */
  public <E extends Event> List<E> all(Class<E> kind) {
    return events.stream().map(Heard::event).filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Waits for an event of that kind that fits; it may have come already. */
  public <E extends Event> E awaitEvent(Class<E> kind, Predicate<E> fits, Duration timeout) {
    return await()
        .alias(kind.getSimpleName())
        .atMost(timeout)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> all(kind).stream().filter(fits).findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  /** Waits for the first event of that kind after a moment; answers when it came. */
  public Instant awaitEventAfter(Instant moment, Class<? extends Event> kind, Duration timeout) {
    return await()
        .alias(kind.getSimpleName())
        .atMost(timeout)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                events.stream()
                    .filter(heard -> kind.isInstance(heard.event()) && heard.at().isAfter(moment))
                    .map(Heard::at)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** Waits until it has succeeded with so many. */
  public void awaitHandled(int count, Duration timeout) {
    await()
        .atMost(timeout)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> handler.count() >= count);
  }

  @Override
  public void close() {
    millhand.close();
    ledger.close();
  }
}
