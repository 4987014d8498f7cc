// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.Millhand;
import io.millhand.error.DeniedException;
import io.millhand.error.MillhandException;
import io.millhand.error.UnavailableException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to Redis, made when it can be: that Redis is away must not end what tells of it. An
 * outage is told once when it begins, and once when it is over. Thread-safe.
 */
final class RedisLink implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private final Millhand.Builder builder; // guarded by lock
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Millhand millhand; // guarded by lock
  private @Nullable String outage; // guarded by lock

  /** Connects at the first question. */
  RedisLink(Millhand.Builder builder) {
    this.builder = builder;
  }

  /**
   * Asks something.
   *
   * @throws MillhandException when Redis cannot answer
   */
  <R> R ask(Function<Millhand, R> question) {
    try {
      var answer = question.apply(connected());
      worked();
      return answer;
    } catch (UnavailableException | DeniedException e) {
      failed(e);
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

  private void failed(MillhandException error) {
    lock.lock();
    try {
      if (outage == null) {
        outage = String.valueOf(error.getMessage());
        log.warn("{}; millhand_up is 0 until it is back", outage);
      }
    } finally {
      lock.unlock();
    }
  }

  private void worked() {
    lock.lock();
    try {
      if (outage != null) {
        outage = null;
        log.info("Redis can be used again");
      }
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
