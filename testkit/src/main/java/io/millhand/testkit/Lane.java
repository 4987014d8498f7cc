// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import io.millhand.testkit.LaneFault.Direction;
import io.millhand.testkit.LaneFault.Head;
import io.millhand.testkit.LaneFault.Kind;
import io.millhand.testkit.LaneFault.Step;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a proxied connection: a reader fills a queue, a writer empties it as the fault
 * allows.
 *
 * <p>Threads: {@link #read} and {@link #write} are the bodies of one thread each; the rest is
 * called under the lock.
 *
 * <p>Owns: the queue and the fault's progress, under the lock of the connection, which both lanes
 * share: a fault begins in both at once.
 *
 * <p>Failure: an end that breaks resets the connection, unless the fault keeps the other end from
 * learning it.
 */
@SuppressWarnings("ArrayRecordComponent") // records of bytes, never compared
final class Lane {

  private record Chunk(Kind kind, byte[] bytes, long due) {}

  /** What the writer shall do outside the lock. */
  private record Action(Step step, byte[] bytes, int from, int length) {}

  private static final byte[] NOTHING = {};
  private static final int CHUNK = 16 * 1024;

  /** Beyond it the reader waits, and the sender feels it. */
  private static final int MAX_QUEUED = 256 * 1024;

  private final Direction direction;
  private final ProxiedConnection connection;
  private final ReentrantLock lock;
  private final Condition changed;

  // guarded by lock
  private final LaneFault fault;
  private final Deque<Chunk> queue = new ArrayDeque<>();
  private int queued;
  private int offset; // how much of the head has been passed on
  private boolean searched; // the head, for triggers
  private boolean ended; // the sender has finished, and the receiver knows
  private long passed;

  Lane(
      Direction direction,
      ProxiedConnection connection,
      ReentrantLock lock,
      Condition changed,
      long seed) {
    this.direction = direction;
    this.connection = connection;
    this.lock = lock;
    this.changed = changed;
    this.fault = new LaneFault(direction, seed, System.nanoTime());
  }

  void arm(Fault next) {
    fault.arm(next);
  }

  long passed() {
    return passed;
  }

  boolean hasEnded() {
    return ended;
  }

  void read(Socket source) {
    var buffer = new byte[CHUNK];
    try {
      var in = source.getInputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        enqueue(Kind.BYTES, Arrays.copyOf(buffer, length));
      }
      enqueue(Kind.END, NOTHING);
    } catch (IOException e) {
      enqueue(Kind.BROKEN, NOTHING);
    }
  }

  private void enqueue(Kind kind, byte[] bytes) {
    lock.lock();
    try {
      while (queued > MAX_QUEUED && !connection.isOver()) {
        changed.awaitUninterruptibly();
      }
      queue.add(new Chunk(kind, bytes, fault.due(System.nanoTime())));
      queued += bytes.length;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void write(Socket sink) {
    try {
      for (var action = next(); action != null; action = next()) {
        perform(action, sink);
      }
    } catch (IOException | InterruptedException e) {
      connection.reset();
    }
  }

  private void perform(Action action, Socket sink) throws IOException {
    switch (action.step()) {
      case Step.Write write ->
          sink.getOutputStream().write(action.bytes(), action.from(), action.length());
      case Step.Insert insert -> sink.getOutputStream().write(insert.bytes());
      case Step.Finish finish -> sink.shutdownOutput();
      case Step.Reset reset -> connection.reset();
      case Step.Drop never -> throw new AssertionError(never);
      case Step.Wait never -> throw new AssertionError(never);
    }
  }

  /** Waits for something to do; null when the connection is over. */
  private @Nullable Action next() throws InterruptedException {
    lock.lock();
    try {
      while (!connection.isOver()) {
        var chunk = queue.peek();
        search(chunk);
        var step = fault.next(head(chunk), System.nanoTime());
        if (step instanceof Step.Wait pause) {
          changed.awaitNanos(pause.nanos());
        } else if (step instanceof Step.Drop) {
          drop();
        } else {
          return action(step, chunk);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Head head(@Nullable Chunk chunk) {
    return chunk == null
        ? null
        : new Head(chunk.kind(), chunk.bytes().length - offset, chunk.due());
  }

  /** A trigger must strike before the bytes that set it off are passed on. */
  private void search(@Nullable Chunk chunk) {
    if (chunk != null && !searched && direction == Direction.TO_SERVER) {
      searched = true;
      connection.search(chunk.bytes());
    }
  }

  private Action action(Step step, @Nullable Chunk chunk) {
    if (!(step instanceof Step.Write write) || chunk == null) {
      return new Action(step, NOTHING, 0, 0);
    }
    var from = offset;
    offset += write.length();
    passed += write.length();
    if (offset == chunk.bytes().length) {
      drop();
    }
    return new Action(step, chunk.bytes(), from, write.length());
  }

  private void drop() {
    var chunk = queue.remove();
    queued -= chunk.bytes().length;
    offset = 0;
    searched = false;
    if (chunk.kind() == Kind.END) {
      ended = true;
      connection.laneEnded();
    }
    changed.signalAll();
  }
}
