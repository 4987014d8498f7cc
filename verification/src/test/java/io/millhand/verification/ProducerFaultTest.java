// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.testkit.RedisProbe.list;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Millhand;
import io.millhand.Producer;
import io.millhand.error.RefusedException;
import io.millhand.error.UncertainSendException;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Ledger;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.ProducerMain;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.Sends;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Producers that are killed, and producers whose Redis is away. */
@WithRedis(persistent = true)
class ProducerFaultTest {

  private static final Duration QUIET = ofSeconds(30);
  private static final Duration RETRY_FOR = ofSeconds(1);

  /** Twice its time-outs, and air for a busy machine. */
  private static final Duration SOON = ofSeconds(8);

  private static final Duration COMMAND_TIMEOUT = ofSeconds(2);
  private static final int BATCH = 200;

  /** More than the buffers of both sockets hold: a write to a Redis that has frozen is stuck. */
  private static final int LARGE = 12 << 20;

  private EmbeddedRedis redis;
  private Trial trial;
  private Rig rig;

  @BeforeEach
  void open(EmbeddedRedis server, Trial ours) {
    redis = server;
    trial = ours;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Full
  @Row(
      id = "P1",
      fault = "kill -9 of a producer in the middle of a batch of 200, four times",
      bound = "nothing confirmed is lost, nothing unsent appears; duplicates 0")
  void a_producer_killed_in_the_middle_of_a_batch_loses_nothing_that_was_confirmed() {
    var worker = rig.worker("worker", ofMillis(1)).awaitReady();
    for (int i = 0; i < 4; i++) {
      killMidway("producer-" + i);
    }

    var proof = rig.prove(QUIET).duplicatesAtMost(0);
    var unconfirmed = rig.lines("ATT").size() - rig.lines("ADD").size();
    proof.also("unconfirmed", unconfirmed);
    assertThat(unconfirmed).as("killed within a batch").isPositive();
    assertThat(worker.stop()).isZero();
  }

  private void killMidway(String name) {
    try (var producer =
        ChildProcess.java(ProducerMain.class)
            .args(name, redis.url(), Rig.STREAM, rig.ledgers().toString(), "" + BATCH)
            .start()) {
      var batch = "SENT " + (3 + trial.random().nextInt(10));
      producer.awaitLine(batch::equals, ofSeconds(30));
      Rig.let(ofMillis(trial.random().nextInt(20)));
      producer.signal("KILL");
      producer.awaitExit(ofSeconds(10));
    }
  }

  @Test
  @Full
  @Row(
      id = "P2",
      fault =
          "Redis killed or frozen under sends, some of 12 MB, that retry for 1 s; one producer closed meanwhile",
      bound =
          "every send ends <= 8 s: added, not added, or uncertain, and that is so; close <= 8 s")
  void a_send_while_redis_is_away_tells_whether_it_was_added_and_close_leaves_none_open() {
    var frozen = trial.random().nextBoolean();
    try (var ledger = Ledger.open(rig.ledgers(), "producer");
        var millhand =
            Millhand.builder().uri(redis.url()).commandTimeout(COMMAND_TIMEOUT).connect()) {
      var sends = new Sends(ledger);
      var stays = producer(millhand);
      var closes = producer(millhand);
      sends.send(closes, "early", 100);
      sends.send(stays, "early-too", 1 + trial.random().nextInt(1000));
      sends.sendLarge(stays, "large", 3, LARGE);
      sends.sendLarge(closes, "large-too", 3, LARGE);
      away(frozen);
      sends.send(stays, "away", 400);
      sends.send(closes, "closing", 400);
      var closing = Instant.now();
      closes.close();
      assertThat(Duration.between(closing, Instant.now())).isLessThan(SOON);
      assertThat(sends.open()).noneMatch(send -> send.name().startsWith("closing"));
      sends.send(closes, "closed", 1);
      back(frozen);
      // It may have much to write to its disk first: longer than these are tried.
      redis.command("PING");
      sends.send(stays, "after", 100);
      judge(sends.ended());
    }
    rig.worker("worker", ofMillis(1)).awaitReady();
    rig.prove(QUIET).duplicatesAtMost(0).also("frozen", frozen);
  }

  private static Producer producer(Millhand millhand) {
    return millhand
        .producerBuilder(Rig.STREAM)
        .retryFor(RETRY_FOR)
        .maxEntryBytes(2 * LARGE)
        .build();
  }

  private void away(boolean frozen) {
    if (frozen) {
      redis.pause();
    } else {
      redis.kill();
    }
  }

  private void back(boolean frozen) {
    if (frozen) {
      redis.resume();
    } else {
      redis.restart();
    }
  }

  /** What each send said is true of the stream. */
  private void judge(List<Sends.Send> sends) {
    var there = names();
    var ends = new TreeMap<String, Integer>();
    for (var send : sends) {
      assertThat(send.took().join()).as("%s", send).isLessThan(SOON);
      var end =
          send.answer().isCompletedExceptionally()
              ? send.error().getClass().getSimpleName()
              : "added";
      ends.merge(end, 1, Integer::sum);
      switch (end) {
        case "added" -> assertThat(there).contains(send.name());
        case "UnavailableException", "RefusedException" ->
            assertThat(there).doesNotContain(send.name());
        default -> assertThat(send.error()).isInstanceOf(UncertainSendException.class);
      }
    }
    trial.note(ends.toString());
    assertThat(ends).containsKeys("added", "UnavailableException");
    assertThat(sends)
        .filteredOn(send -> send.name().startsWith("after"))
        .allSatisfy(send -> assertThat(send.answer()).isCompleted());
    assertThat(sends)
        .filteredOn(send -> send.name().startsWith("closed"))
        .allSatisfy(send -> assertThat(send.error()).isInstanceOf(RefusedException.class));
  }

  private Set<String> names() {
    return list(redis.command("XRANGE", Rig.STREAM, "-", "+")).stream()
        .map(row -> String.valueOf(list(list(row).get(1)).get(1)))
        .collect(Collectors.toSet());
  }
}
