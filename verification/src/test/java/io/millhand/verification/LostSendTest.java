// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.testkit.RedisProbe.list;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Millhand;
import io.millhand.Producer;
import io.millhand.config.LostReply;
import io.millhand.error.UncertainSendException;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.Ledger;
import io.millhand.testkit.ProxiedConnection;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Load;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.Sends;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends that Redis has carried out, and of which the answers are lost. */
@WithRedis
class LostSendTest {

  private static final Duration QUIET = ofSeconds(30);
  private static final Duration SOON = ofSeconds(5);
  private static final int ENTRIES = 2000;
  private static final int LOSSES = 8;

  /** One answer has more bytes than that. */
  private static final int WITHIN_ONE = 20;

  /** A batch of answers has far more bytes than that. */
  private static final int WITHIN_MANY = 1500;

  private EmbeddedRedis redis;
  private Trial trial;
  private Rig rig;
  private FaultProxy proxy;
  private Ledger ledger;
  private Millhand millhand;

  @BeforeEach
  void open(EmbeddedRedis server, Trial ours) {
    redis = server;
    trial = ours;
    rig = new Rig(redis, trial);
    proxy = FaultProxy.to(redis.host(), redis.port(), trial.seed());
    ledger = Ledger.open(rig.ledgers(), "producer");
    millhand = Millhand.connect(proxy.url());
  }

  @AfterEach
  void close() {
    millhand.close();
    ledger.close();
    proxy.close();
    rig.close();
  }

  private Producer producer(UnaryOperator<Producer.Builder> settings) {
    return settings.apply(millhand.producerBuilder(Rig.STREAM)).build();
  }

  /**
   * What is sent under these names is carried out; of the answers so many bytes come through, at
   * most.
   */
  private List<CompletableFuture<ProxiedConnection>> lose(int among, int within) {
    var step = among / LOSSES;
    return IntStream.range(0, LOSSES)
        .mapToObj(
            i ->
                proxy.when(
                    "entry-" + (i * step + trial.random().nextInt(step)) + "\r",
                    new Fault.CutAfter(trial.random().nextInt(within))))
        .toList();
  }

  @Test
  @Row(
      id = "N4",
      fault = "the answers to sends are lost eight times, of a producer that sends again",
      bound = "each entry is there once; no send fails; duplicates 0")
  void sends_whose_answers_were_lost_are_sent_again_and_added_once_where_a_producer_may() {
    rig.worker("worker", ofMillis(1)).awaitReady();
    var sends = new Sends(ledger);
    var lost = lose(ENTRIES, WITHIN_MANY);
    try (var again = producer(it -> it.lostReply(LostReply.SEND_AGAIN).retryFor(ofMinutes(1)))) {
      sends.send(again, "entry", ENTRIES);

      assertThat(sends.ended()).noneMatch(send -> send.answer().isCompletedExceptionally());
    }
    assertThat(lost).allMatch(CompletableFuture::isDone);
    rig.prove(QUIET).duplicatesAtMost(0);
    assertThat(redis.command("XLEN", Rig.STREAM)).isEqualTo((long) ENTRIES);
  }

  @Test
  @Full
  @Row(
      id = "N4",
      fault =
          "the answers to sends are lost eight times, and a caller sends what is uncertain again",
      bound = "told as uncertain within 5 s; duplicates <= sends that were told so")
  void a_send_whose_answer_was_lost_is_told_as_uncertain_and_a_caller_who_repeats_it_repeats_it() {
    rig.worker("worker", ofMillis(1)).awaitReady();
    var lost = lose(200, WITHIN_ONE);
    var uncertain = 0;
    try (var plain = producer(UnaryOperator.identity())) {
      for (int i = 0; i < 200; i++) {
        var name = "entry-" + i;
        ledger.attempted(name);
        while (!added(plain, name)) {
          uncertain++;
        }
      }
    }
    assertThat(lost).allMatch(CompletableFuture::isDone);
    assertThat(uncertain).as("uncertain sends").isBetween(1, LOSSES);
    rig.prove(QUIET).duplicatesAtMost(uncertain).also("uncertain", uncertain);
    assertThat(list(redis.command("XRANGE", Rig.STREAM, "-", "+")))
        .hasSizeBetween(200, 200 + uncertain);
  }

  private boolean added(Producer producer, String name) {
    var start = Instant.now();
    try {
      ledger.added(name, producer.send(Map.of(Load.NAME, name)).toString());
      return true;
    } catch (UncertainSendException e) {
      assertThat(Duration.between(start, Instant.now())).isLessThan(SOON);
      return false;
    }
  }
}
