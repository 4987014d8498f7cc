// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.Credentials;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import io.millhand.event.Event.Acked;
import io.millhand.event.Event.OutageEnded;
import io.millhand.event.Event.OutageStarted;
import io.millhand.event.Event.SettleRefused;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A password that is replaced while a worker runs. */
@WithRedis
class RotationTest {

  private static final String OLD = "old-tulip";
  private static final String NEW = "new-tulip";

  @TempDir private Path folder;
  private Path file;
  private EmbeddedRedis redis;
  private Bench bench;
  private Millhand millhand;
  private Worker worker;

  @BeforeEach
  void start(EmbeddedRedis server) throws IOException {
    redis = server;
    redis.command("ACL", "SETUSER", "app", "reset", "on", ">" + OLD, "~*", "+@all");
    file = Files.writeString(folder.resolve("password"), OLD + "\n");
    bench = new Bench(redis);
    millhand = Millhand.builder().uri(redis.url()).passwordFile("app", file).connect();
    worker =
        millhand.worker(Bench.STREAM, Bench.GROUP).listener(bench.events).onEach(e -> {}).start();
    awaitWork("1");
  }

  @AfterEach
  void stop() {
    millhand.close();
    bench.close();
    redis.command("ACL", "DELUSER", "app");
  }

  private void awaitWork(String orderId) {
    var id = bench.send(orderId);
    bench.events.await(Acked.class, acked -> acked.id().equals(id));
  }

  private void write(String password) throws IOException {
    var next = Files.writeString(folder.resolve("next"), password);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void cut() {
    redis.command("CLIENT", "KILL", "USER", "app");
  }

  private Throwable awaitOutage() {
    return bench.events.await(OutageStarted.class).cause();
  }

  private void assertToldOnce() {
    bench.events.await(OutageEnded.class);
    assertThat(bench.events.all(OutageStarted.class)).hasSize(1);
    assertThat(worker.isOver()).isFalse();
  }

  @Test
  void a_password_is_rotated_under_a_running_worker_without_an_outage() throws Exception {
    redis.command("ACL", "SETUSER", "app", ">" + NEW);
    write(NEW);
    redis.command("ACL", "SETUSER", "app", "<" + OLD);
    cut();

    awaitWork("2");
    assertThat(bench.events.all(OutageStarted.class)).isEmpty();
  }

  @Test
  void a_wrong_password_for_a_while_is_an_outage_that_is_told_once() throws Exception {
    write("wrong-tulip");
    cut();

    assertThat(awaitOutage()).hasMessageContaining("WRONGPASS").message().doesNotContain("tulip");
    write(OLD);
    awaitWork("2");
    assertToldOnce();
  }

  @Test
  void a_wrong_password_is_not_told_as_a_refusal_of_each_outcome_that_waits() throws Exception {
    var count = 50;
    var gate = new CountDownLatch(1);
    var running = new AtomicInteger();
    var events = new Recorder();
    millhand
        .worker(Bench.STREAM, "gated")
        .concurrency(count)
        .listener(events)
        .onEach(
            delivery -> {
              if (running.incrementAndGet() > 1) {
                gate.await();
              }
            })
        .start();
    events.await(Acked.class); // it has a connection to settle on
    for (int i = 0; i < count; i++) {
      bench.send("" + i);
    }
    Bench.await().until(() -> running.get() == count + 1);
    write("wrong-tulip");
    cut();
    events.await(OutageStarted.class);

    var refusedBefore = refusedLogins();
    gate.countDown();
    // The other loops are turned away as well: so many that the settler was, more than once.
    Bench.await().until(() -> refusedLogins() > refusedBefore + 20);
    assertThat(events.all(SettleRefused.class)).isEmpty();
    assertThat(events.all(Acked.class)).hasSize(1);

    write(OLD);
    events.await(Acked.class, count + 1);
    events.await(OutageEnded.class);
    assertThat(events.all(OutageStarted.class)).hasSize(1);
    assertThat(events.all(SettleRefused.class)).isEmpty();
  }

  private long refusedLogins() {
    var text = String.valueOf(redis.command("INFO", "errorstats"));
    return text.lines()
        .filter(line -> line.startsWith("errorstat_WRONGPASS:count="))
        .mapToLong(line -> Long.parseLong(line.strip().split("=", -1)[1]))
        .sum();
  }

  @Test
  void a_password_file_that_is_away_for_a_while_is_an_outage_that_is_told_once() throws Exception {
    Files.delete(file);
    cut();

    assertThat(awaitOutage())
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining(
            "user and password cannot be had: cannot read the password file %s (NoSuchFileException)",
            file);
    write(OLD);
    awaitWork("2");
    assertToldOnce();
  }

  @Test
  void a_password_file_that_is_not_there_at_the_start_is_told_by_name() {
    var away = folder.resolve("away");
    var builder = Millhand.builder().uri(redis.url()).passwordFile("app", away);

    assertThatThrownBy(builder::connect)
        .isInstanceOfSatisfying(
            UnavailableException.class,
            error -> assertThat(error.reason()).isEqualTo(Reason.NOT_CONNECTED))
        .hasMessageContaining("cannot read the password file " + away);
  }

  @Test
  void a_supplier_of_credentials_that_throws_leaves_no_connection_behind() {
    var before = connections();
    var builder =
        Millhand.builder()
            .uri(redis.url())
            .credentials(
                () -> {
                  throw new IllegalStateException("the vault is sealed");
                });

    assertThatThrownBy(builder::connect)
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("the vault is sealed");
    assertThat(connections()).isEqualTo(before);
  }

  /** Those of others than of this look. */
  private int connections() {
    return String.valueOf(redis.command("CLIENT", "LIST")).lines().toList().size();
  }

  @Test
  void a_password_file_without_a_password_lets_nobody_in_and_does_not_fail_the_worker()
      throws Exception {
    write("");
    cut();

    assertThat(awaitOutage()).isInstanceOf(io.millhand.error.MillhandException.class);
    write(OLD);
    awaitWork("2");
    assertToldOnce();
    assertThat(new Credentials(Optional.of("app"), Optional.of(OLD)).toString())
        .doesNotContain("tulip");
  }
}
