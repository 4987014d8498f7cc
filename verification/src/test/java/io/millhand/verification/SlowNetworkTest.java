// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.CONCURRENCY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.LocalWorker;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two workers with the default lease behind a network that is slow, and does not break. */
@WithRedis
@Full
class SlowNetworkTest {

  private static final Duration WORK = ofMillis(5);
  private static final Duration QUIET = ofSeconds(60);

  private Rig rig;
  private FaultProxy proxy;
  private List<LocalWorker> workers;
  private Set<String> connections;

  @BeforeEach
  void open(EmbeddedRedis redis, Trial trial) {
    rig = new Rig(redis, trial);
    proxy = FaultProxy.to(redis.host(), redis.port(), trial.seed());
    workers = List.of(worker("one"), worker("two"));
  }

  @AfterEach
  void close() {
    proxy.pass();
    rig.close();
    proxy.close();
  }

  private LocalWorker worker(String name) {
    return rig.localWorker(
        name, proxy.url(), WORK, builder -> builder.concurrency(CONCURRENCY).maxInFlight(512));
  }

  /** Neither was ever in doubt about the other, or about itself. */
  private void nothingBroke() {
    assertThat(workers)
        .allSatisfy(
            worker -> {
              assertThat(worker.all(Event.WorkerDied.class)).isEmpty();
              assertThat(worker.all(Event.FencedOff.class)).isEmpty();
              assertThat(worker.all(Event.Fenced.class)).isEmpty();
              assertThat(worker.all(Event.OutageStarted.class)).isEmpty();
            });
    assertThat(rig.group().workerConnections())
        .as("connections, none of them again")
        .isEqualTo(connections);
  }

  @Test
  @Row(
      id = "N5",
      fault = "each direction takes 300 to 700 ms, two workers, 2000 entries and 100 retries",
      bound = "duplicates 0; nobody taken for dead; handled <= 40 s: many are under way at once")
  void a_network_of_half_a_second_costs_no_worker_its_name_and_many_entries_are_under_way() {
    rig.load().burst(100);
    rig.group().awaitQuiet(QUIET);
    proxy.set(new Fault.Delay(ofMillis(300), ofMillis(400)));
    connections = rig.group().workerConnections();
    assertThat(connections).hasSize(3 * workers.size());
    var slow = Instant.now();
    rig.load().burst(100, "do", "fail-once");
    rig.load().burst(2000);

    var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    var took = Duration.between(slow, Instant.now());
    proof.took("handled", took);
    nothingBroke();
    // With as many under way as there are handlers they would take more than two minutes.
    assertThat(took).isLessThan(ofSeconds(40));
  }

  @Test
  @Row(
      id = "N6",
      fault = "10 KB/s on each connection, two workers, 150 entries of 1 KB and one of 60 KB",
      bound = "duplicates 0; no connection given up; handled <= 45 s")
  void a_network_of_ten_kilobytes_a_second_is_slow_and_breaks_nothing() {
    rig.load().burst(20);
    rig.group().awaitQuiet(QUIET);
    proxy.set(new Fault.Throttle(10_000));
    connections = rig.group().workerConnections();
    assertThat(connections).hasSize(3 * workers.size());
    var slow = Instant.now();
    rig.load().burst(75, "body", "x".repeat(1_000));
    rig.load().burst(1, "body", "x".repeat(60_000)); // 6 s: longer than a read waits for a byte
    rig.load().burst(75, "body", "x".repeat(1_000));

    var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    var took = Duration.between(slow, Instant.now());
    proof.took("handled", took);
    nothingBroke();
    assertThat(took).isLessThan(ofSeconds(45));
  }
}
