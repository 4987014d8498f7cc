// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static java.time.Duration.ofSeconds;
import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Millhand;
import io.millhand.Producer;
import io.millhand.WorkerBuilder;
import io.millhand.delivery.Entry;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Ledger;
import io.millhand.verification.row.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One group of one stream with its workers, its load and its ledgers. Everything that a process
 * said stays in {@code target/rig} for whoever looks into a failure, and what its ledgers prove is
 * told to the trial.
 */
public final class Rig implements AutoCloseable {

  /** The stream under test. */
  public static final String STREAM = "orders";

  /** The group under test. */
  public static final String GROUP = "processing";

  /** Handlers at once, in a worker with short times. */
  public static final int CONCURRENCY = 16;

  /** Entries held at once, in a worker with short times. */
  public static final int MAX_IN_FLIGHT = 64;

  /**
   * What may be handled again after one worker's death: what had ended and was not yet acked. No
   * more than it holds, by the one law; usually a few.
   */
  public static final int DUPLICATES_PER_KILL = MAX_IN_FLIGHT;

  /** The lease of a worker with short times. */
  public static final Duration LEASE = Duration.ofSeconds(2);

  /** How long a worker with short times trusts a confirmed heartbeat. */
  public static final Duration RECONNECT_GRACE = Duration.ofSeconds(1);

  /** How long a handler that was let start may wait for a processor until it says so. */
  private static final Duration STARTING = Duration.ofMillis(500);

  /** How long a worker that is registered again may wait for one until it says so. */
  private static final Duration TELLING = Duration.ofMillis(200);

  /** The system property for where everything is kept. */
  public static final String FOLDER = "millhand.rig";

  private static final String DEFAULT_FOLDER = "target/rig";

  private static final List<String> SHORT_TIMES =
      List.of(
          "lease=2s",
          "heartbeatEvery=200ms",
          "reconnectGrace=" + RECONNECT_GRACE.toSeconds() + "s",
          "reclaimAfter=3s",
          "drainTimeout=5s",
          "retryAfter=200ms",
          "concurrency=" + CONCURRENCY,
          "maxInFlight=" + MAX_IN_FLIGHT);

  private final String url;
  private final Supplier<EmbeddedRedis> redis;
  private final Trial trial;
  private final UnaryOperator<Millhand.Builder> connection;
  private final Path folder;
  private final GroupProbe group;
  private final Ledger ledger;
  private final List<WorkerProcess> workers = new CopyOnWriteArrayList<>();
  private final List<LocalWorker> locals = new ArrayList<>();
  private @Nullable Load load;
  private @Nullable Proof proof;

  /** For one trial on one server. */
  public Rig(EmbeddedRedis redis, Trial trial) {
    this(redis, trial, UnaryOperator.identity());
  }

  /** The same where the load and workers in this process must say more than the URL. */
  public Rig(EmbeddedRedis redis, Trial trial, UnaryOperator<Millhand.Builder> connection) {
    this(redis.url(), () -> redis, trial, connection);
  }

  /**
   * For one trial on several servers.
   *
   * @param url that leads to whichever serves the stream
   * @param redis which that is now
   */
  public Rig(String url, Supplier<EmbeddedRedis> redis, Trial trial) {
    this(url, redis, trial, UnaryOperator.identity());
  }

  private Rig(
      String url,
      Supplier<EmbeddedRedis> redis,
      Trial trial,
      UnaryOperator<Millhand.Builder> connection) {
    this.url = url;
    this.redis = redis;
    this.connection = connection;
    var first = redis.get();
    this.trial = trial.server(first.executable().getFileName() + " " + first.version());
    this.folder =
        emptied(Path.of(System.getProperty(FOLDER, DEFAULT_FOLDER), trial.test()).toAbsolutePath());
    this.group = new GroupProbe(redis, STREAM, GROUP);
    this.ledger = Ledger.open(ledgers(), "test");
  }

