// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.CONCURRENCY;
import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static io.millhand.verification.rig.Rig.RECONNECT_GRACE;
import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.WorkerBuilder;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Origin;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.ProxiedConnection;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.LocalWorker;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker behind a network that breaks; its lease is the default, 15 s, where nothing is said. */
@WithRedis
class NetworkTest {

  private static final Duration WORK = ofMillis(5);

  /** Longer than a worker's grace: what waits for it would begin after that. */
  private static final Duration SLOW = ofMillis(1200);

  private static final Duration QUIET = ofSeconds(30);

  /** So long that a settlement whose reply was lost is repeated before its entry is due. */
  private static final Duration BACK_OFF = ofSeconds(1);

  private EmbeddedRedis redis;
  private Rig rig;
  private FaultProxy proxy;

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
    proxy = FaultProxy.to(redis.host(), redis.port(), trial.seed());
  }

  @AfterEach
  void close() {
    proxy.pass();
    rig.close();
    proxy.close();
  }

  private LocalWorker worker() {
    return rig.localWorker(
        "worker",
        proxy.url(),
        WORK,
        builder -> builder.concurrency(CONCURRENCY).retry(RetryPolicy.fixed(BACK_OFF).jitter(0)));
  }

  /** As a word of a command, not as part of a script. */
  private static String word(String text) {
    return "\r\n" + text + "\r\n";
  }

  private static ProxiedConnection struck(CompletableFuture<ProxiedConnection> trigger) {
    return trigger.orTimeout(10, TimeUnit.SECONDS).join();
  }

  private void awaitPending(int count) {
    await().atMost(ofSeconds(5)).until(() -> rig.group().unfinished().pending() >= count);
  }

  @Test
  @Row(
      id = "N1",
      fault = "a half-open link under a blocked read",
      bound = "duplicates 0; recovery < 6 s")
  void a_half_open_link_is_left_after_the_block_time_and_what_went_into_the_void_is_handled() {
    var worker = worker();
    rig.load().burst(1); // connects, so that the next is sent while the struck read is blocked
    worker.awaitHandled(1, ofSeconds(10));
    var link = struck(proxy.when(word("BLOCK"), new Fault.DropToClient()));
    var at = Instant.now();
    rig.load().burst(1);
    awaitPending(1); // into the void
    link.set(new Fault.BlackHole()); // nor does Redis see the client go
    rig.load().burst(20);

    worker.awaitHandled(22, ofSeconds(10));
    var recovery = Duration.between(at, Instant.now());
    rig.prove(QUIET).duplicatesAtMost(0).took(RECOVERY, recovery);
    // 1 s BLOCK, 3 s margin
    assertThat(recovery).isLessThan(ofSeconds(6));
    assertThat(worker.all(Event.Read.class))
        .anyMatch(read -> read.origin() == Origin.UNHELD && read.count() == 1);
  }

  @Test
  @Row(id = "N2", fault = "the reply to a read is lost", bound = "duplicates 0; recovery < 2 s")
  void entries_of_a_lost_reply_to_a_read_are_found_at_once_and_not_after_a_lease() {
    var worker = worker();
    var recovery = Duration.ZERO;
    // On a busy machine the blocked read may end before the entry comes, and its empty reply be
    // cut.
    for (int i = 1; i <= 40 && !foundUnheld(worker); i++) {
      struck(proxy.when(word("BLOCK"), new Fault.CutAfter(0)));
      rig.load().burst(1);
      var at = Instant.now();
      worker.awaitHandled(i, ofSeconds(10));
      recovery = Duration.between(at, Instant.now());
    }

    assertThat(foundUnheld(worker)).as("%s", worker.all(Event.class)).isTrue();
    assertThat(recovery).isLessThan(ofSeconds(2));
    rig.prove(QUIET).duplicatesAtMost(0).took(RECOVERY, recovery);
  }

  private static boolean foundUnheld(LocalWorker worker) {
    return worker.all(Event.Read.class).stream().anyMatch(read -> read.origin() == Origin.UNHELD);
  }

  @Test
  @Row(
      id = "N3",
      fault = "the reply to an ack is lost",
      bound = "duplicates 0; no fenced settlement")
  void an_ack_whose_reply_was_lost_is_repeated_and_its_entries_are_not() {
    var worker = worker();
    var lost = proxy.when(word("XACK"), new Fault.CutAfter(0));
    rig.load().burst(200);
    struck(lost);

    worker.awaitEvent(Event.AckMissing.class, missing -> true, ofSeconds(5));
    rig.prove(QUIET).duplicatesAtMost(0);
    assertThat(rig.lines("BEG")).hasSize(200);
    assertThat(worker.all(Event.Fenced.class)).isEmpty();
  }

  @Test
  @Row(
      id = "N3",
      fault = "the reply to a retry is lost",
      bound = "duplicates 0; each attempt counted once")
  void a_retry_whose_reply_was_lost_is_not_counted_twice() {
    var worker = worker();
    var lost = proxy.when("told to fail once", new Fault.CutAfter(0));
    rig.load().burst(20, "do", "fail-once");
    struck(lost);

    rig.prove(QUIET).duplicatesAtMost(0);
    assertThat(rig.lines("BEG")).hasSize(40);
    assertThat(rig.lines("BEG")).extracting(words -> words.get(4)).containsOnly("1", "2");
    assertThat(worker.all(Event.Fenced.class)).isEmpty();
    assertThat(worker.all(Event.Deferred.class)).hasSize(20);
  }

  @Test
  @Row(
      id = "N3",
      fault = "the reply to a dead letter is lost",
      bound = "duplicates 0; each told once, none as fenced")
  void a_dead_letter_whose_reply_was_lost_is_told_once_and_not_as_fenced() {
    var worker =
        rig.localWorker(
            "worker",
            proxy.url(),
            WORK,
            builder -> builder.concurrency(CONCURRENCY).retry(RetryPolicy.never()));
    var lost = proxy.when(word("~reason"), new Fault.CutAfter(0));
    rig.load().burst(20, "do", "throw=checked");
    struck(lost);

    rig.prove(QUIET).duplicatesAtMost(0);
    assertThat(rig.lines("BEG")).hasSize(20);
    assertThat(rig.group().dead()).hasSize(20);
    assertThat(worker.all(Event.Fenced.class)).isEmpty();
    assertThat(worker.all(Event.DeadLettered.class))
        .extracting(Event.DeadLettered::id)
        .doesNotHaveDuplicates()
        .hasSize(20);
  }

  @Test
  @Row(
      id = "N9",
      fault = "all connections reset every 100 ms for 4 s",
      bound = "duplicates 0; no connection more than before")
  void a_storm_of_connection_resets_loses_and_repeats_nothing_and_leaks_no_connection() {
    var worker = worker();
    var load = rig.load().steady(300);
    var resets = 0;
    for (var end = Instant.now().plusSeconds(4); Instant.now().isBefore(end); resets++) {
      Rig.let(ofMillis(100));
      proxy.resetAll();
    }
    load.stop();

    rig.prove(QUIET).duplicatesAtMost(0).also("resets", resets);
    await().atMost(ofSeconds(5)).until(() -> proxy.connections().size() <= 4);
    await().atMost(ofSeconds(5)).until(() -> worker.worker().health().isHealthy());
    assertThat(worker.all(Event.Fenced.class)).isEmpty();
    assertThat(worker.all(Event.Disowned.class)).isEmpty();
  }

  @Test
  @Row(
      id = "N9",
      fault = "garbage in replies",
      bound = "duplicates 0; the connection ends within 2 s, nothing else")
  void garbage_in_a_reply_ends_the_connection_and_nothing_else() {
    var worker = worker();
    var load = rig.load().steady(200);
    var struck = new ArrayList<ProxiedConnection>();
    for (var command : List.of("XREADGROUP", "XACK", "EVALSHA", "XPENDING")) {
      struck.add(struck(proxy.when(word(command), new Fault.Garbage(3))));
    }
    // Whatever it looked like, no later reply may be taken for another's.
    await()
        .alias("connections closed")
        .atMost(ofSeconds(2))
        .until(() -> struck.stream().noneMatch(ProxiedConnection::isOpen));
    load.stop();

    rig.prove(QUIET).duplicatesAtMost(0);
    assertThat(worker.worker().state()).isEqualTo(Event.State.RUNNING);
    await().atMost(ofSeconds(5)).until(() -> worker.worker().health().isHealthy());
  }

  @Test
  @Row(
      id = "R5",
      fault = "FLUSHALL, then a connection reset",
      bound = "what is held is finished; duplicates 0")
  void after_a_flush_a_broken_connection_does_not_make_a_worker_drop_what_only_it_still_holds() {
    var worker =
        rig.localWorker(
            "worker",
            proxy.url(),
            WORK,
            builder -> builder.concurrency(CONCURRENCY).maxInFlight(64));
    rig.load().burst(1000);
    rig.group().awaitQuiet(QUIET);
    // Read far ahead by the measured pace: most of them wait for a handler.
    rig.load().burst(50, "do", "sleep=1500");
    await()
        .atMost(ofSeconds(5))
        .until(
            () -> rig.group().undelivered() == 0 && rig.lines("BEG").size() == 1000 + CONCURRENCY);
    redis.command("FLUSHALL");
    worker.awaitEvent(Event.GroupRecreated.class, it -> true, ofSeconds(5));
    worker.awaitEvent(
        Event.Registered.class, it -> worker.all(Event.Registered.class).size() == 2, ofSeconds(5));
    Rig.let(ofMillis(1200)); // a heartbeat in the new group
    proxy.resetAll();

    rig.prove(QUIET).duplicatesAtMost(0);
    assertThat(worker.all(Event.Disowned.class)).isEmpty();
  }

  @Test
  @Row(
      id = "N7",
      fault = "one worker is cut off for two leases",
      bound =
          "duplicates <= 64, concurrent <= 16; from reconnectGrace (1 s) on it starts nothing until"
              + " it is registered again")
  void a_worker_that_is_cut_off_starts_nothing_from_its_grace_on_until_it_is_registered_again() {
    var cutOff = rig.localWorker("cut-off", proxy.url(), ofMillis(100), NetworkTest::shortTimes);
    var other = rig.localWorker("other", redis.url(), ofMillis(100), NetworkTest::shortTimes);
    var load = rig.load().steady(150);
    cutOff.awaitHandled(50, ofSeconds(10));
    rig.fill(2 * MAX_IN_FLIGHT, SLOW, new Rig.Named("cut-off", "cut-off"));
    proxy.set(new Fault.BlackHole());
    var cut = Instant.now();
    other.awaitEvent(
        Event.WorkerDied.class, died -> died.consumer().equals("cut-off"), ofSeconds(10));
    Rig.until(cut, Rig.LEASE.multipliedBy(2));
    var back = Instant.now();
    proxy.pass();
    var registered = cutOff.awaitEventAfter(cut, Event.Registered.class, ofSeconds(15));
    rig.awaitBegun("cut-off", registered);
    load.stop();

    var proof = rig.prove(QUIET).duplicatesAtMost(64).overlapsAtMost(CONCURRENCY);
    proof.took("registered again after", Duration.between(back, registered));
    rig.beganNothing("cut-off", cut.plus(RECONNECT_GRACE), registered);
  }

  private static WorkerBuilder<Entry> shortTimes(WorkerBuilder<Entry> builder) {
    return builder
        .concurrency(CONCURRENCY)
        .maxInFlight(MAX_IN_FLIGHT)
        .readAhead(ofSeconds(5))
        .lease(Rig.LEASE)
        .heartbeatEvery(ofMillis(200))
        .reconnectGrace(RECONNECT_GRACE);
  }
}
