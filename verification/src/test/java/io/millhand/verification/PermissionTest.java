// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Millhand;
import io.millhand.config.Credentials;
import io.millhand.event.Event;
import io.millhand.testkit.AclUsers;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rights are taken from the workers' user while they work, and given back. */
@WithRedis
class PermissionTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final Duration SOON = ofSeconds(5);
  private static final String ALL = "app on >s3cret-tulip ~* &* +@all";

  private EmbeddedRedis redis;
  private AclUsers users;
  private Rig rig;
  private List<WorkerProcess> workers = List.of();

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    users = AclUsers.on(redis);
    users.set(ALL);
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void startWorkers() {
    var url = "redis://app:s3cret-tulip@%s:%d".formatted(redis.host(), redis.port());
    workers = List.of(rig.workerBehind(url, "one", WORK), rig.workerBehind(url, "two", WORK));
    rig.load().steady(300);
    workers.forEach(worker -> worker.awaitHandled(100));
  }

  private void proveAfter(Runnable remedy) {
    Rig.let(ofSeconds(2));
    remedy.run();
    var mended = Instant.now();
    workers.forEach(worker -> worker.awaitLine("OUTAGE ended", ofSeconds(10)));
    var took = Duration.between(mended, Instant.now());
    rig.load().stop();

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0).took(RECOVERY, took);
    assertThat(took).isLessThan(SOON);
    assertThat(workers)
        .allSatisfy(
            worker -> {
              assertThat(worker.isAlive()).isTrue();
              assertThat(worker.logged("tulip")).isEmpty();
              assertThat(worker.hastyOutages()).isEmpty();
            });
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Full
  @Row(
      id = "R20",
      fault = "the right to XREADGROUP is taken for 2 s under load",
      bound = "told <= 5 s with the command; goes on <= 5 s after; duplicates 0")
  void a_right_to_read_that_is_taken_is_named_and_waited_for() {
    startWorkers();
    users.set("app -xreadgroup");
    workers.forEach(
        worker ->
            assertThat(worker.awaitLine("OUTAGE started", SOON)).contains("XREADGROUP", "NOPERM"));
    proveAfter(() -> users.set("app +xreadgroup"));
  }

  @Test
  @Full
  @Row(
      id = "R20",
      fault = "the right to XACK is taken for 2 s under load",
      bound = "told <= 5 s; acked <= 10 s after it is given back; duplicates 0")
  void a_right_to_ack_that_is_taken_is_named_and_what_was_handled_is_acked_later() {
    startWorkers();
    users.set("app -xack");
    workers.forEach(worker -> assertThat(worker.awaitLine("REFUSED", SOON)).contains("NOPERM"));
    Rig.let(ofSeconds(2));
    users.set("app +xack");
    var mended = Instant.now();
    rig.load().stop();

    rig.prove(QUIET)
        .duplicatesAtMost(0)
        .overlapsAtMost(0)
        .took(RECOVERY, Duration.between(mended, Instant.now()));
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Full
  @Row(
      id = "R20",
      fault = "the user is switched off and its connections killed, for 2 s under load",
      bound = "WRONGPASS told <= 5 s; goes on <= 5 s after; duplicates 0")
  void a_user_that_is_switched_off_is_told_and_waited_for() {
    startWorkers();
    users.set("app off");
    redis.command("CLIENT", "KILL", "USER", "app");
    awaitWrongPass();
    proveAfter(() -> users.set("app on"));
  }

  private void awaitWrongPass() {
    workers.forEach(
        worker ->
            assertThat(worker.awaitLine("OUTAGE started", SOON))
                .contains("WRONGPASS", "Check user and password"));
  }

  @Test
  @Full
  @Row(
      id = "R20",
      fault = "ACL DELUSER for 2 s under load",
      bound = "WRONGPASS told <= 5 s; goes on <= 5 s after; duplicates 0")
  void a_user_that_is_deleted_and_made_anew_is_waited_for() {
    startWorkers();
    users.delete("app");
    awaitWrongPass();
    proveAfter(() -> users.set(ALL));
  }

  @Test
  @Full
  @Row(
      id = "R20",
      fault = "the password is rotated four times under load, and all connections killed",
      bound = "no outage told; no restart; duplicates 0")
  void a_password_is_rotated_in_flight(Trial trial) {
    var password = new AtomicReference<>("s3cret-tulip");
    var millhand =
        Millhand.builder()
            .uri("redis://%s:%d".formatted(redis.host(), redis.port()))
            .credentials(() -> new Credentials(Optional.of("app"), Optional.of(password.get())))
            .connect();
    var worker =
        rig.localWorker("worker", millhand, WORK, builder -> builder.concurrency(Rig.CONCURRENCY));
    var load = rig.load().steady(300);
    worker.awaitHandled(100, ofSeconds(10));
    for (int i = 0; i < 4; i++) {
      Rig.let(ofMillis(200 + trial.random().nextInt(300)));
      password.set("s3cret-rose-" + i);
      users.set("app resetpass >s3cret-rose-" + i);
      redis.command("CLIENT", "KILL", "USER", "app");
    }
    load.stop();

    rig.prove(QUIET).duplicatesAtMost(0);
    assertThat(worker.all(Event.OutageStarted.class)).isEmpty();
    await().atMost(SOON).until(() -> worker.worker().health().isHealthy());
  }
}
