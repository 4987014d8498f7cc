// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.story;

import static java.time.Duration.ofMillis;

import io.millhand.config.GroupStart;
import io.millhand.config.Retention;
import io.millhand.config.WorkerSettings;
import io.millhand.delivery.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What a seed has in store.
 *
 * @param genre of which kind
 * @param workers how many there are to be
 * @param entries how many are sent, in order, each with what becomes of it
 * @param sendEvery mean time between two sends, nanoseconds
 * @param faults what befalls them, in order
 * @param settings of every worker
 */
record Plan(
    Genre genre,
    int workers,
    List<Entry> entries,
    long sendEvery,
    List<Fault> faults,
    WorkerSettings settings) {

  static final String STREAM = "orders";
  static final String GROUP = "processing";
  static final long FAULTS_FROM = 300_000_000L;
  static final long FAULTS_TO = 3_500_000_000L;
  static final Duration SHARED_WITH = ofMillis(800);

  /**
   * An entry.
   *
   * @param kind how its handler fares
   * @param millis how long that takes
   * @param failures how often it fails first
   */
  record Entry(Kind kind, long millis, int failures) {
    /** How a handler fares. */
    enum Kind {
      /** Well, after its failures. */
      FINE,
      /** It always fails. */
      FAILS,
      /** It cannot be decoded. */
      GARBAGE,
      /** It kills its worker. */
      KILLS,
      /** It runs for longer than it may, and minds its interrupt. */
      SLOW,
      /** It runs for longer than it may, whatever happens, and succeeds. */
      STUBBORN
    }
  }

  static Plan of(long seed, Random random) {
    var genres = List.of(Genre.values());
    var genre = genres.get(Math.floorMod(seed, genres.size()));
    return new Plan(
        genre,
        2 + random.nextInt(4),
        entries(genre, random),
        genre == Genre.ASLEEP ? 15_000_000L : 15_000_000L + random.nextInt(60_000_000),
        faults(genre, random),
        settings(genre, random));
  }

  private static List<Entry> entries(Genre genre, Random random) {
    var entries = new ArrayList<Entry>();
    // Somebody who wakes up late should still have had something to do.
    var longest = genre == Genre.ASLEEP ? 400 : 40;
    var killers = genre == Genre.DEADLY && random.nextBoolean() ? 1 : 0;
    if (killers > 0) {
      entries.add(new Entry(Entry.Kind.KILLS, random.nextInt(40), 0));
    }
    for (int i = (genre == Genre.ASLEEP ? 50 : 20) + random.nextInt(40); i > 0; i--) {
      var millis =
          random.nextInt(10) == 0 ? 150L + random.nextInt(250) : 1 + random.nextInt(longest);
      var kind =
          switch (random.nextInt(genre == Genre.ASLEEP ? 12 : 40)) {
            case 0, 1 -> Entry.Kind.FAILS;
            case 2 -> Entry.Kind.GARBAGE;
            case 3 -> Entry.Kind.SLOW;
            case 4 -> Entry.Kind.STUBBORN;
            case 5 ->
                genre.mayRepeat() && killers++ == 0 && random.nextInt(3) == 0
                    ? Entry.Kind.KILLS
                    : Entry.Kind.FINE;
            default -> Entry.Kind.FINE;
          };
      entries.add(new Entry(kind, millis, random.nextInt(6) == 0 ? 1 + random.nextInt(2) : 0));
    }
    return entries;
  }

  private static List<Fault> faults(Genre genre, Random random) {
    var faults = new ArrayList<Fault>();
    for (int i = 1 + random.nextInt(7); i > 0; i--) {
      var at = FAULTS_FROM + (long) (random.nextDouble() * (FAULTS_TO - FAULTS_FROM));
      faults.add(new Fault(at, genre.faults().get(random.nextInt(genre.faults().size()))));
    }
    faults.sort(Comparator.comparingLong(Fault::at));
    return faults;
  }

  private static WorkerSettings settings(Genre genre, Random random) {
    var concurrency = 1 + random.nextInt(4);
    return new WorkerSettings(
        STREAM,
        GROUP,
        Optional.empty(),
        GroupStart.beginning(),
        new WorkerSettings.Flow(
            concurrency,
            concurrency + random.nextInt(10),
            1 << 20,
            ofMillis(random.nextInt(3) * 100L)),
        new WorkerSettings.Handling(
            RetryPolicy.exponential(ofMillis(20 + random.nextInt(150)), ofMillis(400))
                .maxAttempts(3 + random.nextInt(3)),
            ofMillis(600),
            16,
            3 + random.nextInt(3),
            WorkerSettings.HandlerThreads.VIRTUAL),
        new WorkerSettings.Liveness(
            ofMillis(150), ofMillis(1500), ofMillis(600), ofMillis(1500 + random.nextInt(1000))),
        new WorkerSettings.Upkeep(
            retention(genre, random),
            0,
            genre == Genre.SHARED || (genre == Genre.WILD && random.nextBoolean())
                ? Optional.of(SHARED_WITH)
                : Optional.empty()),
        ofMillis(800),
        WorkerSettings.ShutdownHook.OFF);
  }

  private static Retention retention(Genre genre, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Retention.finished(Duration.ZERO);
      case 1 -> Retention.deleteOnAck();
      case 2 -> genre == Genre.LOSSY ? Retention.hardCap(15) : Retention.keepAll();
      default -> Retention.keepAll();
    };
  }
}
