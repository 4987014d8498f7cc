// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.config.Durability;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.engine.SendBatch.Done;
import io.millhand.error.MillhandException;
import io.millhand.error.RefusedException;
import io.millhand.redis.Mark;
import io.millhand.redis.RedisStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Adds entries to one stream, all that wait in one write.
 *
 * <p>Threads: any; whoever finds the connection free writes for all that wait, and a thread of its
 * own does where nobody waits for an answer.
 *
 * <p>Owns: the connection, and what waits to be sent.
 *
 * <p>Promise: an entry without a mark is sent again only where Redis said that it did not add it;
 * see {@link SendBatch}.
 *
 * <p>Failure: tried again until its time is over, then told with the reason. Whom a thread cannot
 * tell, since it has no stack or memory left, is told by the sender's own.
 */
public final class Sender implements AutoCloseable {

  private static final int BATCH = 500;
  private static final long BATCH_BYTES = 4 << 20;
  private static final long FIRST_WAIT_NANOS = 20_000_000;
  private static final long LONGEST_WAIT_NANOS = 500_000_000;
  private static final long IDLE_NANOS = 10_000_000_000L;

  private final String stream;
  private final Duration retryFor;
  private final Semaphore places;
  private final ConcurrentLinkedQueue<Outgoing> queue = new ConcurrentLinkedQueue<>();

  /** Held by whoever writes. */
  private final ReentrantLock writing = new ReentrantLock();

  /** Guarded by the lock {@link #writing}. */
  private final SendLink link;

  /** What was written, and could not be told where it was; the sender's own thread does. */
  private final ConcurrentLinkedQueue<SendBatch> untold = new ConcurrentLinkedQueue<>();

  private final Signal signal = new Signal();
  private volatile boolean closed;

  /** Started by the first send that does not wait, under the lock {@link #starting}. */
  private volatile @Nullable Thread thread;

  private final ReentrantLock starting = new ReentrantLock();

  /**
   * How to send.
   *
   * @param maxQueued how many entries may wait
   * @param retryFor how long an entry is tried
   * @param durability what must have happened to it before its answer
   */
  public record Terms(int maxQueued, Duration retryFor, Durability durability) {}

  /** Nothing is opened yet. */
  public Sender(RedisStreams streams, String stream, Terms terms) {
    this.stream = stream;
    this.link = new SendLink(() -> streams.sending(stream, terms.durability()));
    this.retryFor = terms.retryFor();
    this.places = new Semaphore(terms.maxQueued());
  }

  /** Sends, once where there is a mark, and waits. */
  public EntryId send(Fields fields, Optional<Mark> mark) {
    StackRoom.check();
    var waiting = enqueue(fields, mark);
    if (isOwnThread()) {
      beforeWaiting(List.of(waiting.answer));
    } else {
      write(waiting);
    }
    try {
      return waiting.answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof MillhandException cause ? cause : e;
    }
  }

  /** Writes until somebody has that one, while nobody else writes. */
  private void write(Outgoing waiting) {
    try {
      while (!waiting.isTaken() && writing.tryLock()) {
        SendBatch batch;
        try {
          batch = writeBatch();
        } finally {
          writing.unlock();
        }
        // Without the lock: callbacks may send again.
        tell(batch);
      }
    } finally {
      if (!queue.isEmpty()) {
        // Others queued behind us, or we behind others, and found the lock taken.
        wakeThread();
      }
    }
  }

  /**
   * To be called before one waits for these: to a callback on the sender's own thread it is the
   * only one that is sure to write. Others are told after the callback, so that theirs do not nest.
   */
  @SuppressWarnings("UndefinedEquals") // the set goes by identity
  public void beforeWaiting(Collection<CompletableFuture<EntryId>> answers) {
    if (!isOwnThread()) {
      return;
    }
    var own = Collections.<CompletableFuture<EntryId>>newSetFromMap(new IdentityHashMap<>());
    own.addAll(answers);
    while (!queue.isEmpty() && !own.stream().allMatch(CompletableFuture::isDone)) {
      var batch = writeOne();
      untold.add(batch);
      for (var done : batch.ends()) {
        if (own.contains(done.entry().answer)) {
          answer(done);
        }
      }
    }
  }

  private boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  /** Sends, once where there is a mark, without waiting for the answer. */
  public CompletableFuture<EntryId> sendAsync(Fields fields, Optional<Mark> mark) {
    var waiting = enqueue(fields, mark);
    wakeThread();
    return waiting.answer;
  }

  /** Whether nothing more is sent. */
  public boolean isClosed() {
    return closed;
  }