  /** A worker with short times, so that a lease is a matter of seconds; it is starting. */
  public WorkerProcess worker(String name, Duration work, String... settings) {
    return workerBehind(url, name, work, settings);
  }

  /** The same behind a proxy. Settings with a hyphen are options of Java. */
  public WorkerProcess workerBehind(String url, String name, Duration work, String... settings) {
    var all = new ArrayList<>(SHORT_TIMES);
    all.addAll(List.of(settings));
    return start(name, url, work, all);
  }

  /** A worker with default settings but these. */
  public WorkerProcess defaultWorker(String name, Duration work, String... settings) {
    return start(name, url, work, List.of(settings));
  }

  /** A worker with short times that runs in something unusual. */
  public WorkerProcess workerIn(
      Surroundings surroundings, String name, Duration work, String... settings) {
    var all = new ArrayList<>(SHORT_TIMES);
    all.addAll(List.of(settings));
    return start(name, url, surroundings, work, all);
  }

  private WorkerProcess start(String name, String url, Duration work, List<String> settings) {
    return start(name, url, Surroundings.USUAL, work, settings);
  }

  private WorkerProcess start(
      String name, String url, Surroundings surroundings, Duration work, List<String> settings) {
    var builder =
        ChildProcess.java(WorkerMain.class)
            .options(
                "-Xmx128m",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS")
            .options(settings.stream().filter(Rig::isJavas).toArray(String[]::new))
            .args(name, url, STREAM, GROUP, ledgers().toString(), Long.toString(work.toMillis()))
            .options(surroundings.options().toArray(String[]::new))
            .args(settings.stream().filter(not(Rig::isJavas)).toArray(String[]::new));
    surroundings.environment().forEach(builder::environment);
    var worker = new WorkerProcess(name, builder.start());
    workers.add(worker);
    return worker;
  }

  private static boolean isJavas(String setting) {
    return setting.startsWith("-");
  }

  private Millhand connect(String url) {
    return connection.apply(Millhand.builder().uri(url)).connect();
  }

  /**
   * A worker in this process; it runs.
   *
   * @param name in its ledger
   * @param url of the server, or of what stands before it
   * @param work how long a handler takes
   * @param settings what differs from the defaults
   */
  public LocalWorker localWorker(
      String name, String url, Duration work, UnaryOperator<WorkerBuilder<Entry>> settings) {
    return localWorker(name, connect(url), work, settings);
  }

  /** The same with a connection, which is closed with it. */
  public LocalWorker localWorker(
      String name, Millhand millhand, Duration work, UnaryOperator<WorkerBuilder<Entry>> settings) {
    var worker = LocalWorker.start(name, millhand, ledgers(), work, settings);
    locals.add(worker);
    return worker;
  }

  /** The load, which tries each entry for 30 s; one for a test. */
  public Load load() {
    return load(UnaryOperator.identity());
  }

  /** The same, which tries each entry for that long. */
  public Load load(Duration retryFor) {
    return load(producer -> producer.retryFor(retryFor));
  }

  /** The same; its producer is made with these settings where it is not made yet. */
  public Load load(UnaryOperator<Producer.Builder> settings) {
    var existing = load;
    if (existing == null) {
      existing = new Load(connect(url), STREAM, "e", ledger, settings);
      load = existing;
    }
    return existing;
  }

  /**
   * A second load that sends elsewhere; the caller closes it.
   *
   * @param where the address of a server
   * @param prefix of its entries' names; those of the load begin with {@code e-}
   */
  public Load loadAt(String where, String prefix, UnaryOperator<Producer.Builder> settings) {
    return new Load(connect(where), STREAM, prefix, ledger, settings);
  }

  /** What Redis says about the group. */
  public GroupProbe group() {
    return group;
  }

  /** Where the ledgers are. */
  public Path ledgers() {
    return folder.resolve("ledgers");
  }

  /** Time passes: there is nothing to wait for. */
  public static void let(Duration time) {
    var end = System.nanoTime() + time.toNanos();
    Awaitility.await()
        .atMost(time.plusSeconds(5))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> System.nanoTime() - end >= 0);
  }

