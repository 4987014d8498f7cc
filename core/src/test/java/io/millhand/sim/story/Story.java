// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.story;

import static io.millhand.sim.story.Plan.GROUP;
import static io.millhand.sim.story.Plan.STREAM;

import io.millhand.config.Credentials;
import io.millhand.config.Durability;
import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.delivery.Fields;
import io.millhand.engine.Sender;
import io.millhand.error.MillhandException;
import io.millhand.error.UncertainSendException;
import io.millhand.redis.Identity;
import io.millhand.redis.RedisStreams;
import io.millhand.sim.world.Ending;
import io.millhand.sim.world.SimProcess;
import io.millhand.sim.world.SimServer;
import io.millhand.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * One run: a producer and some workers, as they ship, on a server that is a model; what befalls
 * them for some seconds; then peace, in which all must come to its end; then the judgement.
 */
public final class Story implements BiFunction<Long, World.Tracing, Ending> {

  private static final long SECOND = 1_000_000_000L;
  private static final long QUIET_WITHIN = 40 * SECOND;
  private static final long LOOK_EVERY = 100_000_000L;
  private static final long MOST_HAPPENINGS = 3_000_000;

  @Override
  public Ending apply(Long seed, World.Tracing tracing) {
    return new Run(seed, tracing).play();
  }

  /** One run of it. */
  private static final class Run {
    private final World world;
    private final Plan plan;
    private final SimServer server;
    private final Books books;
    private final Judge judge;
    private final Fleet fleet;
    private final RedisStreams streams;
    private final String about;
    private boolean allSent;

    Run(long seed, World.Tracing tracing) {
      world = new World(seed, tracing);
      plan = Plan.of(seed, world.random());
      server = new SimServer(world);
      books = new Books(world);
      judge = new Judge(server, books, plan);
      server.witness(judge);
      streams =
          new RedisStreams(
              new RedisSettings(
                  new Target.Single(new Node("127.0.0.1", 6379)),
                  0,
                  Optional.empty(),
                  () -> Credentials.NONE,
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(1)));
      fleet = new Fleet(world, plan, books, judge, streams);
      about =
          "seed %d: %s, %d workers, %d entries, %s"
              .formatted(
                  seed,
                  plan.genre(),
                  plan.workers(),
                  plan.entries().size(),
                  plan.faults().stream().map(Fault::kind).toList());
    }

    Ending play() {
      var fates = new Fates(world, plan, server, books, fleet);
      world.run(0, () -> true);
      new SimProcess(world, "producer", cause -> books.violation("the producer failed: " + cause))
          .start("send", this::send);
      world.after(0, fleet::lookAfter);
      fates.schedule();
      world.run(Plan.FAULTS_TO + SECOND, this::isTooMuch);
      fates.end();
      world.run(world.now() + QUIET_WITHIN, new Quiet());
      if (!isQuiet()) {
        notQuiet();
      } else {
        // What comes late would still break something.
        world.run(world.now() + SECOND / 2, this::isTooMuch);
        judgeTheEnd();
        depart();
      }
      books.figures().put("faults", (long) plan.faults().size());
      books.figures().put("virtual ms", world.now() / 1_000_000);
      books.figures().put("happenings", world.happenings());
      return new Ending(about, books.violations(), books.figures(), world.trace(), world.hash());
    }

    private boolean isTooMuch() {
      return world.happenings() > MOST_HAPPENINGS;
    }

