// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a fault does with the next bytes of one direction. No clock, no socket.
 *
 * <p>Threads: none of its own; guarded by the lock of its connection.
 */
@SuppressWarnings("ArrayRecordComponent") // a record of bytes, never compared
final class LaneFault {

  enum Direction {
    TO_SERVER,
    TO_CLIENT
  }

  enum Kind {
    BYTES,
    /** The sender has finished. */
    END,
    /** The sender's connection broke. */
    BROKEN
  }

  /**
   * What waits to be passed on.
   *
   * @param length how many bytes are left of it
   * @param due when its delay, if any, is over, in nanoTime
   */
  record Head(Kind kind, int length, long due) {}

  /** What to do next. */
  sealed interface Step {
    /** Pass on so many bytes of the head. */
    record Write(int length) implements Step {}

    /** Pass on these, which nobody sent. */
    record Insert(byte[] bytes) implements Step {}

    /** Forget the head. */
    record Drop() implements Step {}

    /** Look again after this long, or when something has changed. */
    record Wait(long nanos) implements Step {}

    /** Tell the receiver that no more bytes come. */
    record Finish() implements Step {}

    /** Reset the connection. */
    record Reset() implements Step {}
  }

  /** A wait for a change only. */
  static final long FOREVER = Long.MAX_VALUE;

  /** A throttled lane passes bytes on so many times a second. */
  private static final int SLOTS = 50;

  /** What a reply of one line begins with: before such a line it would make a reply of it. */
  private static final String LINE_TYPES = "+-_,#(";

  private final Direction direction;
  private final SplittableRandom random;
  private Fault fault = new Fault.Pass();
  private long budget; // CutAfter: what it still lets through
  private boolean done; // Garbage: inserted
  private boolean finished; // the receiver was told
  private boolean lossy; // bytes are missing in the middle
  private long lastDue; // Delay: keeps the order
  private long freeAt; // Throttle: the next slot

  LaneFault(Direction direction, long seed, long now) {
    this.direction = direction;
    this.random = new SplittableRandom(seed);
    this.lastDue = now;
    this.freeAt = now;
  }

  void arm(Fault next) {
    fault = next;
    done = false;
    budget = next instanceof Fault.CutAfter cut ? cut.bytes() : 0;
  }

  /** When bytes that arrive now may be passed on. */
  long due(long now) {
    if (fault instanceof Fault.Delay delay) {
      var jitter = delay.jitter().toNanos();
      var due = now + delay.latency().toNanos() + (jitter == 0 ? 0 : random.nextLong(jitter));
      lastDue = lastDue - due > 0 ? lastDue : due;
      return lastDue;
    }
    return now;
  }

  Step next(@Nullable Head head, long now) {
    if (fault instanceof Fault.Reset) {
      return new Step.Reset();
    }
    if (isHalfClosed() && !finished) {
      return finish();
    }
    if (head == null || fault instanceof Fault.BlackHole) {
      return new Step.Wait(FOREVER);
    }
    if (swallows()) {
      lossy |= head.kind() == Kind.BYTES;
      return head.kind() == Kind.BYTES ? new Step.Drop() : new Step.Wait(FOREVER);
    }
    if (isHalfClosed() && head.kind() == Kind.BYTES) {
      return new Step.Drop();
    }
    if (head.kind() == Kind.END && !lossy) {
      return finished ? new Step.Drop() : finish();
    }
    if (head.kind() != Kind.BYTES || lossy || finished) {
      return new Step.Reset();
    }
    return pass(head, now);
  }

  private Step finish() {
    finished = true;
    return new Step.Finish();
  }

  private boolean isHalfClosed() {
    return fault instanceof Fault.HalfClose && direction == Direction.TO_CLIENT;
  }

  private boolean swallows() {
    return direction == Direction.TO_SERVER
        ? fault instanceof Fault.DropToServer
        : fault instanceof Fault.DropToClient;
  }

  private Step pass(Head head, long now) {
    return switch (fault) {
      case Fault.Delay delay ->
          head.due() - now > 0 ? new Step.Wait(head.due() - now) : new Step.Write(head.length());
      case Fault.Throttle throttle -> throttled(head, now, throttle.bytesPerSecond());
      case Fault.CutAfter cut ->
          direction == Direction.TO_CLIENT ? cut(head) : new Step.Write(head.length());
      case Fault.Garbage garbage ->
          direction == Direction.TO_CLIENT && !done
              ? garbage(garbage.bytes())
              : new Step.Write(head.length());
      case Fault.Pass pass -> new Step.Write(head.length());
      case Fault.Refuse refuse -> new Step.Write(head.length());
      case Fault.DropToServer other -> new Step.Write(head.length());
      case Fault.DropToClient other -> new Step.Write(head.length());
      case Fault.HalfClose other -> new Step.Write(head.length());
      case Fault.BlackHole never -> throw new AssertionError(never);
      case Fault.Reset never -> throw new AssertionError(never);
    };
  }

  private Step throttled(Head head, long now, int bytesPerSecond) {
    if (freeAt - now > 0) {
      return new Step.Wait(freeAt - now);
    }
    var length = Math.min(head.length(), Math.max(1, bytesPerSecond / SLOTS));
    freeAt = now + length * Duration.ofSeconds(1).toNanos() / bytesPerSecond;
    return new Step.Write(length);
  }

  private Step cut(Head head) {
    if (budget == 0) {
      return new Step.Reset();
    }
    var length = (int) Math.min(head.length(), budget);
    budget -= length;
    return new Step.Write(length);
  }

  private Step garbage(int length) {
    done = true;
    var bytes = new byte[length];
    do {
      random.nextBytes(bytes);
    } while (LINE_TYPES.indexOf(bytes[0]) >= 0);
    return new Step.Insert(bytes);
  }
}
