// SPDX-License-Identifier: Apache-2.0
package io.millhand.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.millhand.event.DrainReport;
import io.millhand.event.Event;
import io.millhand.event.Event.State;
import io.millhand.event.Health;
import io.millhand.event.Listener;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Feeds a registry with what workers tell: {@code
 * worker.listener(MillhandMetrics.listener(registry))}. One listener serves all workers of a
 * process; a registry wants no second one for the same groups. Thread-safe.
 *
 * <p>The meters, {@code millhand.worker.*}, have the tags {@code stream} and {@code group}; several
 * workers of one group are told as one. They are there from the worker's start, and go when the
 * last worker of their group has stopped; only {@code millhand.worker.drain} stays, until {@link
 * #close}. Buckets of histograms, and which meters there are at all, can be changed by a {@code
 * MeterFilter} of the registry.
 */
public final class MillhandMetrics implements Listener, AutoCloseable {

  private final MeterRegistry registry;
  private final Detail detail;

  /** For each event: whose meters it goes to. Changed under the lock. */
  private final ConcurrentHashMap<Event.Worker, WorkerMeters> workers = new ConcurrentHashMap<>();

  private final Object lock = new Object();

  /** Guarded by the lock. */
  private final Map<Tags, WorkerMeters> groups = new HashMap<>();

  /** Meters that outlive their workers. */
  private final Shelf lasting;

  private MillhandMetrics(MeterRegistry registry, Detail detail) {
    this.registry = registry;
    this.detail = detail;
    this.lasting = new Shelf(registry, Tags.empty());
  }

  /** What has meters of its own. */
  public enum Detail {
    /** Each group. */
    GROUP,
    /**
     * Each worker: a tag {@code consumer} too. A worker without a fixed name has a new one at each
     * start, and so new series.
     */
    CONSUMER
  }

  /** For each group. */
  public static MillhandMetrics listener(MeterRegistry registry) {
    return listener(registry, Detail.GROUP);
  }

  /** For each group, or for each worker. */
  public static MillhandMetrics listener(MeterRegistry registry, Detail detail) {
    return new MillhandMetrics(registry, detail);
  }

  @Override
  public void begin(Event.Worker worker, Supplier<Health> health) {
    synchronized (lock) {
      var meters =
          groups.computeIfAbsent(tags(worker), tags -> new WorkerMeters(new Shelf(registry, tags)));
      meters.crew().add(worker, health);
      workers.put(worker, meters);
    }
  }

  @Override
  public void on(Event event) {
    var meters = workers.get(event.by());
    if (meters == null) {
      return;
    }
    meters.on(event);
    if (event instanceof Event.Drained drained) {
      drained(drained.by(), drained.report());
    } else if (event instanceof Event.StateChanged change && isOver(change.to())) {
      end(event.by(), meters);
    }
  }

  private void drained(Event.Worker worker, DrainReport report) {
    var outcome =
        report.failure().isPresent() ? "failed" : report.isClean() ? "clean" : "left_behind";
    lasting
        .shortTimer(
            "millhand.worker.drain",
            "How long drains took, by how they ended. Stays when its workers are gone.",
            groupTags(worker).and("outcome", outcome))
        .record(report.took());
  }

  static boolean isOver(State state) {
    return state == State.STOPPED || state == State.FAILED;
  }

  private void end(Event.Worker worker, WorkerMeters meters) {
    synchronized (lock) {
      // Another of the same name may live: this one could not start then.
      if (meters.crew().removeOver(worker)) {
        workers.remove(worker);
      }
      if (meters.crew().isEmpty() && groups.remove(tags(worker), meters)) {
        meters.remove();
      }
    }
  }

  private Tags tags(Event.Worker worker) {
    var tags = groupTags(worker);
    return detail == Detail.CONSUMER ? tags.and("consumer", worker.consumer()) : tags;
  }

  private static Tags groupTags(Event.Worker worker) {
    return Tags.of("stream", worker.source().stream(), "group", worker.source().group());
  }

  /** Removes all its meters from the registry; the workers go on, unheard. */
  @Override
  public void close() {
    synchronized (lock) {
      workers.clear();
      groups.values().forEach(WorkerMeters::remove);
      groups.clear();
    }
    lasting.clear();
  }
}
