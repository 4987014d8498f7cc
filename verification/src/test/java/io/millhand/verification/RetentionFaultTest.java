// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.testkit.RedisProbe.list;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that are trimmed while groups lag, are made, or are too slow for a cap. */
@WithRedis
@Full
class RetentionFaultTest {

  private static final Duration QUIET = ofSeconds(30);
  private static final String LATE = "late";

  private EmbeddedRedis redis;
  private Trial trial;
  private Rig rig;

  @BeforeEach
  void open(EmbeddedRedis server, Trial ours) {
    redis = server;
    trial = ours;
    redis.command("CONFIG", "SET", "stream-node-max-entries", "10"); // trimmed by whole nodes
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Row(
      id = "P7",
      fault = "2000 entries at once for a group that handles 80 a second, hardCap 300",
      bound =
          "lost is what the cap took unread, counted exactly and told; what it took of pending ones is"
              + " counted, too, and handled all the same")
  void what_a_hard_cap_takes_unread_is_lost_and_counted_exactly_and_what_is_held_is_handled() {
    var worker = rig.worker("worker", ofMillis(200), "hardCap=300").awaitReady();
    rig.load().burst(2000);

    var proof = rig.proveBut(QUIET, name -> true, "entries beyond hardCap");
    var losses =
        worker.lines("CAP_LOSS processing ").stream().map(line -> line.split(" ", 4)).toList();
    var pending = losses.stream().mapToLong(words -> Long.parseLong(words[2])).sum();
    var unread = losses.stream().mapToLong(words -> Long.parseLong(words[3])).sum();
    proof.duplicatesAtMost(0).also("pending", pending).also("unread", unread);
    // The worker lives, and has in memory what was pending.
    assertThat((long) proof.report().lost().size()).isEqualTo(unread);
    assertThat(proof.report().lost()).as("lost, though begun").doesNotContainAnyElementsOf(begun());
    assertThat(unread).isPositive();
    assertThat(pending).isLessThanOrEqualTo(Rig.MAX_IN_FLIGHT * (long) losses.size());
    assertThat(worker.stop()).isZero();
  }

  private Set<String> begun() {
    return rig.lines("BEG").stream().map(words -> words.get(2)).collect(Collectors.toSet());
  }

  @Test
  @Row(
      id = "P8",
      fault = "what is finished is trimmed, while a group lags and others are made and destroyed",
      bound = "no group misses an entry that was there when it was made, or came later")
  void trimming_takes_nothing_that_a_lagging_or_a_new_group_has_yet_to_read() {
    redis.command("XGROUP", "CREATE", Rig.STREAM, LATE, "0", "MKSTREAM");
    var workers =
        List.of(
            rig.worker("one", ofMillis(2), "keepNewest=1").awaitReady(),
            rig.worker("two", ofMillis(2), "keepNewest=1").awaitReady());
    var load = rig.load().steady(400);
    var late = new LinkedHashSet<String>();
    var made = 0;
    for (var end = Instant.now().plusSeconds(10); Instant.now().isBefore(end); made++) {
      makeAndRead("new-" + made);
      Rig.let(ofMillis(trial.random().nextInt(600))); // a new group holds all: now some may go
      late.addAll(read(LATE, 1 + trial.random().nextInt(400)));
    }
    load.stop();

    var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    for (var more = read(LATE, 1000); !more.isEmpty(); more = read(LATE, 1000)) {
      late.addAll(more);
    }
    var freed = workers.stream().mapToLong(RetentionFaultTest::freed).sum();
    proof.also("groups", made).also("freed", freed);
    assertThat(late).containsAll(rig.lines("ADD").stream().map(words -> words.get(3)).toList());
    assertThat(freed).isPositive();
    assertThat(made).isGreaterThan(3);
  }

  private static long freed(WorkerProcess worker) {
    return worker.lines("FREED ").stream()
        .mapToLong(line -> Long.parseLong(line.substring("FREED ".length())))
        .sum();
  }

  /** It must be given all that was there, whatever is trimmed meanwhile. */
  private void makeAndRead(String group) {
    var promised = makeNow(group);
    var read = new HashSet<String>();
    while (!read.containsAll(promised)) {
      var more = read(group, 50);
      assertThat(more).as("%s was promised %s and given %s", group, promised, read).isNotEmpty();
      read.addAll(more);
    }
    redis.command("XGROUP", "DESTROY", Rig.STREAM, group);
  }

  /** Makes a group; answers what was in the stream just then. */
  private Set<String> makeNow(String group) {
    return ids(
        redis.command(
            "EVAL",
            "redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0') return redis.call('XRANGE', KEYS[1], '-', '+')",
            "1",
            Rig.STREAM,
            group));
  }

  /** Reads and acks. */
  private Set<String> read(String group, int count) {
    var reply =
        redis.command(
            "XREADGROUP", "GROUP", group, "c", "COUNT", "" + count, "STREAMS", Rig.STREAM, ">");
    if (reply == null) {
      return Set.of();
    }
    var read = ids(list(list(reply).getFirst()).get(1));
    var ack = new ArrayList<>(List.of("XACK", Rig.STREAM, group));
    ack.addAll(read);
    redis.command(ack.toArray(String[]::new));
    return read;
  }

  private static Set<String> ids(Object rows) {
    var ids = new LinkedHashSet<String>();
    list(rows).forEach(row -> ids.add(String.valueOf(list(row).getFirst())));
    return ids;
  }
}
