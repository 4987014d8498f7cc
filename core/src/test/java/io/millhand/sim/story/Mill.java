// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.story;

import io.millhand.delivery.Codec;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.UndecodableException;
import io.millhand.engine.Line;
import io.millhand.engine.Work;
import io.millhand.event.Event;
import io.millhand.redis.Identity;
import io.millhand.sim.world.SimProcess;
import io.millhand.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A process with one worker, as it ships, and what its handler does. */
final class Mill {

  final String name;
  final SimProcess process;
  private final World world;
  private final Plan plan;
  private final Books books;
  private final Story.Fleet fleet;
  private @Nullable Line line;
  private boolean started;
  private boolean leaving;
  private boolean left;

  Mill(World world, Plan plan, Books books, Story.Fleet fleet, Identity identity, int run) {
    this.world = world;
    this.fleet = fleet;
    this.plan = plan;
    this.books = books;
    this.name = identity.consumer();
    this.process = new SimProcess(world, name + "/" + run, this::failed);
    process.start("main", () -> start(identity));
  }

  private void start(Identity identity) {
    try {
      var fresh =
          new Line(
              fleet.streams(),
              plan.settings(),
              identity,
              "simulated",
              Work.each(new Decoding(), this::handle),
              List.of(this::hear));
      fresh.start();
      line = fresh;
      started = true;
    } catch (RuntimeException e) {
      // Redis is away, or the name is taken: whoever looks after it starts another.
      left = true;
      world.tell(process.name(), "could not start: " + e.getMessage());
    }
  }

  private void failed(Throwable cause) {
    books.violation(process.name() + ": a thread ended by " + cause);
  }

  /** Whether it runs, or is about to. */
  boolean isThere() {
    return !process.isKilled() && !left;
  }

  boolean isWorking() {
    return isThere() && started && !leaving;
  }

  boolean isLeaving() {
    return leaving && isThere();
  }

  boolean isIdle() {
    if (line == null) {
      return false;
    }
    var health = line.health();
    return health.inFlight() == 0 && health.refused() == 0;
  }

  String describe() {
    return "%s: %s".formatted(process.name(), line == null ? "starts" : line.health());
  }

  void leave() {
    leaving = true;
    var leaver = Objects.requireNonNull(line, "who leaves has started");
    process.start(
        "stop",
        () -> {
          try {
            var report = leaver.stop(plan.settings().drainTimeout());
            left = true;
            books.leftBehind.addAll(report.leftBehind());
            books.burials++;
            world.tell(process.name(), "has left: " + report);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void hear(Event event) {
    world.tell(process.name(), world.isTracing() ? "event " + event : "event");
    books.count("event " + event.getClass().getSimpleName());
    switch (event) {
      case Event.TimedOut timedOut -> books.failed(timedOut.id());
      case Event.WorkerDied died -> {
        books.burials++;
        if (fleet.lives(died.consumer()) && !plan.genre().mayBuryTheLiving()) {
          books.violation("%s takes %s for dead, which lives".formatted(name, died.consumer()));
        }
      }
      default -> {
        // only counted
      }
    }
  }

  private static final class Decoding implements Codec<Integer> {
    @Override
    public Integer decode(Entry entry) throws Exception {
      if (entry.fields().find("garbage").isPresent()) {
        throw new UndecodableException("is garbage");
      }
      return Integer.valueOf(entry.fields().text("n"));
    }

    @Override
    public Fields encode(Integer payload) {
      return Fields.of("n", payload.toString());
    }
  }

  private void handle(Delivery<Integer> delivery) throws Exception {
    var id = delivery.id();
    check(delivery);
    fleet.judge().begins(id, name);
    var others = books.begin(id, process.name());
    world.tell(process.name(), "begins " + id + " " + delivery.count());
    if (others > 0 && !plan.genre().mayOverlap() && !isStubborn(delivery.payload())) {
      books.violation("two workers have %s in a handler at once".formatted(id));
    }
    var ended = false;
    try {
      fare(id, plan.entries().get(delivery.payload()));
      ended = true;
    } finally {
      if (!process.isKilled()) {
        books.end(id, process.name());
        if (ended) {
          books.succeeded(id);
          world.tell(process.name(), "ends " + id);
        }
      }
    }
  }

  private boolean isStubborn(int number) {
    return plan.entries().get(number).kind() == Plan.Entry.Kind.STUBBORN;
  }

  private void check(Delivery<Integer> delivery) {
    var id = delivery.id();
    var known = books.numbers.get(id);
    if (known == null || !known.equals(delivery.payload())) {
      books.violation("a ghost: %s was never added as %s".formatted(id, delivery.payload()));
    }
    if (delivery.count().attempts() > books.failures(id)) {
      books.violation(
          "%s counts %d attempts, and failed %d times"
              .formatted(id, delivery.count().attempts(), books.failures(id)));
    }
    // Who has left in peace, but left something behind, is taken for dead, too.
    var deaths = books.deaths + books.murders + books.burials;
    if (delivery.count().crashes() > deaths) {
      books.violation(
          "%s counts %d crashes, and %d workers died"
              .formatted(id, delivery.count().crashes(), deaths));
    }
  }

  private void fare(EntryId id, Plan.Entry entry) throws Exception {
    var millis = entry.millis();
    switch (entry.kind()) {
      case FINE -> {
        world.sleep(Duration.ofMillis(millis).toNanos());
        if (books.failures(id) < entry.failures()) {
          throw failure(id);
        }
      }
      case FAILS -> {
        world.sleep(Duration.ofMillis(millis).toNanos());
        throw failure(id);
      }
      case GARBAGE -> throw new IllegalStateException("garbage reached a handler");
      case KILLS -> {
        world.sleep(Duration.ofMillis(millis).toNanos());
        books.murders++;
        die(Dying.KILLED);
        world.sleep(Long.MAX_VALUE / 4);
      }
      case SLOW -> {
        // The time-out has settled and counted it by then.
        world.sleep(books.failures(id) == 0 ? Long.MAX_VALUE / 4 : millis);
      }
      case STUBBORN -> sleepWhateverHappens(Duration.ofMillis(700 + millis).toNanos());
    }
  }

  private void sleepWhateverHappens(long nanos) {
    var end = world.now() + nanos;
    while (world.now() < end) {
      try {
        world.sleep(end - world.now());
      } catch (InterruptedException e) {
        // as badly behaved handlers do
      }
    }
  }

  private IllegalStateException failure(EntryId id) {
    // A handler that was interrupted by a stopping worker has been released: that counts nothing.
    books.failed(id);
    return new IllegalStateException("does not work yet");
  }

  /** How a process dies. */
  enum Dying {
    /** By SIGKILL. */
    KILLED,
    /** With its host. */
    VANISHED
  }

  void die(Dying how) {
    switch (how) {
      case KILLED -> process.kill();
      case VANISHED -> process.vanish();
    }
    books.died(process.name());
  }
}
