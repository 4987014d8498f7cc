// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.error.MillhandException;
import io.millhand.inspect.StreamDetails.Survey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Surveys Redis, once for all who ask at the same time: ten Prometheus servers cost Redis what one
 * does. Nothing is kept: who comes later gets a survey of its own. An outage is told once when it
 * begins, and once when it is over. Thread-safe.
 */
final class Collector {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private final Supplier<Survey> survey;
  private volatile boolean away; // written by the one collection that runs
  private final AtomicReference<@Nullable CompletableFuture<Collection>> running =
      new AtomicReference<>();
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /** With that survey. */
  Collector(Supplier<Survey> survey) {
    this.survey = survey;
  }

  /**
   * What one collection came to.
   *
   * @param survey what was seen; empty when Redis could not be used
   * @param took how long it took
   * @param read collections so far that saw Redis, this one too
   * @param failed collections so far that did not
   */
  record Collection(Optional<Survey> survey, Duration took, long read, long failed) {}

  /** Collects, or waits for the collection that runs. */
  Collection collect() {
    var mine = new CompletableFuture<Collection>();
    var other = running.compareAndExchange(null, mine);
    if (other != null) {
      return other.join();
    }
    try {
      var made = make();
      mine.complete(made);
      return made;
    } catch (RuntimeException e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      running.set(null);
    }
  }

  private Collection make() {
    var began = System.nanoTime();
    Optional<Survey> seen;
    try {
      seen = Optional.of(survey.get());
      read.incrementAndGet();
      tellBack();
    } catch (MillhandException e) {
      seen = Optional.empty();
      failed.incrementAndGet();
      tellAway(e);
    }
    return new Collection(
        seen, Duration.ofNanos(System.nanoTime() - began), read.get(), failed.get());
  }

  private void tellAway(MillhandException error) {
    if (!away) {
      away = true;
      log.warn("millhand_up is 0 until Redis can be read again: {}", error.getMessage());
    }
  }

  private void tellBack() {
    if (away) {
      away = false;
      log.info("Redis can be read again");
    }
  }
}
