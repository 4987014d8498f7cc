// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.config.Checks;
import io.millhand.config.GroupStart;
import io.millhand.config.Retention;
import io.millhand.config.WorkerSettings;
import io.millhand.config.WorkerSettings.Flow;
import io.millhand.config.WorkerSettings.HandlerThreads;
import io.millhand.config.WorkerSettings.Handling;
import io.millhand.config.WorkerSettings.Liveness;
import io.millhand.config.WorkerSettings.ShutdownHook;
import io.millhand.config.WorkerSettings.Upkeep;
import io.millhand.delivery.BatchHandler;
import io.millhand.delivery.Codec;
import io.millhand.delivery.Decider;
import io.millhand.delivery.Handler;
import io.millhand.delivery.RetryPolicy;
import io.millhand.engine.Host;
import io.millhand.engine.Line;
import io.millhand.engine.Ordering;
import io.millhand.engine.Work;
import io.millhand.event.Listener;
import io.millhand.redis.Identity;
import io.millhand.redis.RedisStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a worker. Every one is checked by {@link #start}, all problems are told at once. Not
 * thread-safe.
 *
 * @param <T> the payload's type
 */
public final class WorkerBuilder<T> {

  private final RedisStreams streams;
  private final Consumer<Worker> tracker;
  private final String stream;
  private final String group;
  private final Codec<T> codec;

  /** What stays when a codec changes the payload's type. */
  private static final class Options {
    @Nullable String consumer;
    GroupStart start = GroupStart.beginning();
    int concurrency = Flow.DEFAULT.concurrency();
    @Nullable Integer maxInFlight;
    long maxInFlightBytes = Flow.DEFAULT.maxInFlightBytes();
    Duration readAhead = Flow.DEFAULT.readAhead();
    RetryPolicy retry = Handling.DEFAULT.retry();
    Duration handlerTimeout = Handling.DEFAULT.timeout();
    @Nullable Integer maxAbandoned;
    int maxCrashes = Handling.DEFAULT.maxCrashes();
    HandlerThreads threads = Handling.DEFAULT.threads();
    Duration heartbeatEvery = Liveness.DEFAULT.heartbeatEvery();
    Duration lease = Liveness.DEFAULT.lease();
    Duration reconnectGrace = Liveness.DEFAULT.reconnectGrace();
    Duration reclaimAfter = Liveness.DEFAULT.reclaimAfter();
    Retention retention = Upkeep.DEFAULT.retention();
    long deadLetterLimit = Upkeep.DEFAULT.deadLetterLimit();
    @Nullable Duration sharedWith;
    Duration drainTimeout = Duration.ofSeconds(25);
    ShutdownHook hook = ShutdownHook.ON;
    final List<Listener> listeners = new ArrayList<>();
    int batchSize = 1;
  }

  private final Options options;
  private @Nullable Work<T> work;

  WorkerBuilder(
      RedisStreams streams, Consumer<Worker> tracker, String stream, String group, Codec<T> codec) {
    this(streams, tracker, stream, group, codec, new Options());
  }

  private WorkerBuilder(
      RedisStreams streams,
      Consumer<Worker> tracker,
      String stream,
      String group,
      Codec<T> codec,
      Options options) {
    this.options = options;
    this.streams = streams;
    this.tracker = tracker;
    this.stream = stream;
    this.group = group;
    this.codec = codec;
  }

  /**
   * Maps fields to a payload; what cannot be decoded goes to the dead letters as it is. Comes
   * before the handler, whose type it decides; every setting made so far stays.
   */
  public <U> WorkerBuilder<U> codec(Codec<U> mapping) {
    return new WorkerBuilder<>(streams, tracker, stream, group, mapping, options);
  }

  /** What to do with each entry: returning acks, throwing lets the retry policy decide. */
  public WorkerBuilder<T> onEach(Handler<T> handler) {
    this.work = Work.each(codec, handler);
    return this;
  }

  /** What to do with each entry, and how to settle it. */
  public WorkerBuilder<T> decide(Decider<T> decider) {
    this.work = Work.decide(codec, decider);
    return this;
  }

  /**
   * What to do with several entries in one call.
   *
   * @param size how many at most, 1 to 10,000; fewer come when fewer wait
   * @param handler handles them
   */
  public WorkerBuilder<T> onBatch(int size, BatchHandler<T> handler) {
    options.batchSize = size;
    this.work = Work.batch(codec, size, handler);
    return this;
  }

  /**
   * A fixed consumer name, such as a StatefulSet's pod. Default: the host's name and a new id for
   * each start, which is best for a Deployment. A name that is taken is waited for up to its
   * holder's lease.
   */
  public WorkerBuilder<T> consumer(String name) {
    options.consumer = name;
    return this;
  }

  /** Where a group that does not exist begins; default the beginning of the stream. */
  public WorkerBuilder<T> startAt(GroupStart where) {
    options.start = where;
    return this;
  }

  /** Handlers (of batches: calls) at once; default 64, 1 to 100,000. */
  public WorkerBuilder<T> concurrency(int handlers) {
    options.concurrency = handlers;
    return this;
  }

  /**
   * Entries held at once: waiting, running, or handled but not confirmed. Default 1,024, or
   * concurrency where that is more; up to 1,000,000. Throughput is at most this divided by handling
   * time plus a round trip.
   */
  public WorkerBuilder<T> maxInFlight(int entries) {
    options.maxInFlight = entries;
    return this;
  }

  /** Bytes of fields held at once, about; default 64 MiB, from 1 KiB. */
  public WorkerBuilder<T> maxInFlightBytes(long bytes) {
    options.maxInFlightBytes = bytes;
    return this;
  }

  /**
   * How far to read ahead of busy handlers; default 200 ms, 0 to 1 min. The way to Redis is covered
   * besides, so that handlers are fed through a slow network, but for 0: that asks for nothing
   * beyond free handlers. Less leaves entries to idle colleagues.
   */
  public WorkerBuilder<T> readAhead(Duration ahead) {
    options.readAhead = ahead;
    return this;
  }

  /** What follows a failure; default 10 attempts, 1 s doubled up to 5 min. */
  public WorkerBuilder<T> retry(RetryPolicy policy) {
    options.retry = policy;
    return this;
  }

  /**
   * How long a handler may run; default 5 min, 1 ms to 365 d. Then it is interrupted and its entry
   * has failed an attempt. Too short repeats work that would have succeeded; too long keeps a slot
   * from others when a handler hangs.
   */
  public WorkerBuilder<T> handlerTimeout(Duration most) {
    options.handlerTimeout = most;
    return this;
  }

  /**
   * How many handlers may have timed out and ignore their interrupt, before the worker gives up and
   * drains; default 16, 1 to maxInFlight.
   */
  public WorkerBuilder<T> maxAbandoned(int handlers) {
    options.maxAbandoned = handlers;
    return this;
  }

  /**
   * How many workers may die while they hold an entry, before it goes to the dead letters; default
   * 5, 3 to 1,000. From the second on it runs alone.
   */
  public WorkerBuilder<T> maxCrashes(int crashes) {
    options.maxCrashes = crashes;
    return this;
  }

  /**
   * What handlers run on; default virtual threads. Handlers that compute for long want platform
   * threads.
   */
  public WorkerBuilder<T> handlerThreads(HandlerThreads kind) {
    options.threads = kind;
    return this;
  }

  /** Time between heartbeats; default 1 s, 50 ms to 1 min. One small script each. */
  public WorkerBuilder<T> heartbeatEvery(Duration period) {
    options.heartbeatEvery = period;
    return this;
  }

  /**
   * How long this worker may be silent before others take it for dead; default 15 s, at least 4 x
   * heartbeatEvery, 1 h at most. Shorter than a pause of the process (garbage, a stalled host)
   * costs it its entries; longer delays recovery where connections cannot be watched.
   */
  public WorkerBuilder<T> lease(Duration silence) {
    options.lease = silence;
    return this;
  }

  /**
   * How long a worker's connection may be gone before the keeper takes it for dead; default 2 s, 2
   * x heartbeatEvery to lease. A worker trusts its own heartbeat no longer than this, so it should
   * be the same in all workers of a group. Longer than a reconnect takes, or the living are taken
   * for dead; longer delays recovery.
   */
  public WorkerBuilder<T> reconnectGrace(Duration most) {
    options.reconnectGrace = most;
    return this;
  }

  /**
   * How long a consumer that is no worker of ours may hold an entry before it is taken over;
   * default 60 s, 100 ms to 30 d. Longer than its slowest handler, or entries are handled twice.
   */
  public WorkerBuilder<T> reclaimAfter(Duration idle) {
    options.reclaimAfter = idle;
    return this;
  }

  /** What the keeper trims from the stream; default nothing. */
  public WorkerBuilder<T> retention(Retention rule) {
    options.retention = rule;
    return this;
  }

  /**
   * How many dead letters to keep, about; default 0, all. What the limit drops is counted as lost.
   */
  public WorkerBuilder<T> deadLetterLimit(long letters) {
    options.deadLetterLimit = letters;
    return this;
  }

  /**
   * The group is shared with clients that claim by idle time: entries that are held or deferred are
   * renewed, so that those which claim after {@code minIdle} leave them alone. Default: not shared.
   * At least 4 x heartbeatEvery.
   */
  public WorkerBuilder<T> sharedWith(Duration minIdle) {
    options.sharedWith = minIdle;
    return this;
  }

  /**
   * How long a stopping worker waits for running handlers; default 25 s, 0 to 1 d. Less than what
   * kills it from outside, such as terminationGracePeriodSeconds.
   */
  public WorkerBuilder<T> drainTimeout(Duration most) {
    options.drainTimeout = most;
    return this;
  }

  /** Whether {@link #start} installs a shutdown hook that drains; default yes. */
  public WorkerBuilder<T> shutdownHook(ShutdownHook use) {
    options.hook = use;
    return this;
  }

  /** Someone who hears its events; may be called again for more. */
  public WorkerBuilder<T> listener(Listener listener) {
    options.listeners.add(listener);
    return this;
  }

  /**
   * Checks all settings, makes stream and group where they do not exist, registers, and starts.
   *
   * @throws io.millhand.error.SettingsException with all problems at once
   * @throws io.millhand.error.UnavailableException when Redis cannot be used
   * @throws io.millhand.error.DeniedException when a permission is missing
   * @throws io.millhand.error.RefusedException when the stream's key is of another type, or the
   *     consumer name is taken by a living worker
   */
  public Worker start() {
    var settings = settings();
    var handling = checkedWork(settings);
    var bootId = Host.newBootId();
    var name = settings.consumer().orElseGet(() -> Host.name() + "-" + bootId);
    var line =
        new Line(
            streams,
            settings,
            new Identity(name, bootId),
            Millhand.version(),
            handling,
            options.listeners);
    line.start();
    var worker = new Worker(line, settings, name);
    tracker.accept(worker);
    return worker;
  }

  /** Its settings and handler, checked as for that stream. */
  WorkerSettings checked() {
    var settings = settings();
    checkedWork(settings);
    return settings;
  }

  /** Who hears its events. */
  List<Listener> listeners() {
    return List.copyOf(options.listeners);
  }

  /**
   * Starts a worker of one partition with these settings, which have been checked.
   *
   * @param partition the stream
   * @param consumer its name; empty for one of our making
   * @param start where a new group begins
   * @param ordering which order it keeps
   */
  Worker startPart(
      String partition, Optional<String> consumer, GroupStart start, Ordering ordering) {
    var whole = settings();
    var settings =
        new WorkerSettings(
            partition,
            group,
            consumer,
            start,
            whole.flow(),
            whole.handling(),
            whole.liveness(),
            whole.upkeep(),
            whole.drainTimeout(),
            ShutdownHook.OFF);
    var bootId = Host.newBootId();
    var name = consumer.orElseGet(() -> Host.name() + "-" + bootId);
    var line =
        new Line(
            streams,
            settings,
            ordering,
            new Identity(name, bootId),
            Millhand.version(),
            java.util.Objects.requireNonNull(work),
            List.copyOf(options.listeners));
    line.start();
    return new Worker(line, settings, name);
  }

  private WorkerSettings settings() {
    var maxInFlight = options.maxInFlight == null ? defaultMaxInFlight() : options.maxInFlight;
    var maxAbandoned =
        options.maxAbandoned == null
            ? Math.min(Handling.DEFAULT.maxAbandoned(), maxInFlight)
            : options.maxAbandoned;
    return new WorkerSettings(
        stream,
        group,
        Optional.ofNullable(options.consumer),
        options.start,
        new Flow(options.concurrency, maxInFlight, options.maxInFlightBytes, options.readAhead),
        new Handling(
            options.retry,
            options.handlerTimeout,
            maxAbandoned,
            options.maxCrashes,
            options.threads),
        new Liveness(
            options.heartbeatEvery, options.lease, options.reconnectGrace, options.reclaimAfter),
        new Upkeep(
            options.retention, options.deadLetterLimit, Optional.ofNullable(options.sharedWith)),
        options.drainTimeout,
        options.hook);
  }

  /** Enough for every handler to have its batch. */
  private int defaultMaxInFlight() {
    var wanted = Math.max(0L, options.concurrency) * Math.max(1, options.batchSize);
    return Math.clamp(wanted, Flow.DEFAULT.maxInFlight(), 1_000_000);
  }

  private Work<T> checkedWork(WorkerSettings settings) {
    var checks = new Checks();
    settings.check(checks);
    streams.check(checks, stream);
    checks.range("the batch size", options.batchSize, 1, 10_000);
    var handling = work;
    checks.that(handling != null, "there is no handler: call onEach, decide or onBatch");
    checks.throwIfAny("The worker of " + Checks.quoted(stream) + "/" + Checks.quoted(group));
    return java.util.Objects.requireNonNull(handling);
  }
}