  private Outgoing enqueue(Fields fields, Optional<Mark> mark) {
    if (closed) {
      throw closed(stream);
    }
    // A callback on the sender's own thread may send again: if it waited for a place, nobody would
    // make one.
    var place = isOwnThread() ? Outgoing.Place.NONE : Outgoing.Place.TAKEN;
    if (place == Outgoing.Place.TAKEN) {
      places.acquireUninterruptibly();
    }
    var deadline = System.nanoTime() + retryFor.toNanos();
    var waiting = new Outgoing(fields, mark, deadline, place);
    queue.add(waiting);
    if (closed && queue.remove(waiting)) {
      // Closed since we asked: nobody looks at the queue again.
      release(waiting);
      throw closed(stream);
    }
    return waiting;
  }

  /** What a sender that is closed says. */
  static RefusedException closed(String stream) {
    return new RefusedException(stream + ": the producer is closed; nothing was sent");
  }

  private void wakeThread() {
    starting.lock();
    try {
      if (thread == null && isNeeded()) {
        start();
      }
    } finally {
      starting.unlock();
    }
    signal.raise();
  }

  private void start() {
    var fresh = Thread.ofPlatform().daemon().name("millhand-send " + stream).unstarted(this::run);
    thread = fresh;
    try {
      fresh.start();
    } catch (Error e) {
      // The next one that needs it tries again.
      thread = null;
      throw e;
    }
  }

  /** Whether the sender's own thread has, or may get, something to do. */
  private boolean isNeeded() {
    return !closed || !untold.isEmpty();
  }

  private void run() {
    try {
      while (isNeeded()) {
        turn();
      }
    } finally {
      thread = null;
      if (!untold.isEmpty()) {
        wakeThread();
      }
    }
  }

  private void turn() {
    try {
      if (queue.isEmpty() && untold.isEmpty()) {
        signal.await(IDLE_NANOS);
      }
      for (var batch = untold.poll(); batch != null; batch = untold.poll()) {
        tell(batch);
      }
      if (!closed) {
        tell(writeOne());
      }
    } catch (InterruptedException e) {
      // A callback left it so; nobody ends us by that.
    } catch (RuntimeException | Error e) {
      // Nothing was taken yet. What is short now may be there in a moment.
      LockSupport.parkNanos(FIRST_WAIT_NANOS);
    }
  }

  private SendBatch writeOne() {
    writing.lock();
    try {
      return writeBatch();
    } finally {
      writing.unlock();
    }
  }

  /** One write, tried again while that may help; under the lock. */
  private SendBatch writeBatch() {
    var batch = new SendBatch(stream, retryFor);
    try {
      take(batch);
      write(batch);
    } catch (RuntimeException | Error e) {
      batch.struckBy(e);
    }
    return batch;
  }

  private void write(SendBatch batch) {
    var wait = FIRST_WAIT_NANOS;
    var interrupted = false;
    while (!batch.attempt(link)) {
      // What is under way is brought to its end first, which its deadline bounds.
      interrupted |= pause(wait);
      wait = Math.min(LONGEST_WAIT_NANOS, wait * 2);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(SendBatch batch) {
    long bytes = 0;
    for (int i = 0; i < BATCH && bytes < BATCH_BYTES; i++) {
      var next = batch.takeFrom(queue);
      if (next == null) {
        break;
      }
      bytes += next.fields().byteSize();
    }
  }

  private void tell(SendBatch batch) {
    try {
      batch.ends().forEach(this::answer);
    } catch (Error e) {
      untold.add(batch);
      wakeThread();
      LockSupport.parkNanos(FIRST_WAIT_NANOS);
    }
  }

  /** Does nothing where that was done before. */
  private void answer(Done done) {
    release(done.entry());
    if (done.error() != null) {
      done.entry().answer.completeExceptionally(done.error());
    } else {
      done.entry().answer.complete(done.id());
    }
  }

  private void release(Outgoing entry) {
    if (entry.givesPlaceBack()) {
      places.release();
    }
  }

  /** Whether it was interrupted; the mark is gone then. */
  private static boolean pause(long nanos) {
    try {
      new Signal().await(nanos);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** Sends what waits, for its time at most; what comes later is refused. */
  @Override
  public void close() {
    closed = true;
    signal.close();
    var batches = new ArrayList<SendBatch>();
    writing.lock();
    try {
      while (!queue.isEmpty()) {
        batches.add(writeBatch());
      }
      link.end();
    } finally {
      writing.unlock();
    }
    batches.forEach(this::tell);
  }
}
