// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.DeniedException;
import io.millhand.error.MillhandException;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UncertainSendException;
import io.millhand.redis.RedisStreams;
import io.millhand.redis.SendCommands;
import io.millhand.redis.SendCommands.Added;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * <p>Promise: an entry is sent at most once; it is sent again only where Redis said that it did not
 * add it.
 *
 * <p>Failure: tried again until its time is over, then told with the reason.
 */
public final class Sender implements AutoCloseable {

  private static final int BATCH = 500;
  private static final long BATCH_BYTES = 4 << 20;
  private static final long FIRST_WAIT_NANOS = 20_000_000;
  private static final long LONGEST_WAIT_NANOS = 500_000_000;
  private static final long RESTED_NANOS = 100_000_000;
  private static final long IDLE_NANOS = 10_000_000_000L;

  private final String stream;
  private final Connected<SendCommands> redis;
  private final long retryNanos;
  private final Semaphore places;
  private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();

  /** Held by whoever writes. */
  private final ReentrantLock writing = new ReentrantLock();

  /** When the connection last brought an answer; nanoTime. Guarded by the lock {@link #writing}. */
  private long lastUsed = System.nanoTime();

  private final Signal signal = new Signal();
  private volatile boolean closed;

  /** Started by the first send that does not wait; guarded by the lock {@link #starting}. */
  private volatile @Nullable Thread thread;

  private final ReentrantLock starting = new ReentrantLock();

  private record Waiting(
      Fields fields,
      CompletableFuture<EntryId> answer,
      long deadline,
      boolean counted,
      AtomicBoolean taken) {}

  /** What came of one: its id, or an error. */
  private record Done(Waiting waiting, @Nullable EntryId id, @Nullable RuntimeException error) {}

  /** Nothing is opened yet. */
  public Sender(RedisStreams streams, String stream, int maxQueued, Duration retryFor) {
    this.stream = stream;
    this.redis = new Connected<>(() -> streams.sending(stream));
    this.retryNanos = retryFor.toNanos();
    this.places = new Semaphore(maxQueued);
  }

  /** Sends and waits. */
  public EntryId send(Fields fields) {
    var waiting = enqueue(fields);
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
      return waiting.answer().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof MillhandException cause ? cause : e;
    }
  }

  /** Sends without waiting for the answer. */
  public CompletableFuture<EntryId> sendAsync(Fields fields) {
    var waiting = enqueue(fields);
    wakeThread();
    return waiting.answer();
  }

  /** Whether nothing more is sent. */
  public boolean isClosed() {
    return closed;
  }

  private Waiting enqueue(Fields fields) {
    if (closed) {
      throw closedError();
    }
    // A callback on the sender's own thread may send again: if it waited for a place, nobody would
    // make one.
    var counted = Thread.currentThread() != thread;
    if (counted) {
      places.acquireUninterruptibly();
    }
    var waiting =
        new Waiting(
            fields,
            new CompletableFuture<>(),
            System.nanoTime() + retryNanos,
            counted,
            new AtomicBoolean());
    queue.add(waiting);
    if (closed && queue.remove(waiting)) {
      // Closed since we asked: nobody looks at the queue again.
      release(waiting);
      throw closedError();
    }
    return waiting;
  }

  private RefusedException closedError() {
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
  private void writeUntil(Waiting waiting) {
    var done = new ArrayList<Done>();
    try {
      while (!waiting.taken().get() && !queue.isEmpty()) {
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
    var batch = new ArrayList<Waiting>();
    long bytes = 0;
    while (batch.size() < BATCH && bytes < BATCH_BYTES) {
      var next = queue.poll();
      if (next == null) {
        break;
      }
      next.taken().set(true);
      batch.add(next);
      bytes += next.fields().byteSize();
    }
    var done = new ArrayList<Done>(batch.size());
    var wait = FIRST_WAIT_NANOS;
    var interrupted = false;
    for (var left = attempt(batch, done); !left.isEmpty(); left = attempt(left, done)) {
      // What is under way is brought to its end first, which its deadline bounds.
      interrupted |= pause(wait);
      wait = Math.min(LONGEST_WAIT_NANOS, wait * 2);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return done;
  }

  /** Answers with those that may be tried again. */
  private List<Waiting> attempt(List<Waiting> batch, List<Done> done) {
    if (batch.isEmpty()) {
      return List.of();
    }
    List<Added> results;
    try {
      results = connected().add(batch.stream().map(Waiting::fields).toList());
      lastUsed = System.nanoTime();
    } catch (UnavailableException e) {
      return e.mayHaveBeenDone() ? uncertain(batch, e, done) : retryable(batch, e, done);
    } catch (CancellationException e) {
      // Closed between their coming and their turn.
      batch.forEach(each -> done.add(new Done(each, null, closedError())));
      return List.of();
    } catch (RuntimeException e) {
      batch.forEach(each -> done.add(new Done(each, null, e)));
      return List.of();
    }
    var again = new ArrayList<Waiting>();
    for (int i = 0; i < batch.size(); i++) {
      switch (results.get(i)) {
        case Added.Ok ok -> done.add(new Done(batch.get(i), ok.id(), null));
        case Added.Failed failed -> {
          if (failed.error() instanceof UnavailableException e) {
            again.addAll(retryable(List.of(batch.get(i)), e, done));
          } else {
            done.add(new Done(batch.get(i), null, named(failed.error())));
          }
        }
      }
    }
    return again;
  }

  /**
   * A connection that has rested may have been cut unseen: better a question that fails than an
   * entry in doubt.
   */
  private SendCommands connected() {
    var commands = redis.get();
    if (System.nanoTime() - lastUsed > RESTED_NANOS) {
      try {
        commands.check();
      } catch (UnavailableException e) {
        commands = redis.get();
      }
    }
    return commands;
  }

  /** What Redis refuses does not say to which stream it was to go. */
  private RuntimeException named(RuntimeException error) {
    var text = "%s: the entry was not added: %s".formatted(stream, error.getMessage());
    return switch (error) {
      case DeniedException e -> new DeniedException(text, e);
      case RefusedException e -> new RefusedException(text, e);
      default -> error;
    };
  }

  private List<Waiting> uncertain(
      List<Waiting> batch, UnavailableException cause, List<Done> done) {
    for (var each : batch) {
      done.add(
          new Done(
              each,
              null,
              new UncertainSendException(
                  "%s: the entry may have been added, or not: %s Sending it again may add it twice."
                      .formatted(stream, cause.getMessage()),
                  cause)));
    }
    return List.of();
  }

  private List<Waiting> retryable(
      List<Waiting> batch, UnavailableException cause, List<Done> done) {
    var again = new ArrayList<Waiting>();
    for (var each : batch) {
      if (System.nanoTime() - each.deadline() < 0) {
        again.add(each);
      } else {
        done.add(
            new Done(
                each,
                null,
                new UnavailableException(
                    cause.reason(),
                    "%s: the entry was not added, tried for %d ms: %s"
                        .formatted(stream, retryNanos / 1_000_000, cause.getMessage()),
                    cause)));
      }
    }
    return again;
  }

  private void answer(Done done) {
    release(done.waiting());
    if (done.error() != null) {
      done.waiting().answer().completeExceptionally(done.error());
    } else {
      done.waiting().answer().complete(done.id());
    }
  }

  private void release(Waiting waiting) {
    if (waiting.counted()) {
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
      redis.end();
    } finally {
      writing.unlock();
    }
    done.forEach(this::answer);
  }
}
