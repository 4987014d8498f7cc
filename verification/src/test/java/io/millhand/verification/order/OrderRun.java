// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.order;

import io.millhand.Millhand;
import io.millhand.delivery.Fields;
import io.millhand.testkit.ChildProcess;
import io.millhand.verification.order.OrderLog.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One run of worker processes over a partitioned stream that holds all its entries already, and
 * what came of it.
 */
final class OrderRun implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(30);

  private final String url;
  private final Plan plan;
  private final Path folder;
  private final Random random;
  private final Millhand millhand;
  private final List<ChildProcess> processes = new ArrayList<>();
  private final List<Integer> living = new ArrayList<>();
  private final Map<Integer, Long> killedAt = new HashMap<>();
  private int kills;
  private int departures;
  private int freezes;

  /** The process that is frozen, and until when; nanoTime. */
  private int frozen = -1;

  private long thawAt;

  /**
   * What to run.
   *
   * @param failing how many of a hundred attempts fail
   * @param mode {@code ordered} or {@code unordered}
   * @param disturbEvery how often a process is killed or leaves, and another comes; zero for never
   * @param disturbances how many of those at most
   * @param freeze how long one is frozen now and then instead; zero for never
   */
  record Plan(
      int keys,
      int perKey,
      int partitions,
      int workers,
      int failing,
      String mode,
      Duration disturbEvery,
      int disturbances,
      Duration freeze) {

    int entries() {
      return keys * perKey;
    }
  }

  /**
   * What came of it.
   *
   * @param took from the first process' readiness to the end of the last entry
   */
  record Outcome(
      OrderJudge.Verdict verdict, Duration took, int kills, int departures, int freezes) {}

  OrderRun(String url, Plan plan, Path folder, Random random) {
    this.url = url;
    this.plan = plan;
    this.folder = folder;
    this.random = random;
    this.millhand = Millhand.connect(url);
  }

  private String stream() {
    return "orders-" + plan.mode();
  }

  /** Adds the entries: number by number, the keys in another order each time. */
  OrderRun load() {
    var partitions = millhand.partitions(stream());
    partitions.create(plan.partitions(), "key");
    try (var producer = partitions.producer()) {
      var keys = new ArrayList<Integer>();
      for (int key = 0; key < plan.keys(); key++) {
        keys.add(key);
      }
      for (int number = 0; number < plan.perKey(); number++) {
        java.util.Collections.shuffle(keys, random);
        var n = Integer.toString(number);
        producer.sendAll(
            keys.stream().map(key -> Fields.of("key", key.toString(), "n", n)).toList());
      }
    }
    return this;
  }

  /** Runs until nothing is left to do, or the time is over. */
  Outcome run(Duration most) throws IOException, InterruptedException {
    for (int i = 0; i < plan.workers(); i++) {
      begin();
    }
    for (var process : processes) {
      process.awaitLine(line -> line.equals("READY"), START);
    }
    var began = System.nanoTime();
    var disturbAt = began + plan.disturbEvery().toNanos();
    while (!isDone() && System.nanoTime() - began < most.toNanos()) {
      if (mayDisturb() && System.nanoTime() - disturbAt > 0) {
        disturb();
        disturbAt = System.nanoTime() + plan.disturbEvery().toNanos();
      }
      if (frozen >= 0 && System.nanoTime() - thawAt > 0) {
        thaw();
      }
      pause();
    }
    thaw();
    for (var index : List.copyOf(living)) {
      processes.get(index).signal("TERM");
    }
    for (var index : List.copyOf(living)) {
      processes.get(index).awaitExit(START);
    }
    var lines = lines();
    var last = lines.stream().mapToLong(Line::at).max().orElse(began);
    return new Outcome(
        OrderJudge.judge(lines, plan.keys(), plan.perKey(), killedAt),
        Duration.ofNanos(last - began),
        kills,
        departures,
        freezes);
  }

  /** Not before the one that came last is there: a fleet that only starts comes to no end. */
  private boolean mayDisturb() {
    return !plan.disturbEvery().isZero()
        && kills + departures + freezes < plan.disturbances()
        && processes.getLast().lines().contains("READY");
  }

  private void begin() {
    var index = processes.size();
    processes.add(
        ChildProcess.java(OrderMain.class)
            .options("-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
            .args(
                url,
                stream(),
                "processing",
                log(index).toString(),
                Integer.toString(plan.failing()),
                plan.mode())
            .start());
    living.add(index);
  }

  private Path log(int process) {
    return folder.resolve("log-" + plan.mode() + "-" + process);
  }

  /** One goes, by force or in peace, and another one comes. */
  private void disturb() {
    if (!plan.freeze().isZero() && frozen < 0 && random.nextInt(3) == 0) {
      frozen = living.get(random.nextInt(living.size()));
      thawAt = System.nanoTime() + plan.freeze().toNanos();
      processes.get(frozen).signal("STOP");
      freezes++;
      return;
    }
    int index = living.get(random.nextInt(living.size()));
    if (index == frozen) {
      // A frozen one that is killed is only dead; it is to wake up among others.
      return;
    }
    living.removeIf(each -> each == index);
    var victim = processes.get(index);
    if (random.nextBoolean()) {
      victim.signal("KILL");
      victim.awaitExit(START);
      killedAt.put(index, System.nanoTime());
      kills++;
    } else {
      victim.signal("TERM");
      departures++;
      leaving.add(index);
    }
    begin();
  }

  private void thaw() {
    if (frozen >= 0) {
      processes.get(frozen).signal("CONT");
      frozen = -1;
    }
  }

  /** Those that were told to end, and may still run. */
  private final List<Integer> leaving = new ArrayList<>();

  private boolean isDone() {
    var inspector = millhand.inspector();
    for (int i = 0; i < plan.partitions(); i++) {
      var stream = stream() + "/0/" + i;
      var group =
          inspector.groups(stream).stream()
              .filter(each -> each.name().equals("processing"))
              .findFirst();
      if (group.isEmpty() || group.get().hasWork()) {
        return false;
      }
    }
    return true;
  }

  private static void pause() throws InterruptedException {
    new java.util.concurrent.CountDownLatch(1)
        .await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
  }

  private List<Line> lines() throws IOException {
    for (var index : leaving) {
      processes.get(index).awaitExit(START);
    }
    var lines = new ArrayList<Line>();
    for (int i = 0; i < processes.size(); i++) {
      if (Files.exists(log(i))) {
        lines.addAll(OrderLog.read(log(i), i));
      }
    }
    return lines;
  }

  @Override
  public void close() {
    processes.forEach(ChildProcess::close);
    millhand.close();
  }
}
