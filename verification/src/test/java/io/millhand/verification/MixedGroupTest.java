// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Python;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client of another kind, redis-py, shares the group with worker processes of ours. */
@WithRedis
class MixedGroupTest {

  private static final Duration QUIET = ofSeconds(30);
  private static final Duration START = ofSeconds(20);

  private EmbeddedRedis redis;
  private Rig rig;
  private ChildProcess python;

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    if (python != null) {
      python.close();
    }
    rig.close();
  }

  /** Modes: {@code read} reads and acks, {@code grab} claims what has been idle for long. */
  private ChildProcess python(String mode, String consumer, Duration time) {
    python =
        Python.script("consumer.py")
            .args(mode, redis.host(), Integer.toString(redis.port()), Rig.STREAM, Rig.GROUP)
            .args(consumer, rig.ledgers().toString(), Long.toString(time.toMillis()))
            .start();
    python.awaitLine(Predicate.isEqual("ready"), START);
    return python;
  }

  @Test
  @Row(id = "M1", fault = "a group shared with redis-py", bound = "duplicates 0")
  void every_entry_is_handled_in_a_group_shared_with_a_python_consumer() {
    var worker = rig.worker("worker", ofMillis(20)).awaitReady();
    var consumer = python("read", "python-1", ofMillis(5));
    rig.load().burst(2000);

    rig.prove(QUIET).duplicatesAtMost(0);
    assertThat(rig.lines("END")).extracting(words -> words.get(3)).contains("worker", "python-1");
    consumer.signal("TERM");
    assertThat(consumer.awaitExit(ofSeconds(10))).isZero();
    assertThat(worker.lines("RECLAIMED")).isEmpty();
    assertThat(rig.group().consumers()).contains("python-1"); // not ours to delete
  }

  @Test
  @Row(
      id = "M2",
      fault = "kill -9 of a redis-py consumer",
      bound = "duplicates 0; recovery 2 to 5.5 s")
  void what_a_killed_python_consumer_held_is_taken_over_after_reclaim_after_and_not_before() {
    var worker = rig.worker("worker", ofMillis(20)).awaitReady();
    var consumer = python("read", "python-1", ofSeconds(60));
    rig.load().burst(500);
    await().atMost(ofSeconds(10)).until(() -> rig.group().pendingOf("python-1") > 0);
    var held = rig.group().pendingOf("python-1");
    var killed = Instant.now();
    consumer.signal("KILL");

    var line = worker.awaitLine("RECLAIMED python-1", ofSeconds(10));
    var recovery = Duration.between(killed, Instant.now());
    assertThat(line).isEqualTo("RECLAIMED python-1 " + held);
    rig.prove(QUIET).duplicatesAtMost(0).also("held", held).took(RECOVERY, recovery);
    // reclaimAfter is 3 s, looked at every quarter of that; idle times count from the read before
    assertThat(recovery).isBetween(ofMillis(2000), ofMillis(5500));
  }

  @Test
  @Row(
      id = "M3",
      fault = "a client that claims by idle time",
      bound = "duplicates 0; nothing held or deferred is taken")
  void shared_with_a_client_that_claims_by_idle_time_nothing_held_or_deferred_is_taken_from_us() {
    rig.worker("worker", ofMillis(20), "sharedWith=1s", "retryAfter=4s").awaitReady();
    rig.load().burst(10, "do", "sleep=4000").burst(10, "do", "fail-once");
    await().atMost(ofSeconds(10)).until(() -> rig.group().unfinished().deferred() == 10);
    var grabber = python("grab", "python-1", ofSeconds(1));

    rig.prove(QUIET).duplicatesAtMost(0);
    grabber.signal("TERM");
    assertThat(grabber.awaitExit(ofSeconds(10))).isZero();
    assertThat(grabber.lines()).noneMatch(line -> line.startsWith("grabbed"));
    assertThat(grabber.lines()).anyMatch(line -> line.matches("looked \\d\\d+ times"));
    assertThat(rig.lines("BEG")).extracting(words -> words.get(3)).containsOnly("worker");
  }
}