    private void send() {
      try (var sender =
          new Sender(
              streams, STREAM, new Sender.Terms(1000, Duration.ofMillis(600), Durability.none()))) {
        for (int n = 0; n < plan.entries().size(); n++) {
          var garbage = plan.entries().get(n).kind() == Plan.Entry.Kind.GARBAGE;
          var number = Integer.toString(n);
          try {
            var fields = garbage ? Fields.of("n", number, "garbage", "1") : Fields.of("n", number);
            books.sent.add(sender.send(fields, Optional.empty()));
          } catch (UncertainSendException e) {
            books.count("uncertain sends");
          } catch (MillhandException e) {
            books.count("refused sends");
            books.notAdded.add(n);
          }
          world.sleep(world.upTo(2 * plan.sendEvery()));
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        allSent = true;
      }
    }

    /** Asked now and then only, since it looks at much. */
    private final class Quiet implements World.Condition {
      private long next;

      @Override
      public boolean holds() {
        if (world.now() < next) {
          return isTooMuch();
        }
        next = world.now() + LOOK_EVERY;
        return isQuiet();
      }
    }

    private boolean isQuiet() {
      return allSent && waiting().isEmpty();
    }

    private List<String> waiting() {
      var look = server.model().look();
      var waiting = new ArrayList<String>();
      if (!look.hasGroup(STREAM, GROUP)) {
        waiting.add("there is no group");
      }
      if (look.unread(STREAM, GROUP) > 0) {
        waiting.add(look.unread(STREAM, GROUP) + " entries are unread");
      }
      if (!look.pending(STREAM, GROUP).isEmpty()) {
        waiting.add("pending: " + look.pending(STREAM, GROUP));
      }
      if (look.members(Judge.KEYS.deferred()) > 0) {
        waiting.add("deferred: " + look.members(Judge.KEYS.deferred()));
      }
      if (!judge.registered().equals(fleet.names())) {
        waiting.add("registered: %s, there: %s".formatted(judge.registered(), fleet.names()));
      }
      fleet.busy().forEach(waiting::add);
      return waiting;
    }

    private void notQuiet() {
      var why =
          world.happenings() > MOST_HAPPENINGS
              ? "after " + MOST_HAPPENINGS + " happenings"
              : "within " + QUIET_WITHIN / SECOND + " s";
      books.violation("does not come to its end " + why + ": " + waiting());
    }

    private void depart() {
      fleet.leaveAll();
      world.run(world.now() + 10 * SECOND, () -> fleet.isEmpty() || isTooMuch());
      if (!fleet.isEmpty()) {
        books.violation("does not leave: " + fleet.names());
      }
      if (plan.genre().mayForget()) {
        // Whose registration was lost before it died counts as a stranger, whose name may stay; and
        // a failover brings back the registrations of the dead.
        return;
      }
      if (!judge.registered().isEmpty()) {
        books.violation("still registered after it has left: " + judge.registered());
      }
      for (var consumer : server.model().look().consumers(STREAM, GROUP)) {
        if (consumer.startsWith("w")) {
          books.violation("its consumer is left: " + consumer);
        }
      }
    }

    private void judgeTheEnd() {
      for (var number : books.notAdded) {
        if (books.numbers.containsValue(number)) {
          books.violation("%d was told as not added, and was".formatted(number));
        }
      }
      books.numbers.forEach((id, number) -> new Verdict(books, plan, judge).on(id, number));
      for (var id : books.sent) {
        if (!books.numbers.containsKey(id)) {
          books.violation("a send returned %s, which was never added".formatted(id));
        }
      }
    }
  }

  /** Makes workers and keeps their number. */
  static final class Fleet {
    private final World world;
    private final Plan plan;
    private final Books books;
    private final Judge judge;
    private final RedisStreams streams;
    private final List<Mill> mills = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /** Names that more than one had: one of them may be dead while another lives. */
    private final Set<String> heirs = new HashSet<>();

    private int runs;
    private boolean closing;

    Fleet(World world, Plan plan, Books books, Judge judge, RedisStreams streams) {
      this.world = world;
      this.judge = judge;
      this.plan = plan;
      this.books = books;
      this.streams = streams;
    }

    /** Starts what is missing, now and then. */
    void lookAfter() {
      if (closing) {
        return;
      }
      mills.removeIf(mill -> !mill.isThere());
      while (mills.stream().filter(mill -> !mill.isLeaving()).count() < plan.workers()) {
        runs++;
        // A pod that restarts comes under its old name; most others have a new one.
        var name = "w" + (world.random().nextInt(5) == 0 ? freeName() : runs);
        if (!names.add(name)) {
          heirs.add(name);
        }
        mills.add(
            new Mill(
                world, plan, books, this, new Identity(name, "boot%04d".formatted(runs)), runs));
      }
      world.after(100_000_000 + world.upTo(300_000_000), this::lookAfter);
    }

    private int freeName() {
      var candidate = 1 + world.random().nextInt(runs);
      return mills.stream().anyMatch(mill -> mill.name.equals("w" + candidate)) ? runs : candidate;
    }

    RedisStreams streams() {
      return streams;
    }

    Judge judge() {
      return judge;
    }

    /** Whether such a worker runs, and is not stopped. */
    boolean lives(String name) {
      return !heirs.contains(name)
          && mills.stream()
              .anyMatch(
                  mill -> mill.name.equals(name) && mill.isWorking() && !mill.process.isStopped());
    }

    Optional<Mill> any() {
      var working = mills.stream().filter(Mill::isWorking).toList();
      return working.isEmpty()
          ? Optional.empty()
          : Optional.of(working.get(world.random().nextInt(working.size())));
    }

    List<Mill> all() {
      return mills;
    }

    Set<String> names() {
      var present = new TreeSet<String>();
      mills.stream().filter(Mill::isThere).forEach(mill -> present.add(mill.name));
      return present;
    }

    List<String> busy() {
      return mills.stream()
          .filter(Mill::isThere)
          .filter(mill -> !mill.isIdle())
          .map(Mill::describe)
          .toList();
    }

    boolean isEmpty() {
      return mills.stream().noneMatch(Mill::isThere);
    }

    void leaveAll() {
      closing = true;
      mills.stream().filter(Mill::isWorking).forEach(Mill::leave);
    }
  }
}
