// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.Millhand;
import io.millhand.error.UnavailableException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way to Redis, made when it can be: that Redis is away must not end what tells of it.
 * Thread-safe.
 */
public final class RedisLink implements AutoCloseable {

  /** A connection that was closed long ago shows that at once; a server that hangs does not. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final Millhand.Builder builder; // guarded by lock
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Millhand millhand; // guarded by lock

  /** Connects at the first question. */
  public RedisLink(Millhand.Builder builder) {
    this.builder = builder;
  }

  /**
   * Asks something that changes nothing. It is asked once more where the connection was found
   * closed: between two scrapes a server may close it (its {@code timeout}), or have been started
   * anew.
   *
   * @throws io.millhand.error.MillhandException when Redis cannot answer
   */
  public <R> R ask(Function<Millhand, R> question) {
    var began = System.nanoTime();
    try {
      return question.apply(connected());
    } catch (UnavailableException e) {
      if (e.mayHaveBeenDone() && System.nanoTime() - began < AT_ONCE.toNanos()) {
        return question.apply(connected());
      }
      throw e;
    }
  }

  private Millhand connected() {
    lock.lock();
    try {
      var known = millhand;
      if (known == null) {
        known = builder.connect();
        millhand = known;
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (millhand != null) {
        millhand.close();
        millhand = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
