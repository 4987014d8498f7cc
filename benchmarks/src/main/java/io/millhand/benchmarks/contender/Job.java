// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a contender has to do: handle so many entries of a group, and ack each.
 *
 * <p>Threads: any. Owns: the count of what was handled. Failure: what strikes a contender's thread
 * goes to {@link #fail}, and comes out of {@link #await}.
 */
public final class Job {

  private final Target target;
  private final long entries;
  private final int inFlight;
  private final Effect effect;
  private final AtomicLong handled = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /**
   * Where the entries are.
   *
   * @param host of the server
   * @param port of the server
   * @param stream its key
   * @param group exists already, at the stream's beginning
   */
  public record Target(String host, int port, String stream, String group) {}

  /**
   * A job.
   *
   * @param target where the entries are
   * @param entries how many to handle, from 1
   * @param inFlight how many may be in handlers at once, where the contender can do that
   * @param effect what to do with each
   */
  public Job(Target target, long entries, int inFlight, Effect effect) {
    this.target = target;
    this.entries = entries;
    this.inFlight = inFlight;
    this.effect = effect;
  }

  /** Where the entries are. */
  public Target target() {
    return target;
  }

  /** How many to handle. */
  public long entries() {
    return entries;
  }

  /** How many may be in handlers at once. */
  public int inFlight() {
    return inFlight;
  }

  /** Whether a contender need not look at the fields. */
  @SuppressWarnings("ReferenceEquality") // that very one
  public boolean isNoop() {
    return effect == Effect.NONE;
  }

  /** Handles one entry, and counts it if that did not throw. */
  public void handle(Values values) throws Exception {
    effect.on(values);
    handled(1);
  }

  /** Counts entries as handled. */
  public void handled(long more) {
    if (handled.addAndGet(more) >= entries) {
      over.countDown();
    }
  }

  /** How many have been handled. */
  public long handled() {
    return handled.get();
  }

  /** Whether there is more to do. */
  public boolean goesOn() {
    return over.getCount() > 0;
  }

  /** Ends it. */
  public void stop() {
    over.countDown();
  }

  /** Ends it, since something broke. */
  public void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    over.countDown();
  }

  /**
   * Waits until all is handled.
   *
   * @return whether it was, in time
   * @throws IllegalStateException when the contender failed
   */
  public boolean await(Duration most) throws InterruptedException {
    var inTime = over.await(most.toMillis(), TimeUnit.MILLISECONDS);
    var cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("the contender failed: " + cause, cause);
    }
    return inTime && handled() >= entries;
  }
}
