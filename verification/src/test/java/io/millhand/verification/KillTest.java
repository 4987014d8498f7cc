// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.DUPLICATES_PER_KILL;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Letter;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.Supervisor;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Worker processes that are killed with -9. */
@WithRedis
class KillTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);

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

  /** How many a victim handles before it is killed. */
  private int someTime() {
    return 25 * (4 + trial.random().nextInt(13));
  }

  @Test
  @Row(
      id = "W1",
      fault = "kill -9 of a worker under load",
      bound = "duplicates <= 64 in flight; recovery <= 4 s; no attempt counted")
  void what_a_killed_worker_held_is_handled_by_the_others_and_counts_as_no_attempt() {
    var keeper = rig.worker("keeper", WORK).awaitKeeper();
    var other = rig.worker("other", WORK).awaitReady();
    var victim = rig.worker("victim", WORK).awaitReady();
    rig.awaitClientListTrusted(Rig.LEASE);
    rig.load().burst(5000);

    var killed = victim.awaitHandled(someTime()).kill();

    rig.prove(QUIET)
        .duplicatesAtMost(DUPLICATES_PER_KILL)
        .recoveredWithin(victim, killed, ofSeconds(4));
    assertThat(rig.lines("BEG")).extracting(words -> words.get(4)).containsOnly("1");
    await().atMost(ofSeconds(5)).until(() -> rig.group().consumers().size() <= 3); // ~deferred
    assertThat(rig.group().workers())
        .containsExactlyInAnyOrder(keeper.consumer(), other.consumer());
  }

  @Test
  @Row(
      id = "W1",
      fault = "kill -9 of the keeper under load",
      bound = "duplicates <= 64 in flight; recovery <= 5 s")
  void a_killed_keeper_is_replaced_and_what_it_held_is_handled() {
    var victim = rig.worker("victim", WORK).awaitKeeper();
    var other = rig.worker("other", WORK).awaitReady();
    rig.awaitClientListTrusted(Rig.LEASE);
    rig.load().burst(4000);

    var killed = victim.awaitHandled(someTime()).kill();

    rig.prove(QUIET)
        .duplicatesAtMost(DUPLICATES_PER_KILL)
        .recoveredWithin(victim, killed, ofSeconds(5));
    other.awaitLine("BURIED " + victim.consumer(), ofSeconds(10));
  }

  @Test
  @Row(
      id = "W1",
      fault = "kill -9 of the keeper under load, default settings",
      bound = "duplicates <= 1024 in flight; recovery <= 8 s")
  void with_default_settings_what_a_killed_keeper_held_is_taken_over_within_eight_seconds() {
    var lease = ofSeconds(15);
    var victim = rig.defaultWorker("victim", WORK).awaitKeeper();
    rig.defaultWorker("other", WORK).awaitReady();
    rig.awaitClientListTrusted(lease);
    rig.load().burst(10_000);

    var killed = victim.awaitHandled(1000).kill();

    rig.prove(QUIET).duplicatesAtMost(1024).recoveredWithin(victim, killed, ofSeconds(8));
  }

  @Test
  @Row(
      id = "W2",
      fault = "kill -9 of all workers, another starts",
      bound = "duplicates <= 64 in flight each")
  void when_all_workers_are_killed_others_under_new_names_go_on() {
    var victims =
        List.of(
            rig.worker("victim-1", WORK).awaitReady(), rig.worker("victim-2", WORK).awaitReady());
    rig.load().burst(4000);
    victims.forEach(victim -> victim.awaitHandled(200));
    victims.forEach(WorkerProcess::kill);

    var heir = rig.worker("heir", WORK);

    rig.prove(QUIET).duplicatesAtMost(2 * DUPLICATES_PER_KILL);
    for (var victim : victims) {
      heir.awaitLine("BURIED " + victim.consumer(), ofSeconds(10));
    }
    assertThat(rig.group().workers()).containsExactly(heir.consumer());
  }

  @Test
  @Row(
      id = "W2",
      fault = "kill -9 of a worker, started again under its name",
      bound = "duplicates <= 64 in flight; recovery <= 8 s")
  void a_container_that_restarts_under_its_name_takes_over_what_it_held_before() {
    var victim = rig.worker("before", WORK, "consumer=pod-0").awaitReady();
    rig.awaitClientListTrusted(Rig.LEASE);
    rig.load().burst(2000);
    var killed = victim.awaitHandled(someTime()).kill();

    var again = rig.worker("after", WORK, "consumer=pod-0");

    rig.prove(QUIET)
        .duplicatesAtMost(DUPLICATES_PER_KILL)
        .recoveredWithin(victim, killed, ofSeconds(8));
    assertThat(again.consumer()).isEqualTo("pod-0");
    assertThat(again.stop()).isZero();
    assertThat(rig.group().workers()).isEmpty();
  }

  @Test
  @Row(id = "W18", fault = "two workers of one name", bound = "the second is refused; duplicates 0")
  void a_second_worker_under_the_name_of_a_living_one_is_refused() {
    rig.worker("first", WORK, "consumer=pod-0").awaitReady();
    var second = rig.worker("second", WORK, "consumer=pod-0");

    assertThat(second.awaitExit(ofSeconds(20))).isNotZero();
    rig.load().burst(100);
    rig.prove(QUIET).duplicatesAtMost(0);
    assertThat(rig.group().workers()).containsExactly("pod-0");
  }

  @Test
  @Row(
      id = "W11",
      fault = "entries that halt the JVM",
      bound = "dead letters after 3 to 6 crashes; innocents there 0; duplicates <= 16 per crash")
  void an_entry_that_kills_its_workers_ends_in_the_dead_letters_and_takes_no_neighbour_along() {
    var load = rig.load().burst(150);
    var poison = List.of(load.send("do", "halt"), load.send("do", "halt"));
    load.burst(150);
    try (var supervisor =
        new Supervisor(2, number -> rig.worker("worker-" + number, WORK, "maxCrashes=3"))) {
      var proof = rig.prove(ofSeconds(60)).also("crashes", supervisor.ended());

      assertThat(rig.group().dead())
          .extracting(Letter::name)
          .containsExactlyInAnyOrderElementsOf(poison);
      assertThat(rig.group().dead())
          .allSatisfy(letter -> assertThat(letter.fact("~reason")).contains("workers died"));
      proof.duplicatesAtMost((long) supervisor.ended() * Rig.CONCURRENCY);
      // each of the two may kill as many workers as the limit says
      assertThat(supervisor.ended()).isBetween(3, 6);
    }
  }
}
