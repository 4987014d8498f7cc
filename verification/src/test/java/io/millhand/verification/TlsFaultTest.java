// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millhand.Millhand;
import io.millhand.error.UnavailableException;
import io.millhand.testkit.Certificates;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.KeyFiles;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.Tls;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that speaks TLS, with certificates that are over, foreign, or missing. */
@Full
class TlsFaultTest {

  private static final Duration QUIET = ofSeconds(30);

  @TempDir private static Path folder;
  private static Certificates certificates;
  private static EmbeddedRedis redis;

  private Trial trial;
  private Rig rig;

  @BeforeAll
  static void start() {
    var builder = EmbeddedRedis.builder();
    assumeTrue(builder.hasTls(), "this server was built without TLS");
    certificates = Certificates.in(folder);
    redis = builder.tls(certificates.tls()).start();
  }

  @AfterAll
  static void stop() {
    if (redis != null) {
      redis.close();
    }
  }

  @BeforeEach
  void open(Trial ours) {
    show(certificates.server());
    redis.command("FLUSHALL");
    trial = ours;
    rig = new Rig(redis, trial, it -> it.tls(own(certificates.client())));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static SSLContext own(KeyFiles key) {
    return Tls.context(certificates, Optional.of(key));
  }

  /** What the server shows to connections that are still to come. */
  private static void show(KeyFiles server) {
    redis.command(
        "CONFIG",
        "SET",
        "tls-cert-file",
        server.certificate().toString(),
        "tls-key-file",
        server.key().toString());
  }

  @Test
  @Row(
      id = "N11",
      fault = "the server's certificate is over, or another authority's, while all run; then good",
      bound = "running connections go on; new ones are refused with the cause; duplicates 0")
  void connections_that_run_outlive_a_certificate_that_is_over_and_new_ones_tell_the_cause() {
    var worker = rig.workerBehind(redis.url(), "worker", ofMillis(5), Tls.options(certificates));
    worker.awaitReady();
    var load = rig.load().steady(50);
    worker.awaitHandled(50);
    var over = trial.random().nextBoolean();
    show(over ? certificates.expired() : certificates.foreign());
    var handled = worker.lines("HANDLED").size();
    Rig.let(Rig.LEASE.multipliedBy(2));
    assertThat(worker.lines("HANDLED").size()).isGreaterThan(handled);
    assertThat(worker.lines("OUTAGE")).isEmpty();
    var refused = refusal(Optional.of(certificates.client()));
    assertThat(refused).hasMessageContaining(over ? "NotAfter" : "path");

    load.stop();
    var broken = Instant.now();
    redis.command("CLIENT", "KILL", "TYPE", "normal");
    assertThat(worker.awaitLine("OUTAGE started", ofSeconds(10)))
        .contains(over ? "NotAfter" : "path");
    show(certificates.server());
    worker.awaitLine("OUTAGE ended", ofSeconds(10));
    rig.prove(QUIET)
        .duplicatesAtMost(0)
        .took("outage", Duration.between(broken, Instant.now()))
        .also("certificate", over ? "over" : "foreign");
    assertThat(worker.stop()).isZero();
  }

  @Test
  @Row(
      id = "N11",
      fault = "connecting to an expired or foreign server, and as an expired, foreign or no client",
      bound = "each is refused within 5 s as unavailable, with what is wrong in one line")
  void whoever_cannot_connect_by_tls_is_told_what_is_wrong_with_which_certificate() {
    rig.load().burst(1); // a good one can
    rig.worker("worker", ofMillis(1), Tls.options(certificates)).awaitReady();
    show(certificates.expired());
    assertThat(refusal(Optional.of(certificates.client()))).hasMessageContaining("NotAfter");
    show(certificates.foreign());
    assertThat(refusal(Optional.of(certificates.client()))).hasMessageContaining("path");
    show(certificates.server());
    for (var client :
        List.of(
            Optional.<KeyFiles>empty(),
            Optional.of(certificates.expired()),
            Optional.of(certificates.foreign()))) {
      // The server hangs up in any case; what it says first does not always arrive.
      assertThat(refusal(client).getMessage()).containsAnyOf("certificate", "unknown_ca", "TLS");
    }
    rig.prove(QUIET).duplicatesAtMost(0);
  }

  private Throwable refusal(Optional<KeyFiles> client) {
    var start = Instant.now();
    var refusal =
        catchThrowable(
            () ->
                Millhand.builder()
                    .uri(redis.url())
                    .tls(Tls.context(certificates, client))
                    .connect()
                    .close());
    assertThat(refusal).isInstanceOf(UnavailableException.class);
    assertThat(refusal.getMessage().lines()).hasSize(1);
    assertThat(Duration.between(start, Instant.now())).isLessThan(ofSeconds(5));
    trial.note(refusal.getMessage());
    return refusal;
  }
}
