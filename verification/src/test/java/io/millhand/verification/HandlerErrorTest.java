// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Letter;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.Supervisor;
import io.millhand.verification.rig.Surroundings;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handlers that throw, whatever they throw, in worker processes. */
@WithRedis
@Full
class HandlerErrorTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final int ATTEMPTS = 4;
  private static final int STACK_LIMIT = 8192;

  /** What a due time may be late by: workers ask for what is due, and the machine is busy. */
  private static final long LATE_MILLIS = 1500;

  private Rig rig;
  private Trial trial;

  @BeforeEach
  void open(EmbeddedRedis redis, Trial trial) {
    this.trial = trial;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** So many with that order among others, in any order. */
  private Set<String> sendAmongOthers(int others, List<String> orders) {
    var load = rig.load();
    var bad = new HashSet<String>();
    var left = new ArrayList<>(orders);
    for (int i = 0; i < others; i++) {
      load.send();
      if (!left.isEmpty() && trial.random().nextInt(others / orders.size()) == 0) {
        bad.add(load.send("do", left.removeLast()));
      }
    }
    left.forEach(order -> bad.add(load.send("do", order)));
    load.burst(0);
    return bad;
  }

  private static List<String> times(int count, String... orders) {
    var all = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      all.add(orders[i % orders.length]);
    }
    return all;
  }

  private void onlyTheseAreDead(Set<String> names) {
    assertThat(rig.group().dead())
        .extracting(Letter::name)
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  @Row(
      id = "W6",
      fault = "60 handlers throw at each of 4 attempts, checked, unchecked and Error",
      bound =
          "waits 200, 400, 800 ms within 20 %, late by 1.5 s at most; 4 attempts each; the dead letter tells all; duplicates 0")
  void a_handler_that_throws_is_tried_again_by_its_schedule_and_its_dead_letter_tells_all() {
    var began = Instant.now();
    String[] settings = {"retryDoubling=200ms", "maxAttempts=" + ATTEMPTS};
    var workers =
        List.of(
            rig.worker("one", WORK, settings).awaitReady(),
            rig.worker("two", WORK, settings).awaitReady());
    var bad = sendAmongOthers(600, times(60, "throw=checked", "throw=runtime", "throw=error"));

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    var waits = new HashMap<String, Long>();
    workers.stream()
        .flatMap(worker -> worker.lines("DEFERRED").stream())
        .map(line -> line.split(" ", -1))
        .forEach(words -> waits.put(words[1] + " " + words[2], Long.parseLong(words[3])));
    trial.note("latest retry %d ms late".formatted(latestRetry(bad, waits)));
    onlyTheseAreDead(bad);
    for (var letter : rig.group().dead()) {
      tellsAll(letter, began);
    }
  }

  /** Checks each entry's attempts and waits; answers by how much the latest was late. */
  private long latestRetry(Set<String> bad, Map<String, Long> waits) {
    long latest = 0;
    for (var name : bad) {
      var id = linesOf("ADD", name).getFirst().get(3);
      var begun = linesOf("BEG", name);
      var failed = linesOf("FAIL", name);
      assertThat(begun).extracting(words -> words.get(4)).containsExactly("1", "2", "3", "4");
      assertThat(failed).hasSize(ATTEMPTS);
      for (int i = 1; i < ATTEMPTS; i++) {
        var scheduled = 200L << (i - 1);
        var wait = waits.get(id + " " + i);
        assertThat(wait).isBetween(scheduled * 8 / 10, scheduled * 12 / 10);
        var late = (micros(begun.get(i)) - micros(failed.get(i - 1))) / 1000 - wait;
        assertThat(late).as("attempt %d of %s", i + 1, name).isBetween(-2L, LATE_MILLIS);
        latest = Math.max(latest, late);
      }
    }
    return latest;
  }

  private List<List<String>> linesOf(String kind, String name) {
    return rig.lines(kind).stream().filter(words -> words.get(2).equals(name)).toList();
  }

  private static long micros(List<String> words) {
    return Long.parseLong(words.get(1));
  }

  private void tellsAll(Letter letter, Instant began) {
    var added = linesOf("ADD", letter.name()).getFirst();
    assertThat(letter.fact("~id")).isEqualTo(added.get(3));
    assertThat(letter.fact("~stream")).isEqualTo(Rig.STREAM);
    assertThat(letter.fact("~group")).isEqualTo(Rig.GROUP);
    assertThat(letter.fact("~attempts")).isEqualTo("4");
    assertThat(letter.fact("~crashes")).isEqualTo("0");
    assertThat(letter.fact("~reason")).isEqualTo("failed 4 of 4 attempts");
    assertThat(letter.fact("~error"))
        .isIn("java.io.IOException", "java.lang.IllegalStateException", "java.lang.AssertionError");
    assertThat(letter.fact("~text")).isEqualTo("told to throw");
    assertThat(letter.fact("~stack"))
        .startsWith(letter.fact("~error"))
        .contains("LedgerHandler.handle")
        .hasSizeLessThanOrEqualTo(STACK_LIMIT);
    assertThat(letter.fact("~consumer")).isIn(rig.group().workers());
    var first = Long.parseLong(letter.fact("~first"));
    var last = Long.parseLong(letter.fact("~last"));
    assertThat(first).isGreaterThanOrEqualTo(began.toEpochMilli());
    assertThat(last - first).isGreaterThanOrEqualTo((200 + 400 + 800) * 8 / 10);
  }

  @Test
  @Row(
      id = "W10",
      fault =
          "handlers run into StackOverflowError and NoClassDefFoundError, at each of 2 attempts",
      bound = "dead letters after 2 attempts; both workers go on; duplicates 0")
  void an_error_of_the_virtual_machine_in_a_handler_costs_its_entry_alone() {
    var workers =
        List.of(
            rig.worker("one", WORK, "maxAttempts=2").awaitReady(),
            rig.worker("two", WORK, "maxAttempts=2").awaitReady());
    var bad = sendAmongOthers(400, times(10, "recurse", "no-class"));

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    onlyTheseAreDead(bad);
    assertThat(rig.lines("FAIL")).hasSize(20);
    assertThat(rig.group().dead())
        .extracting(letter -> letter.fact("~error"))
        .containsOnly("java.lang.StackOverflowError", "java.lang.NoClassDefFoundError");
    workers.forEach(worker -> assertThat(worker.stop()).isZero());
  }

  @Test
  @Row(
      id = "W9",
      fault = "2 entries exhaust the heap (64 MB) of whoever handles them, at each of 2 attempts",
      bound = "dead letters after 10 ended workers at most, innocents there 0; exit status not 0")
  void an_entry_that_exhausts_the_heap_ends_in_the_dead_letters_and_each_worker_it_hits_ends() {
    assertThat(supervised(Surroundings.java("-Xmx64m"), "exhaust", 10)).doesNotContain(0);
  }

  @Test
  @Row(
      id = "W10",
      fault = "2 entries call System.exit in whoever handles them, at each of 2 attempts",
      bound = "dead letters after 6 ended workers at most, innocents there 0")
  void an_entry_that_ends_the_process_by_system_exit_ends_in_the_dead_letters() {
    assertThat(supervised(Surroundings.java(), "exit", 6)).isNotEmpty();
  }

  /** Answers the exit statuses of those that ended. */
  private List<Integer> supervised(Surroundings surroundings, String order, int mostEnded) {
    var bad = sendAmongOthers(300, times(2, order));
    try (var supervisor =
        new Supervisor(
            2,
            number ->
                rig.workerIn(
                    surroundings,
                    "worker-" + number,
                    WORK,
                    "maxAttempts=2",
                    "maxCrashes=3",
                    "drainTimeout=1s"))) {
      var proof = rig.prove(ofSeconds(60)).also("ended workers", supervisor.ended());
      onlyTheseAreDead(bad);
      proof.duplicatesAtMost((long) supervisor.ended() * Rig.CONCURRENCY);
      assertThat(supervisor.ended()).isBetween(1, mostEnded);
      return supervisor.statuses();
    }
  }
}
