// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.config.GroupStart;
import io.millhand.config.WorkerSettings;
import io.millhand.config.WorkerSettings.ShutdownHook;
import io.millhand.delivery.Delivery;
import io.millhand.engine.Host;
import io.millhand.engine.Ordering;
import io.millhand.event.Event;
import io.millhand.event.Health;
import io.millhand.event.Listener;
import io.millhand.partition.Crew;
import io.millhand.partition.Hand;
import io.millhand.partition.Partition;
import io.millhand.redis.RedisStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process' share of a partitioned stream: a worker for each partition that falls to it.
 * Thread-safe. It ends by {@link #close}, or by the process' own end (SIGTERM, SIGINT; unless the
 * hook is off); then others take its partitions.
 */
public final class PartitionedWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.partition");

  /** The one name under which the owners of a partition register, so that there is one. */
  private static final String OWNER = "owner";

  private final String stream;
  private final String group;
  private final String member;
  private final WorkerBuilder<?> workers;
  private final WorkerSettings settings;
  private final Ordering ordering;
  private final Crew crew;
  private final @Nullable Thread hook;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch over = new CountDownLatch(1);

  PartitionedWorker(
      RedisStreams streams,
      String stream,
      String group,
      WorkerBuilder<?> workers,
      WorkerSettings settings,
      Ordering ordering,
      ShutdownHook hook) {
    this.stream = stream;
    this.group = group;
    this.member = Host.name() + "-" + Host.newBootId();
    this.workers = workers;
    this.settings = settings;
    this.ordering = ordering;
    this.crew =
        new Crew(
            streams,
            new Crew.Terms(
                stream,
                group,
                member,
                ordering instanceof Ordering.ByKey ? Crew.Turns.IN_ORDER : Crew.Turns.TOGETHER,
                settings.liveness().heartbeatEvery(),
                settings.liveness().lease().multipliedBy(2)),
            this::hire,
            this::assigned);
    this.hook =
        hook == ShutdownHook.ON
            ? Thread.ofPlatform().name("millhand-shutdown " + stream).unstarted(this::close)
            : null;
  }

  /**
   * How it is.
   *
   * @param members how many processes share the partitions
   * @param assigned the streams that fall to this one
   * @param workers how the worker of each is that has started: one that waits for the owner before
   *     is not there yet
   * @param problems what is wrong, in words; empty when it is well
   */
  public record Share(
      int members, List<String> assigned, Map<String, Health> workers, List<String> problems) {

    /** Whether it works as it should. */
    public boolean isHealthy() {
      return problems.isEmpty();
    }
  }

  void start() {
    crew.start();
    if (hook != null) {
      Runtime.getRuntime().addShutdownHook(hook);
    }
  }

  private Hand hire(Partition partition, Hand.Start start) {
    var worker =
        workers.startPart(
            partition.stream(stream),
            ordering instanceof Ordering.ByKey ? Optional.of(OWNER) : Optional.empty(),
            start == Hand.Start.CONFIGURED ? settings.start() : GroupStart.beginning(),
            ordering);
    return new Hand() {
      @Override
      public void close() {
        worker.close();
      }

      @Override
      public void closeNow() {
        worker.closeNow();
      }

      @Override
      public boolean isOver() {
        return worker.isOver();
      }

      @Override
      public Health health() {
        return worker.health();
      }
    };
  }

  private void assigned(List<String> streams, int members) {
    var event =
        new Event.Assigned(
            new Event.Worker(new Delivery.Source(stream, group), member), streams, members);
    workers.listeners().forEach(listener -> tell(listener, event));
  }

  private static void tell(Listener listener, Event event) {
    try {
      listener.on(event);
    } catch (RuntimeException e) {
      log.error("a listener failed at {}", event, e);
    }
  }

  /** The partitioned stream. */
  public String stream() {
    return stream;
  }

  /** The group's name. */
  public String group() {
    return group;
  }

  /** This process' name among the members. */
  public String member() {
    return member;
  }

  /** The streams that fall to this process now. */
  public List<String> assigned() {
    return crew.assigned();
  }

  /** How it is: for readiness probes and people. */
  public Share health() {
    var healths = new TreeMap<String, Health>();
    crew.hands().forEach((partition, hand) -> healths.put(partition, hand.health()));
    var problems = new ArrayList<String>();
    var problem = crew.problem();
    if (problem != null) {
      problems.add("it cannot learn who the members are: " + problem.getMessage());
    }
    healths.forEach(
        (partition, health) ->
            health.problems().forEach(each -> problems.add(partition + ": " + each)));
    return new Share(crew.members().size(), crew.assigned(), healths, problems);
  }

  /**
   * Leaves, so that others take its partitions, and drains the workers of all of them at once; see
   * {@link Worker#drain}.
   *
   * @throws InterruptedException when the waiting thread is interrupted; the drain goes on
   */
  public void drain() throws InterruptedException {
    if (closed.compareAndSet(false, true)) {
      // A thread of its own: whoever asked may be interrupted.
      Thread.ofPlatform().daemon().name("millhand-drain " + this).start(this::stop);
    }
    over.await();
    removeHook();
  }

  private void stop() {
    try {
      crew.stop();
    } catch (InterruptedException e) {
      log.warn("{}: interrupted while it drained", this);
    } finally {
      over.countDown();
    }
  }

  /** Drains. An interrupt of the calling thread ends the wait for handlers, not the rest. */
  @Override
  public void close() {
    try {
      drain();
    } catch (InterruptedException e) {
      closeNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Interrupts the handlers and releases what they had, without waiting for them. */
  public void closeNow() {
    crew.hurry();
    try {
      drain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it has stopped. */
  boolean isOver() {
    return over.getCount() == 0;
  }

  private void removeHook() {
    if (hook != null && hook != Thread.currentThread()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is shutting down: the hook has run, or finds nothing to do.
      }
    }
  }

  @Override
  public String toString() {
    return stream + "/" + group + " " + member;
  }
}
