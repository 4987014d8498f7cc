// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.row;

import io.millhand.testkit.LedgerReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * One run of a {@link Row} with one seed. What it is told is in the results also when the test
 * fails afterwards. Thread-safe.
 */
public final class Trial {

  /** The system property that names the seed to run with; without it a random one. */
  public static final String SEED = "millhand.seed";

  /** The system property that names how many seconds a soak lasts; without it a minute. */
  public static final String SOAK_SECONDS = "millhand.soak";

  private static final long SOAK = 60;

  private final String test;
  private final long seed;
  private final Random random;
  private final List<Measures.Figures> ledger = new ArrayList<>();
  private final Map<String, Long> millis = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> servers = new ArrayList<>();
  private long lostByRedis;

  Trial(String test, long seed) {
    this.test = test;
    this.seed = seed;
    // Of seeds that follow each other, Random alone begins alike: nextBoolean is true for all.
    this.random = new Random(new SplittableRandom(seed).nextLong());
  }

  /** The test's class and method, {@code KillTest.what_a_killed_worker_held…}. */
  public String test() {
    return test;
  }

  /** The seed. */
  public long seed() {
    return seed;
  }

  /** Random numbers of this seed; everything random in a test comes from here. */
  public Random random() {
    return random;
  }

  /** How long a soak lasts. */
  public Duration soakTime() {
    return Duration.ofSeconds(Long.getLong(SOAK_SECONDS, SOAK));
  }

  /** How long something took; {@value Measures#RECOVERY} has a column of its own. */
  public synchronized Trial measured(String what, Duration took) {
    millis.put(what, took.toMillis());
    return this;
  }

  /** What the ledgers prove; said again, it replaces what was said before. */
  public synchronized Trial ledger(LedgerReport report) {
    ledger.clear();
    ledger.add(Measures.Figures.of(report));
    return this;
  }

  /** Whether {@link #ledger} has been said. */
  public synchronized boolean hasLedger() {
    return !ledger.isEmpty();
  }

  /**
   * So many of the lost are not ours: Redis itself lost them. Told in the table beside the lost,
   * and not counted there.
   */
  public synchronized Trial lossByRedis(long entries, String why) {
    lostByRedis += entries;
    return note("%d lost by Redis: %s".formatted(entries, why));
  }

  /** Something worth a word in the table. */
  public synchronized Trial note(String text) {
    notes.add(text);
    return this;
  }

  /** A server under test, with its version. */
  public synchronized Trial server(String programAndVersion) {
    if (!servers.contains(programAndVersion)) {
      servers.add(programAndVersion);
    }
    return this;
  }

  synchronized Measures measures() {
    return new Measures(
        List.copyOf(ledger),
        lostByRedis,
        new LinkedHashMap<>(millis),
        List.copyOf(notes),
        List.copyOf(servers));
  }
}
