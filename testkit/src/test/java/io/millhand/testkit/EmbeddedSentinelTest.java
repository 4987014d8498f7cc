// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Mostly waits for the Sentinels. */
@Execution(ExecutionMode.CONCURRENT)
class EmbeddedSentinelTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  /** Where no node is to be found dead, be the machine as slow as it likes. */
  private static final Duration PATIENT = Duration.ofSeconds(10);

  @Test
  void a_master_its_replicas_and_the_sentinels_are_healthy_when_start_returns() {
    try (var sentinel = EmbeddedSentinel.builder().start()) {
      assertThat(sentinel.nodes()).hasSize(3);
      assertThat(sentinel.sentinels()).hasSize(3);
      assertThat(sentinel.master()).isSameAs(sentinel.nodes().getFirst());
      assertThat(sentinel.master().info("connected_slaves")).isEqualTo("2");
      assertThat(sentinel.uri())
          .isEqualTo(
              "redis-sentinel://127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d/millhand",
              sentinel.sentinels().stream().map(EmbeddedRedis::port).toArray());
      assertThat(sentinel.service()).isEqualTo("millhand");
    }
  }

  @Test
  void a_closed_topology_leaves_no_process_and_no_folder() {
    var sentinel = EmbeddedSentinel.builder().replicas(1).sentinels(1).start();
    var all = Stream.concat(sentinel.nodes().stream(), sentinel.sentinels().stream()).toList();
    var pids = all.stream().map(EmbeddedRedis::pid).toList();

    sentinel.close();

    assertThat(pids).allSatisfy(pid -> assertThat(Processes.isGone(pid)).isTrue());
    assertThat(all).allSatisfy(server -> assertThat(server.dir()).doesNotExist());
  }

  @Test
  void a_killed_master_has_a_successor_with_its_data_and_comes_back_as_a_replica() {
    try (var sentinel =
        EmbeddedSentinel.builder().eager().downAfter(Duration.ofSeconds(2)).start()) {
      var first = sentinel.master();
      try (var probe = first.probe()) {
        probe.command("XADD", "orders", "1-1", "id", "7");
        assertThat(probe.command("WAIT", "2", "5000")).isEqualTo(2L);
      }
      first.kill();

      var second = sentinel.awaitMasterOtherThan(first, SOON);

      assertThat(second).isNotSameAs(first).isSameAs(sentinel.master());
      assertThat(second.command("XLEN", "orders")).isEqualTo(1L);
      first.restart();
      assertThat(first.command("XLEN", "orders")).isEqualTo(1L);
      sentinel.awaitHealthy(Duration.ofSeconds(60));
      assertThat(first.info("role")).isEqualTo("slave");
      assertThat(first.info("master_port")).isEqualTo(Integer.toString(second.port()));
    }
  }

  @Test
  void a_failover_on_demand_names_another_master_and_asks_no_password_in_vain() {
    try (var sentinel =
        EmbeddedSentinel.builder()
            .replicas(1)
            .eager()
            .downAfter(PATIENT)
            .password("s3 cret")
            .sentinelPassword("watch")
            .config("min-replicas-to-write", "1")
            .start()) {
      var first = sentinel.master();
      first.command("SET", "a", "1");

      var second = sentinel.failover();

      assertThat(second).isNotSameAs(first).isSameAs(sentinel.master());
      sentinel.awaitHealthy(SOON);
      assertThat(second.command("GET", "a")).isEqualTo("1");
      assertThat(second.command("CONFIG", "GET", "min-replicas-to-write")).asString().contains("1");
      assertThat(sentinel.uri()).startsWith("redis-sentinel://:s3%20cret@127.0.0.1:");
    }
  }

  @Test
  void a_node_and_a_sentinel_that_were_restarted_remember_what_they_were() {
    try (var sentinel = EmbeddedSentinel.builder().replicas(1).eager().downAfter(PATIENT).start()) {
      var second = sentinel.failover();
      sentinel.awaitHealthy(SOON);

      second.restart();
      sentinel.sentinels().getFirst().kill();
      sentinel.sentinels().getFirst().restart();

      sentinel.awaitHealthy(SOON);
      assertThat(sentinel.master()).isSameAs(second);
    }
  }

  @Test
  void a_topology_without_sentinels_is_refused() {
    assertThatThrownBy(() -> EmbeddedSentinel.builder().sentinels(0).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 Sentinels");
  }

  @Test
  void no_master_is_named_when_no_sentinel_runs() {
    try (var sentinel = EmbeddedSentinel.builder().replicas(1).sentinels(1).start()) {
      sentinel.sentinels().getFirst().pause();
      assertThatThrownBy(sentinel::master)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no Sentinel runs");
    }
  }
}
