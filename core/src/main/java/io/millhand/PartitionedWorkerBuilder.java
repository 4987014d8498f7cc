// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.config.Checks;
import io.millhand.config.GroupStart;
import io.millhand.config.Retention;
import io.millhand.config.WorkerSettings.HandlerThreads;
import io.millhand.config.WorkerSettings.ShutdownHook;
import io.millhand.delivery.BatchHandler;
import io.millhand.delivery.Codec;
import io.millhand.delivery.Decider;
import io.millhand.delivery.Handler;
import io.millhand.delivery.RetryPolicy;
import io.millhand.engine.Ordering;
import io.millhand.error.RefusedException;
import io.millhand.event.Listener;
import io.millhand.partition.Catalogue;
import io.millhand.partition.Growth;
import io.millhand.redis.RedisStreams;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Settings of a partitioned worker: those of a {@link WorkerBuilder}, which each partition's worker
 * gets, and whether order is kept. Every one is checked by {@link #start}, all problems are told at
 * once. Not thread-safe.
 *
 * @param <T> the payload's type
 */
public final class PartitionedWorkerBuilder<T> {

  private final RedisStreams streams;
  private final Consumer<PartitionedWorker> tracker;
  private final String stream;
  private final String group;
  private final WorkerBuilder<T> workers;
  private final Order order;

  /** What stays when a codec changes the payload's type. */
  private static final class Order {
    boolean byKey;
    ShutdownHook hook = ShutdownHook.ON;
  }

  PartitionedWorkerBuilder(
      RedisStreams streams,
      Consumer<PartitionedWorker> tracker,
      String stream,
      String group,
      WorkerBuilder<T> workers) {
    this(streams, tracker, stream, group, workers, new Order());
  }

  private PartitionedWorkerBuilder(
      RedisStreams streams,
      Consumer<PartitionedWorker> tracker,
      String stream,
      String group,
      WorkerBuilder<T> workers,
      Order order) {
    this.streams = streams;
    this.tracker = tracker;
    this.stream = stream;
    this.group = group;
    this.workers = workers;
    this.order = order;
  }

  /**
   * Entries of one key, the value of the stream's routing field, are handled one after another, in
   * the order in which they were added; others beside them. Each partition has one owner at a time
   * then. Default: no order. All workers of a group must agree.
   */
  public PartitionedWorkerBuilder<T> ordered() {
    order.byKey = true;
    return this;
  }

  /** Whether {@link #start} installs a shutdown hook that drains; default yes. */
  public PartitionedWorkerBuilder<T> shutdownHook(ShutdownHook use) {
    order.hook = use;
    return this;
  }

  /** See {@link WorkerBuilder#codec}. */
  public <U> PartitionedWorkerBuilder<U> codec(Codec<U> mapping) {
    return new PartitionedWorkerBuilder<>(
        streams, tracker, stream, group, workers.codec(mapping), order);
  }

  /** See {@link WorkerBuilder#onEach}. */
  public PartitionedWorkerBuilder<T> onEach(Handler<T> handler) {
    workers.onEach(handler);
    return this;
  }

  /** See {@link WorkerBuilder#decide}. */
  public PartitionedWorkerBuilder<T> decide(Decider<T> decider) {
    workers.decide(decider);
    return this;
  }

  /** See {@link WorkerBuilder#onBatch}. In order, no two entries of one key are in one batch. */
  public PartitionedWorkerBuilder<T> onBatch(int size, BatchHandler<T> handler) {
    workers.onBatch(size, handler);
    return this;
  }

  /** See {@link WorkerBuilder#startAt}. */
  public PartitionedWorkerBuilder<T> startAt(GroupStart where) {
    workers.startAt(where);
    return this;
  }

  /** See {@link WorkerBuilder#concurrency}. Of each partition. */
  public PartitionedWorkerBuilder<T> concurrency(int handlers) {
    workers.concurrency(handlers);
    return this;
  }

  /** See {@link WorkerBuilder#maxInFlight}. Of each partition. */
  public PartitionedWorkerBuilder<T> maxInFlight(int entries) {
    workers.maxInFlight(entries);
    return this;
  }

  /** See {@link WorkerBuilder#maxInFlightBytes}. Of each partition. */
  public PartitionedWorkerBuilder<T> maxInFlightBytes(long bytes) {
    workers.maxInFlightBytes(bytes);
    return this;
  }

  /** See {@link WorkerBuilder#readAhead}. */
  public PartitionedWorkerBuilder<T> readAhead(Duration ahead) {
    workers.readAhead(ahead);
    return this;
  }

  /** See {@link WorkerBuilder#retry}. */
  public PartitionedWorkerBuilder<T> retry(RetryPolicy policy) {
    workers.retry(policy);
    return this;
  }

  /** See {@link WorkerBuilder#handlerTimeout}. */
  public PartitionedWorkerBuilder<T> handlerTimeout(Duration most) {
    workers.handlerTimeout(most);
    return this;
  }

  /** See {@link WorkerBuilder#maxAbandoned}. */
  public PartitionedWorkerBuilder<T> maxAbandoned(int handlers) {
    workers.maxAbandoned(handlers);
    return this;
  }

  /** See {@link WorkerBuilder#maxCrashes}. */
  public PartitionedWorkerBuilder<T> maxCrashes(int crashes) {
    workers.maxCrashes(crashes);
    return this;
  }

  /** See {@link WorkerBuilder#handlerThreads}. */
  public PartitionedWorkerBuilder<T> handlerThreads(HandlerThreads kind) {
    workers.handlerThreads(kind);
    return this;
  }

  /** See {@link WorkerBuilder#heartbeatEvery}. */
  public PartitionedWorkerBuilder<T> heartbeatEvery(Duration period) {
    workers.heartbeatEvery(period);
    return this;
  }

  /** See {@link WorkerBuilder#lease}. */
  public PartitionedWorkerBuilder<T> lease(Duration silence) {
    workers.lease(silence);
    return this;
  }

  /** See {@link WorkerBuilder#reconnectGrace}. */
  public PartitionedWorkerBuilder<T> reconnectGrace(Duration most) {
    workers.reconnectGrace(most);
    return this;
  }

  /** See {@link WorkerBuilder#reclaimAfter}. */
  public PartitionedWorkerBuilder<T> reclaimAfter(Duration idle) {
    workers.reclaimAfter(idle);
    return this;
  }

  /** See {@link WorkerBuilder#retention}. */
  public PartitionedWorkerBuilder<T> retention(Retention rule) {
    workers.retention(rule);
    return this;
  }

  /** See {@link WorkerBuilder#deadLetterLimit}. */
  public PartitionedWorkerBuilder<T> deadLetterLimit(long letters) {
    workers.deadLetterLimit(letters);
    return this;
  }

  /** See {@link WorkerBuilder#sharedWith}. */
  public PartitionedWorkerBuilder<T> sharedWith(Duration minIdle) {
    workers.sharedWith(minIdle);
    return this;
  }

  /** See {@link WorkerBuilder#drainTimeout}. */
  public PartitionedWorkerBuilder<T> drainTimeout(Duration most) {
    workers.drainTimeout(most);
    return this;
  }

  /** See {@link WorkerBuilder#listener}. */
  public PartitionedWorkerBuilder<T> listener(Listener listener) {
    workers.listener(listener);
    return this;
  }

  /**
   * Checks all settings, joins the group, and starts to work on the partitions that fall to this
   * process; their workers start one by one, behind this call.
   *
   * @throws io.millhand.error.SettingsException with all problems at once
   * @throws RefusedException when the stream has no partitions, or order is asked for and it has no
   *     routing field
   * @throws io.millhand.error.UnavailableException when Redis cannot be used
   * @throws io.millhand.error.DeniedException when a permission is missing
   */
  public PartitionedWorker start() {
    var settings = workers.checked();
    checkShared(settings.upkeep().sharedWith().isPresent());
    var catalogue = new Growth(streams, stream).readExisting();
    var worker =
        new PartitionedWorker(
            streams, stream, group, workers, settings, ordering(catalogue), order.hook);
    worker.start();
    tracker.accept(worker);
    return worker;
  }

  private void checkShared(boolean isShared) {
    var checks = new Checks();
    checks.that(
        !order.byKey || !isShared,
        "ordered() and sharedWith cannot be had together: a client of another kind takes entries without regard to their order");
    checks.throwIfAny("The worker of " + Checks.quoted(stream) + "/" + Checks.quoted(group));
  }

  private Ordering ordering(Catalogue catalogue) {
    if (!order.byKey) {
      return new Ordering.Alone();
    }
    return new Ordering.ByKey(
        catalogue
            .field()
            .orElseThrow(
                () ->
                    new RefusedException(
                        "%s: its entries have no key, since it was partitioned without a field, so there is no order by key to keep. Leave ordered() out."
                            .formatted(stream))));
  }
}
