// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.order;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.verification.order.OrderRun.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Random;

/**
 * The whole check of order by key: entries (1,000,000), keys (10,000), partitions (10), worker
 * processes (5), seconds between disturbances (4), seed. A fleet in order, of which processes are
 * killed, frozen and told to leave while others come; then, undisturbed, a fleet without order and
 * one in order, for their speed. Ends with status 1 when order was broken, anything was lost, or
 * order costs more than half of the speed.
 */
public final class OrderCheck {

  private static final Duration MOST = Duration.ofMinutes(15);
  private static final int FAILING = 5;

  /** Longer than a lease. */
  private static final Duration FREEZE = Duration.ofSeconds(18);

  private OrderCheck() {}

  /** Runs it, and prints what came of it. */
  public static void main(String[] args) throws Exception {
    var keys = number(args, 1, 10_000);
    var perKey = number(args, 0, 1_000_000) / keys;
    var partitions = number(args, 2, 10);
    var workers = number(args, 3, 5);
    var every = Duration.ofSeconds(number(args, 4, 4));
    var seed = number(args, 5, (int) (System.nanoTime() & 0xffffff));
    System.out.printf(
        "%,d entries of %,d keys, %d partitions, %d processes, %d %% of attempts fail, seed %d%n",
        keys * perKey, keys, partitions, workers, FAILING, seed);
    var disturbed =
        run(
            new Plan(
                keys,
                perKey,
                partitions,
                workers,
                FAILING,
                "ordered",
                every,
                Integer.MAX_VALUE,
                FREEZE),
            seed);
    var free =
        run(
            new Plan(
                keys,
                perKey,
                partitions,
                workers,
                FAILING,
                "unordered",
                Duration.ZERO,
                0,
                Duration.ZERO),
            seed);
    var ordered =
        run(
            new Plan(
                keys,
                perKey,
                partitions,
                workers,
                FAILING,
                "ordered",
                Duration.ZERO,
                0,
                Duration.ZERO),
            seed);
    var ratio = (double) free.took().toNanos() / ordered.took().toNanos();
    System.out.printf("ordered / unordered %.2f%n", ratio);
    var isGood =
        disturbed.verdict().isGood()
            && ordered.verdict().isGood()
            && free.verdict().missing() == 0
            && ratio >= 0.5;
    System.exit(isGood ? 0 : 1);
  }

  private static int number(String[] args, int index, int usual) {
    return args.length > index ? Integer.parseInt(args[index]) : usual;
  }

  private static OrderRun.Outcome run(Plan plan, int seed) throws Exception {
    var folder = Files.createTempDirectory("millhand-order");
    try (var redis = EmbeddedRedis.builder().start();
        var run = new OrderRun(redis.url(), plan, folder, new Random(seed))) {
      var outcome = run.load().run(MOST);
      System.out.printf(
          "%s%s: %.1f s, %,.0f/s, %d kills, %d departures, %d freezes; %s%n",
          plan.mode(),
          plan.disturbEvery().isZero() ? "" : ", disturbed",
          outcome.took().toMillis() / 1e3,
          plan.entries() / (outcome.took().toNanos() / 1e9),
          outcome.kills(),
          outcome.departures(),
          outcome.freezes(),
          plan.mode().equals("ordered")
              ? outcome.verdict()
              : "missing=" + outcome.verdict().missing());
      return outcome;
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws Exception {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
