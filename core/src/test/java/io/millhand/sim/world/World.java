// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, in which things happen one after another in one thread. What happens at the same
 * moment happens in an order that the seed draws.
 */
public final class World {

  private static final ThreadLocal<@Nullable World> CURRENT = new ThreadLocal<>();
  private static final int LONGEST_TRACE = 200_000;

  private final Random random;
  private final long nanoOrigin;
  private final PriorityQueue<Happening> queue = new PriorityQueue<>();
  private final List<String> trace = new ArrayList<>();
  private final boolean tracing;
  private long now;
  private long counter;
  private int identities;
  private long hash = 17;
  private @Nullable Strand running;

  /** Written by the server, when it is made. */
  @Nullable SimServer server;

  private record Happening(long at, int tie, long number, Runnable what)
      implements Comparable<Happening> {
    @Override
    public int compareTo(Happening other) {
      var order = Long.compare(at, other.at);
      order = order != 0 ? order : Integer.compare(tie, other.tie);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  /** Begins at 0, with what the seed draws. */
  public World(long seed, Tracing tracing) {
    this.random = new Random(seed);
    this.tracing = tracing == Tracing.ON;
    // nanoTime begins anywhere, and may overflow while a worker runs.
    this.nanoOrigin =
        switch (random.nextInt(4)) {
          case 0 -> Long.MAX_VALUE - random.nextInt(20) * 1_000_000_000L;
          case 1 -> -random.nextInt(20) * 1_000_000_000L;
          default -> random.nextLong() >> 2;
        };
  }

  /** Whether what happens is written down. */
  public enum Tracing {
    /** Yes. */
    ON,
    /** No. */
    OFF
  }

  /** The world that this thread runs. */
  public static World current() {
    var world = CURRENT.get();
    if (world == null) {
      throw new IllegalStateException("no simulation runs in this thread");
    }
    return world;
  }

  /** The hash code of an object that has none of its own: as before, or the next one if 0. */
  public static int identity(int before) {
    return before != 0 ? before : ++current().identities * 0x9E3779B1;
  }

  /** Whether worlds can run in this JVM. */
  public static boolean isPossible() {
    return Continuations.areThere();
  }

  /** Nanoseconds since the beginning. */
  public long now() {
    return now;
  }

  /** What System.nanoTime() tells. */
  public long nanoTime() {
    return nanoOrigin + now;
  }

  /** Where all chance comes from. */
  public Random random() {
    return random;
  }

  /** A number up to, but without, that. */
  public long upTo(long nanos) {
    return nanos <= 0 ? 0 : (long) (random.nextDouble() * nanos);
  }

  /** Lets something happen after that time. */
  public void after(long nanos, Runnable what) {
    queue.add(new Happening(now + Math.max(0, nanos), random.nextInt(), counter++, what));
  }

  /**
   * Goes on until that time, or until a condition holds, which is asked after each happening. Who
   * looks on afterwards, in the same thread, still is in this world.
   */
  public void run(long until, Condition end) {
    CURRENT.set(this);
    while (!end.holds()) {
      var next = queue.peek();
      if (next == null || next.at() > until) {
        now = until;
        return;
      }
      queue.poll();
      now = next.at();
      next.what().run();
    }
  }

  /** When to stop. */
  @FunctionalInterface
  public interface Condition {
    /** Whether it holds. */
    boolean holds();
  }

  /** How many things have been let happen. */
  public long happenings() {
    return counter;
  }

  /** The strand that runs. */
  Strand running() {
    if (running == null) {
      throw new IllegalStateException("this is no thread of the simulation");
    }
    return running;
  }

  @Nullable Strand runningIfAny() {
    return running;
  }

  void run(Strand strand, Object continuation) {
    running = strand;
    try {
      Continuations.run(continuation);
    } finally {
      running = null;
    }
  }

  /** Lets the strand that runs wait. */
  public void sleep(long nanos) throws InterruptedException {
    var strand = running();
    var end = now + nanos;
    while (now < end) {
      strand.park(end - now);
      if (strand.takeInterrupt()) {
        throw new InterruptedException();
      }
    }
  }

  /** Writes down what happens. */
  public void tell(String who, String what) {
    hash = hash * 31 + who.hashCode();
    hash = hash * 31 + now;
    if (tracing && trace.size() < LONGEST_TRACE) {
      trace.add("%10.6f %-10s %s".formatted(now / 1e9, who, what.replace('\n', '/')));
    }
  }

  /** Whether what happens is written down: a text need not be made otherwise. */
  public boolean isTracing() {
    return tracing;
  }

  /** What was written down. */
  public List<String> trace() {
    return trace;
  }

  /** A number that tells runs apart which differ in anything that was told. */
  public long hash() {
    return hash;
  }
}
