// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads ledgers line by line into a {@link Story} for each id, then draws the conclusions.
 *
 * <p>Threads: one.
 */
final class Reconciliation {

  /** A handler at work. The end comes with a later line, or never. */
  private static final class Run {
    final String worker;
    final int file;
    final long begin;
    final @Nullable Run earlier;
    long end = Long.MAX_VALUE;

    Run(String worker, int file, long begin, @Nullable Run earlier) {
      this.worker = worker;
      this.file = file;
      this.begin = begin;
      this.earlier = earlier;
    }

    boolean isOpen() {
      return end == Long.MAX_VALUE;
    }
  }

  /** What happened to one id. */
  private static final class Story {
    boolean attempted;
    boolean added;
    boolean dead;
    int ends;
    int settled;
    @Nullable Run last;

    boolean isLost() {
      return added && ends == 0 && !dead;
    }

    boolean isGhost() {
      return ends > 0 && !attempted;
    }

    Stream<Run> runs() {
      return last == null
          ? Stream.empty()
          : Stream.iterate(last, run -> run != null, run -> run.earlier);
    }

    /**
     * Ends the latest run that this process began as this worker and has not ended; there is none
     * when its line was torn.
     */
    void end(String worker, int file, long time) {
      runs()
          .filter(run -> run.isOpen() && run.file == file && run.worker.equals(worker))
          .findFirst()
          .ifPresent(run -> run.end = time);
    }
  }

  private final Map<String, Story> stories = new HashMap<>();
  private final Map<String, String> workers = new HashMap<>(); // each name once in memory
  private final List<Long> lastSeen = new ArrayList<>(); // by file: the time of its last line
  private long[] ends = new long[1024];
  private int endCount;
  private long begun;
  private long failed;
  private long torn;

  private Reconciliation() {}

  static LedgerReport of(Path folder) {
    var reconciliation = new Reconciliation();
    try (var files = Files.list(folder)) {
      for (var file : files.filter(it -> it.toString().endsWith(Ledger.SUFFIX)).sorted().toList()) {
        reconciliation.read(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the ledgers in " + folder + ": " + e.getMessage(), e);
    }
    Arrays.sort(reconciliation.ends, 0, reconciliation.endCount);
    return new LedgerReport(reconciliation);
  }

  private void read(Path file) throws IOException {
    lastSeen.add(Long.MIN_VALUE);
    try (var reader =
        new BufferedReader(new InputStreamReader(Files.newInputStream(file), UTF_8), 1 << 16)) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.endsWith(Ledger.END_OF_LINE)) {
          tell(line.split(" ", 5));
        } else {
          torn++;
        }
      }
    }
  }

  private void tell(String[] words) {
    var file = lastSeen.size() - 1;
    var time = Long.parseLong(words[1]);
    var story = stories.computeIfAbsent(words[2], id -> new Story());
    var worker = words[3];
    lastSeen.set(file, Math.max(time, lastSeen.get(file)));
    switch (words[0]) {
      case "ATT" -> story.attempted = true;
      case "ADD" -> story.added = true;
      case "BEG" -> {
        begun++;
        story.last = new Run(workers.computeIfAbsent(worker, name -> name), file, time, story.last);
      }
      case "END" -> {
        story.ends++;
        addEnd(time);
        story.end(worker, file, time);
      }
      case "FAIL" -> {
        failed++;
        story.end(worker, file, time);
      }
      case "SET" -> story.settled += words[4].equals("SET" + Ledger.END_OF_LINE) ? 1 : 0;
      case "DEAD" -> story.dead = true;
      default ->
          throw new IllegalArgumentException(
              "not a record of a ledger: " + String.join(" ", words));
    }
  }

  private void addEnd(long time) {
    if (endCount == ends.length) {
      ends = Arrays.copyOf(ends, endCount * 2);
    }
    ends[endCount++] = time;
  }

  LedgerReport.Counts counts() {
    return new LedgerReport.Counts(
        count(story -> story.attempted),
        count(story -> story.added),
        count(story -> story.ends > 0),
        begun,
        failed,
        stories.values().stream().mapToLong(story -> Math.max(0, story.ends - 1)).sum(),
        stories.values().stream().mapToLong(this::overlaps).sum(),
        count(story -> story.settled > 1),
        torn);
  }

  private long count(Predicate<Story> condition) {
    return stories.values().stream().filter(condition).count();
  }

  Set<String> lost() {
    return ids(Story::isLost);
  }

  Set<String> ghosts() {
    return ids(Story::isGhost);
  }

  Set<String> dead() {
    return ids(story -> story.dead);
  }

  private Set<String> ids(Predicate<Story> condition) {
    var ids = new TreeSet<String>();
    stories.forEach(
        (id, story) -> {
          if (condition.test(story)) {
            ids.add(Ledger.unescaped(id));
          }
        });
    return Collections.unmodifiableSet(ids);
  }

  private long overlaps(Story story) {
    if (story.last == null || story.last.earlier == null) {
      return 0;
    }
    var runs = story.runs().toList();
    long pairs = 0;
    for (int i = 0; i < runs.size(); i++) {
      for (int j = 0; j < i; j++) {
        pairs += overlap(runs.get(i), runs.get(j)) ? 1 : 0;
      }
    }
    return pairs;
  }

  private boolean overlap(Run one, Run other) {
    return !one.worker.equals(other.worker)
        && one.begin < knownEnd(other)
        && other.begin < knownEnd(one);
  }

  /** A run that never ended was under way at least until the last line of its process. */
  private long knownEnd(Run run) {
    return run.isOpen() ? lastSeen.get(run.file) : run.end;
  }

  Optional<Instant> firstEndAfter(Instant instant) {
    var found = Arrays.binarySearch(ends, 0, endCount, micros(instant) + 1);
    var index = found < 0 ? -found - 1 : found;
    return index < endCount
        ? Optional.of(Instant.EPOCH.plus(ends[index], ChronoUnit.MICROS))
        : Optional.empty();
  }

  Duration longestGap() {
    long longest = 0;
    for (int i = 1; i < endCount; i++) {
      longest = Math.max(longest, ends[i] - ends[i - 1]);
    }
    return Duration.of(longest, ChronoUnit.MICROS);
  }

  Optional<Duration> recovery(String worker, Instant from) {
    var victim = Ledger.word(worker);
    var start = micros(from);
    OptionalLong first =
        stories.values().stream()
            .filter(
                story ->
                    story
                        .runs()
                        .anyMatch(
                            run ->
                                run.worker.equals(victim) && run.begin <= start && run.end > start))
            .flatMap(Story::runs)
            .filter(run -> !run.worker.equals(victim) && run.begin > start)
            .mapToLong(run -> run.begin)
            .min();
    return first.isPresent()
        ? Optional.of(Duration.of(first.getAsLong() - start, ChronoUnit.MICROS))
        : Optional.empty();
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
