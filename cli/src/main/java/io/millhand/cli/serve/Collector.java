// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.error.MillhandException;
import io.millhand.inspect.Survey;
import io.millhand.inspect.Trend;
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
 * does. Who comes later gets a survey of its own; of earlier ones only counts are kept, for rates
 * and verdicts. An outage is told once when it begins, and once when it is over. Thread-safe.
 */
final class Collector {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private final Supplier<Survey> survey;
  private final Trend trend; // used by the one collection that runs
  private volatile boolean away; // written by the one collection that runs
  private final AtomicReference<@Nullable CompletableFuture<Collection>> running =
      new AtomicReference<>();
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /**
   * With that survey.
   *
   * @param over how far back a look is compared, for rates and verdicts
   */
  Collector(Supplier<Survey> survey, Duration over) {
    this.survey = survey;
    this.trend = new Trend(over);
  }

  /**
   * What one collection came to.
   *
   * @param seen what was seen; empty when Redis could not be used
   * @param failure why not
   * @param took how long it took
   * @param read collections so far that saw Redis, this one too
   * @param failed collections so far that did not
   */
  record Collection(
      Optional<Seen> seen,
      Optional<MillhandException> failure,
      Duration took,
      long read,
      long failed) {

    /**
     * What was seen.
     *
     * @throws MillhandException when Redis could not be used
     */
    Seen orThrow() {
      return seen.orElseThrow(failure::orElseThrow);
    }
  }

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
    var seen = Optional.<Seen>empty();
    var failure = Optional.<MillhandException>empty();
    try {
      var look = survey.get();
      seen = Optional.of(new Seen(look, trend.add(look.groups(), System.nanoTime())));
      read.incrementAndGet();
      tellBack();
    } catch (MillhandException e) {
      failure = Optional.of(e);
      failed.incrementAndGet();
      tellAway(e);
    }
    return new Collection(
        seen, failure, Duration.ofNanos(System.nanoTime() - began), read.get(), failed.get());
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
