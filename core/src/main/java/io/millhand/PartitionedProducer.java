// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.config.Checks;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.MillhandException;
import io.millhand.error.NotDurableException;
import io.millhand.error.RefusedException;
import io.millhand.error.StreamSealedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import io.millhand.partition.Catalogue;
import io.millhand.partition.Growth;
import io.millhand.partition.Partition;
import io.millhand.partition.Routing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds entries to the partitions of a stream: each to the one that its key belongs to, or to each
 * in turn where the stream has no routing field. Thread-safe. It has a {@link Producer} for each
 * partition that it sends to, and so a connection.
 *
 * <p>When the stream grows, sends wait until entries may go to its new partitions, for {@link
 * Producer.Builder#retryFor} at most. Of one key, what one thread sends is added in the order in
 * which it sends, then as well.
 */
public final class PartitionedProducer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.partition");
  private static final long LOOK_NANOS = 20_000_000;

  private final String stream;
  private final Producer.Builder settings;
  private final Growth growth;
  private final Map<Partition, Producer> producers = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();

  /** Read: sends. Write: goes to the next generation. Never waited for in line: see follow. */
  private final ReentrantReadWriteLock going = new ReentrantReadWriteLock();

  /** What was sent without waiting, and has no end; by partition, in the order of sending. */
  private final Map<Partition, Queue<Parcel>> unended = new ConcurrentHashMap<>();

  /** What comes while the stream is followed, in order. */
  private final Queue<Parcel> room = new ConcurrentLinkedQueue<>();

  private final AtomicInteger inRoom = new AtomicInteger();
  private final AtomicBoolean following = new AtomicBoolean();

  /** Whether somebody has met a sealed partition, and has nothing in the queues. */
  private final AtomicBoolean isBehind = new AtomicBoolean();

  /** Since when the catalogue is known; nanoTime. */
  private volatile long knownSince = System.nanoTime();

  private volatile Catalogue catalogue;
  private volatile boolean closed;

  /**
   * Where an entry was added.
   *
   * @param stream the partition's stream
   * @param id its id there
   */
  public record Place(String stream, EntryId id) {}

  /** One entry on its way. */
  private static final class Parcel {
    final Fields fields;
    final CompletableFuture<Place> answer = new CompletableFuture<>();
    volatile @Nullable CompletableFuture<EntryId> sent;

    /** Of the partition that it was sent to. */
    volatile int generation;

    Parcel(Fields fields) {
      this.fields = fields;
    }

    void awaitEnd(Duration most) {
      var future = sent;
      if (future != null) {
        try {
          future.exceptionally(error -> null).get(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
          // Whoever is to end it waits for us, in a callback.
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    /** Whether it came back from a sealed partition. */
    boolean isBack() {
      var future = sent;
      if (future == null || !future.isCompletedExceptionally()) {
        return false;
      }
      return future.exceptionNow() instanceof StreamSealedException;
    }
  }

  PartitionedProducer(String stream, Producer.Builder settings, Growth growth) {
    this.stream = stream;
    this.settings = settings;
    this.growth = growth;
    this.catalogue = growth.readExisting();
  }

  /** Adds an entry of UTF-8 text, in the map's order; see {@link #send(Fields)}. */
  public Place send(Map<String, String> fields) {
    return send(Fields.of(fields));
  }

  /**
   * Adds an entry and waits for its id; errors as {@link Producer#send(Fields)} has them.
   *
   * @throws RefusedException also when the entry has not the routing field
   * @throws UnavailableException also when the stream grew, and its new partitions were not ready
   *     in time; it was not added
   */
  public Place send(Fields fields) {
    if (room.isEmpty() && going.readLock().tryLock()) {
      try {
        checkOpen();
        var partition = new Partition(catalogue.generation(), index(catalogue, fields));
        return new Place(partition.stream(stream), producer(partition).send(fields));
      } catch (StreamSealedException e) {
        // It was not added; the way below leads to the partitions that follow.
      } finally {
        going.readLock().unlock();
      }
    }
    try {
      return sendAsync(fields).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof MillhandException cause ? cause : e;
    }
  }

  /**
   * Adds an entry without waiting for its id; see {@link Producer#sendAsync}, also for what may be
   * done where its future is completed.
   *
   * @return where it is, or one of the errors of {@link #send(Fields)}
   */
  public CompletableFuture<Place> sendAsync(Fields fields) {
    var parcel = new Parcel(fields);
    try {
      if (!postNow(parcel)) {
        postLater(parcel);
      }
    } catch (MillhandException e) {
      return CompletableFuture.failedFuture(e);
    }
    return parcel.answer;
  }

  /**
   * Whether it could be posted: not while the stream is being followed, or others wait for that.
   */
  private boolean postNow(Parcel parcel) {
    if (!room.isEmpty() || !going.readLock().tryLock()) {
      return false;
    }
    try {
      if (!room.isEmpty()) {
        return false;
      }
      post(parcel);
      return true;
    } finally {
      going.readLock().unlock();
    }
  }

  private void postLater(Parcel parcel) {
    checkOpen();
    if (inRoom.incrementAndGet() > settings.mostQueued()) {
      inRoom.decrementAndGet();
      throw new UnavailableException(
          Reason.NOT_CONNECTED,
          "%s: the entry was not added: %d wait for new partitions already (maxQueued)"
              .formatted(stream, settings.mostQueued()),
          null);
    }
    room.add(parcel);
    follow();
  }

  private void checkOpen() {
    if (closed) {
      throw new RefusedException("%s: the producer is closed; nothing was sent".formatted(stream));
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what it answers with goes to the parcel
  private void post(Parcel parcel) {
    checkOpen();
    var by = catalogue;
    var partition = new Partition(by.generation(), index(by, parcel.fields));
    parcel.generation = by.generation();
    var queue = unended.computeIfAbsent(partition, each -> new ConcurrentLinkedQueue<>());
    queue.add(parcel);
    var sent = producer(partition).sendAsync(parcel.fields);
    parcel.sent = sent;
    sent.whenComplete((id, error) -> ended(partition, queue, parcel, id, error));
  }

  private void ended(
      Partition partition,
      Queue<Parcel> queue,
      Parcel parcel,
      @Nullable EntryId id,
      @Nullable Throwable error) {
    if (error instanceof StreamSealedException) {
      // It stays in its queue until it is sent on.
      follow();
      return;
    }
    queue.remove(parcel);
    if (id != null) {
      parcel.answer.complete(new Place(partition.stream(stream), id));
    } else if (error != null) {
      parcel.answer.completeExceptionally(error);
    }
  }

  /**
   * Adds an entry, unless one was added under the same key within {@link
   * Producer.Builder#onceWindow}; see {@link Producer#sendOnce(String, Fields)}. Where entries are
   * not routed by a field, they are by that key. A stream that has grown meanwhile is no reason to
   * add it twice.
   */
  public Place sendOnce(String key, Fields fields) {
    var end = System.nanoTime() + settings.patience().toNanos();
    while (true) {
      checkOpen();
      var by = catalogue;
      var hash =
          by.field().isPresent() ? routingKey(by.field().get(), fields) : key.getBytes(UTF_8);
      var oldest =
          System.nanoTime() - knownSince < settings.keyWindow().toNanos() ? 0 : by.generation();
      for (int generation = oldest; generation <= by.generation(); generation++) {
        var count = by.counts().get(generation);
        var partition = new Partition(generation, Routing.partition(hash, count));
        try {
          var id = producer(partition).sendOnce(key, fields);
          return new Place(partition.stream(stream), id);
        } catch (StreamSealedException e) {
          // Nor was it added there before.
        }
      }
      if (System.nanoTime() - end > 0) {
        throw noneToFollow(by);
      }
      isBehind.set(true);
      follow();
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private int index(Catalogue by, Fields fields) {
    if (by.field().isEmpty()) {
      return Math.floorMod(turn.getAndIncrement(), by.count());
    }
    return Routing.partition(routingKey(by.field().get(), fields), by.count());
  }

  private byte[] routingKey(String field, Fields fields) {
    return fields
        .find(field)
        .orElseThrow(
            () ->
                new RefusedException(
                    "%s: the entry has no field %s, by which it is routed; nothing was sent"
                        .formatted(stream, Checks.quoted(field))));
  }

  private Producer producer(Partition partition) {
    return producers.computeIfAbsent(partition, each -> settings.on(each.stream(stream)).build());
  }

  /**
   * A partition is sealed: what came back goes to the next generation, before anything new does.
   */
  private void follow() {
    if (following.compareAndSet(false, true)) {
      Thread.ofVirtual().name("millhand-follow " + stream).start(this::followOn);
    }
  }

  private void followOn() {
    do {
      lockAlone();
      try {
        following.set(false);
        sendOn();
      } catch (RuntimeException e) {
        log.error("{}: could not follow to its new partitions", stream, e);
      } finally {
        going.writeLock().unlock();
      }
    } while ((!room.isEmpty() || anyIsBack()) && following.compareAndSet(false, true));
  }

  /**
   * Never in line for the lock: whoever sends may wait for a place that a callback must free, and
   * that callback may send.
   */
  private void lockAlone() {
    while (!going.writeLock().tryLock()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void sendOn() {
    var old = catalogue;
    var back = takeBack(-1);
    var isNew = isBehind.getAndSet(false);
    if (isNew || back.stream().anyMatch(each -> each.generation == old.generation())) {
      var fresh = awaitNext(old);
      if (fresh == null) {
        back.forEach(each -> each.answer.completeExceptionally(noneToFollow(old)));
        back.clear();
      } else {
        catalogue = fresh;
        knownSince = System.nanoTime();
        closeOld(fresh.generation());
        // What was still under way must not be overtaken by what goes to the new partitions.
        back.addAll(takeBack(old.generation()));
      }
    }
    back.forEach(this::postAgain);
    for (var parcel = room.peek(); parcel != null; parcel = room.peek()) {
      postAgain(parcel);
      // Only now: whoever finds the room empty may overtake what was in it.
      room.remove();
      inRoom.decrementAndGet();
    }
  }

  private void postAgain(Parcel parcel) {
    try {
      post(parcel);
    } catch (MillhandException e) {
      parcel.answer.completeExceptionally(e);
    }
  }

  private boolean anyIsBack() {
    return unended.values().stream().flatMap(Queue::stream).anyMatch(Parcel::isBack);
  }

  /**
   * Those that came back, each partition's in order.
   *
   * @param sealed the last generation of which all are known to be sealed; -1 for none
   */
  private Queue<Parcel> takeBack(int sealed) {
    var back = new ArrayDeque<Parcel>();
    for (var each : unended.entrySet()) {
      var queue = each.getValue();
      var isSealed =
          each.getKey().generation() <= sealed || queue.stream().anyMatch(Parcel::isBack);
      for (var parcel : isSealed ? List.copyOf(queue) : List.<Parcel>of()) {
        // Those behind a sealed one come back, too, or have ended in another way.
        parcel.awaitEnd(settings.patience());
        if (parcel.isBack() && queue.remove(parcel)) {
          back.add(parcel);
        }
      }
    }
    return back;
  }

  private @Nullable Catalogue awaitNext(Catalogue old) {
    var end = System.nanoTime() + settings.patience().toNanos();
    do {
      try {
        var fresh = growth.readExisting();
        if (fresh.generation() > old.generation()) {
          return fresh;
        }
      } catch (MillhandException e) {
        log.debug("{}: cannot read its catalogue", stream, e);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    } while (System.nanoTime() - end < 0 && !closed);
    return null;
  }

  private UnavailableException noneToFollow(Catalogue old) {
    return new UnavailableException(
        Reason.NOT_CONNECTED,
        "%s: the entry was not added: a partition of generation %d is sealed, and there is none to follow after %d ms. A growth broke off, or Redis cannot be reached: grow it again."
            .formatted(stream, old.generation(), settings.patience().toMillis()),
        null);
  }

  private void closeOld(int generation) {
    for (var partition : List.copyOf(producers.keySet())) {
      if (partition.generation() < generation) {
        var old = producers.remove(partition);
        unended.computeIfPresent(partition, (key, queue) -> queue.isEmpty() ? null : queue);
        if (old != null) {
          old.close();
        }
      }
    }
  }

  /**
   * Adds entries, many in one write for each partition, and waits for all; of one key in order.
   *
   * @return where they are, in the order of the entries
   * @throws MillhandException the first error, when any of them failed: the others were added,
   *     which its message counts. A {@link NotDurableException} names those that it is about alone
   */
  public List<Place> sendAll(List<Fields> entries) {
    var futures = entries.stream().map(this::sendAsync).toList();
    var places = new ArrayList<Place>(entries.size());
    MillhandException first = null;
    for (var future : futures) {
      try {
        places.add(future.join());
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof MillhandException cause)) {
          throw e;
        }
        first = first == null ? cause : first;
      }
    }
    if (first != null) {
      first.addSuppressed(
          new RefusedException(
              "%d of %d entries were added".formatted(places.size(), entries.size())));
      throw first;
    }
    return places;
  }

  /** The partitioned stream. */
  public String stream() {
    return stream;
  }

  boolean isClosed() {
    return closed;
  }

  /** Sends what waits, and fails what could not be sent; see {@link Producer#close}. */
  @Override
  public void close() {
    closed = true;
    // Whoever sends ends by that, and lets us in.
    producers.values().forEach(Producer::close);
    lockAlone();
    try {
      producers.values().forEach(Producer::close);
    } finally {
      going.writeLock().unlock();
    }
    follow();
  }
}