  /** Waits until it is so, at most a minute. */
  public static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(condition);
  }

  /** Waits until that moment lies so long ago. */
  public static void until(Instant moment, Duration later) {
    let(Duration.between(Instant.now(), moment.plus(later)));
  }

  /**
   * Waits until the server has been up for longer than a lease: only then its list of clients tells
   * who is gone.
   */
  public void awaitClientListTrusted(Duration lease) {
    Awaitility.await()
        .atMost(lease.plusSeconds(5))
        .until(() -> Long.parseLong(redis.get().info("uptime_in_seconds")) > lease.toSeconds());
  }

  /**
   * Waits until Redis says that nothing is unfinished, and proves from the ledgers that nothing was
   * lost.
   */
  public Proof prove(Duration timeout) {
    return reckon(timeout).nothingLost();
  }

  /**
   * The same for faults in which Redis itself may lose: what is lost must be among those, and is
   * told as Redis' loss.
   *
   * @param mayBeLost whether the entry of this name may be
   * @param why for the table
   */
  public Proof proveBut(Duration timeout, Predicate<String> mayBeLost, String why) {
    return reckon(timeout).nothingLostBut(mayBeLost, why);
  }

  private Proof reckon(Duration timeout) {
    group.awaitQuiet(timeout);
    group.dead().forEach(letter -> ledger.dead(letter.name(), "redis", letter.fact("~reason")));
    awaitHeld();
    var reckoned = new Proof(trial, Ledger.reconcile(ledgers()));
    proof = reckoned;
    return reckoned;
  }

  /** A Redis that forgot everything does not know what workers still hold. */
  private void awaitHeld() {
    try {
      Awaitility.await()
          .atMost(ofSeconds(6))
          .until(() -> Ledger.reconcile(ledgers()).lost().isEmpty());
    } catch (ConditionTimeoutException e) {
      // the proof says what is missing
    }
  }

  /** The names of all entries that Redis has confirmed so far. */
  public Set<String> confirmed() {
    return lines("ADD").stream().map(words -> words.get(2)).collect(Collectors.toSet());
  }

  /** All lines of the ledgers of one kind, such as {@code BEG}, split into words. */
  public List<List<String>> lines(String kind) {
    try (var files = Files.list(ledgers())) {
      var lines = new ArrayList<List<String>>();
      for (var file : files.toList()) {
        for (var line : Files.readAllLines(file)) {
          if (line.startsWith(kind + " ") && line.endsWith(" .")) {
            lines.add(List.of(line.split(" ")));
          }
        }
      }
      lines.sort(Comparator.comparing(words -> words.get(1)));
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The proof of a fault in which a master may go before its replicas know all: what Redis
   * confirmed, and the stream does not have any more, Redis lost. Only what was confirmed in one of
   * those times may be.
   */
  public Proof proveFailover(Duration timeout, AtRisk... times) {
    group.awaitQuiet(timeout);
    var kept = group.kept();
    var gone = lines("ADD").stream().filter(words -> !kept.contains(words.get(2))).toList();
    var names = gone.stream().map(words -> words.get(2)).collect(Collectors.toSet());
    var reckoned = proveBut(timeout, names::contains, "the new master never had them");
    gone.stream()
        .findFirst()
        .ifPresent(first -> reckoned.also("the first gone by Redis", beside(times[0], at(first))));
    assertThat(gone)
        .as("gone by Redis, and confirmed at other times than %s", List.of(times))
        .allMatch(words -> Stream.of(times).anyMatch(each -> each.covers(at(words))));
    return reckoned;
  }

  /** A worker, by its names in the ledger and in Redis. */
  public record Named(String name, String consumer) {}

  /** Something that a worker began. */
  public record Begun(String name, Instant at) {}

  /** What that worker began between these moments, in order. */
  public List<Begun> begun(String worker, Instant from, Instant to) {
    return lines("BEG").stream()
        .filter(words -> words.get(3).equals(worker))
        .map(words -> new Begun(words.get(2), at(words)))
        .filter(begun -> begun.at().isAfter(from) && begun.at().isBefore(to))
        .toList();
  }

  /** Waits until that worker has begun something after a moment; answers when. */
  public Instant awaitBegun(String worker, Instant after) {
    await(worker + " begins something", () -> !begun(worker, after, Instant.MAX).isEmpty());
    return begun(worker, after, Instant.MAX).getFirst().at();
  }

  /**
   * Sends so many entries that take a while, and waits until each of these workers is busy with
   * some and holds at least as many more, which wait: so that it would begin something for as long
   * as nothing forbids it.
   */
  public void fill(int entries, Duration each, Named... all) {
    var slow = new HashSet<String>();
    for (int i = 0; i < entries; i++) {
      slow.add(load().send(Load.ORDER, "sleep=" + each.toMillis()));
    }
    for (var worker : all) {
      await(
          worker + " is busy, and more waits",
          () ->
              group.pendingOf(worker.consumer()) >= 2 * CONCURRENCY
                  && begun(worker.name(), Instant.MIN, Instant.MAX).stream()
                          .filter(begun -> slow.contains(begun.name()))
                          .count()
                      >= CONCURRENCY / 2);
    }
  }

  /**
   * That worker began nothing between these moments, of which the second is when it said that it
   * may again.
   */
  public void beganNothing(String worker, Instant from, Instant to) {
    var shut = from.plus(STARTING);
    var open = to.minus(TELLING);
    assertThat(shut).as("else there is nothing to see").isBefore(open);
    assertThat(begun(worker, shut, open))
        .as("begun by %s from %s to %s", worker, from, to)
        .isEmpty();
  }

  private static Instant at(List<String> words) {
    return Instant.EPOCH.plus(Long.parseLong(words.get(1)), ChronoUnit.MICROS);
  }

  private static String beside(AtRisk time, Instant confirmed) {
    var millis = Duration.between(time.cut(), confirmed).toMillis();
    return millis < 0
        ? "%d ms before the fault".formatted(-millis)
        : "%d ms after the fault".formatted(millis);
  }

  /** No worker wrote more warnings and errors into its log than that. */
  public void alarmsAtMost(int most) {
    trial.note(
        "alarms logged " + workers.stream().mapToInt(each -> each.alarms().size()).max().orElse(0));
    for (var worker : workers) {
      assertThat(worker.alarms()).as("alarms of %s", worker).hasSizeLessThanOrEqualTo(most);
    }
  }

  /** No worker ever made its group anew. */
  public void groupStayed() {
    for (var worker : workers) {
      assertThat(worker.lines("RECREATED")).as("made by %s", worker).isEmpty();
    }
  }

  /** No worker ever judged another dead. */
  public void nobodyWasTakenForDead() {
    for (var worker : workers) {
      assertThat(worker.lines("DIED")).as("judged by %s", worker).isEmpty();
      assertThat(worker.lines("RECLAIMED")).as("taken by %s", worker).isEmpty();
    }
  }

  @Override
  public void close() {
    if (load != null) {
      load.close();
    }
    locals.forEach(LocalWorker::close);
    for (var worker : workers) {
      worker.close();
      worker.keepStory(folder);
    }
    ledger.close();
    if (proof != null) {
      proof.print();
    } else {
      trial.ledger(Ledger.reconcile(ledgers())); // it failed before there was a proof
    }
  }

  private static Path emptied(Path folder) {
    try {
      if (Files.exists(folder)) {
        try (var old = Files.walk(folder)) {
          for (var each : old.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(each);
          }
        }
      }
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
