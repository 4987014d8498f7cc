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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
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
 * <p>Failure: tried again until its time is over, then told with the reason.
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

  private final Signal signal = new Signal();
  private volatile boolean closed;

  /** Started by the first send that does not wait; guarded by the lock {@link #starting}. */
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
    var waiting = enqueue(fields, mark);
    if (writing.tryLock()) {
      writeUntil(waiting);
      if (!queue.isEmpty()) {
        // Others queued behind us and found the lock taken.
        wakeThread();
      }
    } else {
      wakeThread();
    }
    try {
      return waiting.answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof MillhandException cause ? cause : e;
    }
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
    var place = Thread.currentThread() == thread ? Outgoing.Place.NONE : Outgoing.Place.TAKEN;
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
      if (thread == null && !closed) {
        thread = Thread.ofPlatform().daemon().name("millhand-send " + stream).start(this::run);
      }
    } finally {
      starting.unlock();
    }
    signal.raise();
  }

  private void run() {
    try {
      while (!closed) {
        if (queue.isEmpty()) {
          signal.await(IDLE_NANOS);
        }
        writing.lock();
        writeSome().forEach(this::answer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what waits until that one has its answer; the caller has the lock. */
  private void writeUntil(Outgoing waiting) {
    var done = new ArrayList<Done>();
    try {
      while (!waiting.isTaken() && !queue.isEmpty()) {
        done.addAll(writeBatch());
      }
    } finally {
      writing.unlock();
    }
    done.forEach(this::answer);
  }

  /** One write, and the lock given back: callbacks run without it, since they may send again. */
  private List<Done> writeSome() {
    try {
      return writeBatch();
    } finally {
      writing.unlock();
    }
  }

  /** One write, tried again while that may help; under the lock. */
  private List<Done> writeBatch() {
    var batch = new SendBatch(stream, retryFor, next());
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
    return batch.done();
  }

  private List<Outgoing> next() {
    var batch = new ArrayList<Outgoing>();
    long bytes = 0;
    while (batch.size() < BATCH && bytes < BATCH_BYTES) {
      var next = queue.poll();
      if (next == null) {
        break;
      }
      next.take();
      batch.add(next);
      bytes += next.fields().byteSize();
    }
    return batch;
  }

  private void answer(Done done) {
    release(done.entry());
    if (done.error() != null) {
      done.entry().answer.completeExceptionally(done.error());
    } else {
      done.entry().answer.complete(done.id());
    }
  }

  private void release(Outgoing entry) {
    if (entry.place == Outgoing.Place.TAKEN) {
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
    var done = new ArrayList<Done>();
    writing.lock();
    try {
      while (!queue.isEmpty()) {
        done.addAll(writeBatch());
      }
      link.end();
    } finally {
      writing.unlock();
    }
    done.forEach(this::answer);
  }
}
