// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Mostly waits: Redis lets a new master of a cluster wait for 2 s. */
@Execution(ExecutionMode.CONCURRENT)
class EmbeddedClusterTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void masters_and_replicas_share_all_slots_when_start_returns() {
    try (var cluster = EmbeddedCluster.builder().start()) {
      assertThat(cluster.nodes()).hasSize(6);
      assertThat(cluster.masters()).isEqualTo(cluster.nodes().subList(0, 3));
      assertThat(cluster.masters())
          .allSatisfy(
              master ->
                  assertThat(cluster.replicaOf(master).info("master_port"))
                      .isEqualTo(Integer.toString(master.port())));
      assertThat(cluster.uri())
          .isEqualTo(
              "redis-cluster://127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d",
              cluster.masters().stream().map(EmbeddedRedis::port).toArray());
      assertThat(cluster.owner("orders").command("SET", "orders", "1")).isEqualTo("OK");
    }
  }

  @Test
  void the_slot_of_a_key_is_what_redis_says_it_is() {
    try (var cluster = EmbeddedCluster.builder().masters(1).replicasPerMaster(0).start();
        var probe = cluster.nodes().getFirst().probe()) {
      for (var key :
          List.of("", "orders", "{orders}:dead", "a{}b", "{}a{b}", "a{b", "{a}{b}", "{{a}}", "ö")) {
        assertThat(probe.command("CLUSTER", "KEYSLOT", key))
            .as(key)
            .isEqualTo((long) EmbeddedCluster.slot(key));
      }
    }
  }

  @Test
  void a_killed_master_has_a_successor_and_comes_back_as_its_replica() {
    try (var cluster = EmbeddedCluster.builder().start()) {
      var first = cluster.owner("orders");
      var second = cluster.replicaOf(first);
      try (var probe = first.probe()) {
        probe.command("XADD", "orders", "1-1", "id", "7");
        assertThat(probe.command("WAIT", "1", "5000")).isEqualTo(1L);
      }
      first.kill();

      await().atMost(SOON).until(() -> cluster.owner("orders") == second);
      cluster.awaitHealthy(SOON);

      assertThat(second.command("XLEN", "orders")).isEqualTo(1L);
      first.restart();
      await().atMost(SOON).until(() -> "slave".equals(first.info("role")));
      cluster.awaitHealthy(SOON);
      assertThat(cluster.replicaOf(second)).isSameAs(first);
    }
  }

  @Test
  void a_replica_is_promoted_on_demand_with_and_without_the_consent_of_its_master() {
    try (var cluster = EmbeddedCluster.builder().start()) {
      var first = cluster.owner("orders");
      var second = cluster.replicaOf(first);

      cluster.failover(second);
      assertThat(cluster.owner("orders")).isSameAs(second);
      cluster.awaitHealthy(SOON);

      cluster.takeover(first);
      assertThat(cluster.owner("orders")).isSameAs(first);
      cluster.awaitHealthy(SOON);
      assertThat(cluster.replicaOf(first)).isSameAs(second);
    }
  }

  @Test
  void a_stream_moves_with_its_group_its_pending_entries_their_owners_and_counters() {
    try (var cluster =
        EmbeddedCluster.builder().masters(2).replicasPerMaster(0).password("s3 cret").start()) {
      var source = cluster.owner("orders");
      var target = cluster.masters().stream().filter(it -> it != source).findFirst().orElseThrow();
      source.command("XGROUP", "CREATE", "orders", "workers", "0", "MKSTREAM");
      for (int i = 1; i <= 3; i++) {
        source.command("XADD", "orders", i + "-1", "id", "7");
      }
      source.command(
          "XREADGROUP", "GROUP", "workers", "ann", "COUNT", "2", "STREAMS", "orders", ">");
      source.command("XCLAIM", "orders", "workers", "bob", "0", "2-1");
      IntStream.range(0, 250).forEach(i -> source.command("SET", "{orders}:" + i, "x"));
      var pending = pending(source);
      var slot = EmbeddedCluster.slot("orders");

      cluster.beginMove(slot, target);
      assertThatThrownBy(() -> source.command("GET", "{orders}:none"))
          .hasMessage("ASK %d 127.0.0.1:%d", slot, target.port());
      assertThat(cluster.moveKeys(slot)).isEqualTo(251);
      cluster.finishMove(slot);

      assertThat(cluster.owner("orders")).isSameAs(target);
      assertThat(pending).hasSize(2).isEqualTo(pending(target));
      assertThat(pending.get(1)).isEqualTo(List.of("2-1", "bob", 2L));
      assertThat(String.valueOf(target.command("XINFO", "GROUPS", "orders")))
          .contains("last-delivered-id, 2-1");
      assertThatThrownBy(() -> source.command("XLEN", "orders"))
          .hasMessage("MOVED %d 127.0.0.1:%d", slot, target.port());
      cluster.awaitHealthy(SOON);
    }
  }

  /** Id, owner, counter of each: without the idle time, which goes on. */
  private static List<List<Object>> pending(EmbeddedRedis node) {
    return RedisProbe.list(node.command("XPENDING", "orders", "workers", "-", "+", "10")).stream()
        .map(RedisProbe::list)
        .map(entry -> List.<Object>of(entry.get(0), entry.get(1), entry.get(3)))
        .toList();
  }

  @Test
  void a_node_that_joins_takes_a_slot_and_leaves_again() {
    try (var cluster = EmbeddedCluster.builder().masters(2).replicasPerMaster(0).start()) {
      var slot = EmbeddedCluster.slot("orders");
      var first = cluster.owner("orders");
      first.command("SET", "orders", "1");

      var added = cluster.addNode();
      cluster.moveSlot(slot, added);
      assertThat(added.command("GET", "orders")).isEqualTo("1");
      cluster.awaitHealthy(SOON);
      assertThat(cluster.masters()).containsExactlyElementsOf(cluster.nodes());
      assertThatThrownBy(() -> cluster.removeNode(added))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("still has slots");

      cluster.moveSlot(slot, first);
      cluster.awaitHealthy(SOON);
      cluster.removeNode(added);
      cluster.awaitHealthy(SOON);
      assertThat(cluster.nodes()).hasSize(2).doesNotContain(added);
      assertThat(cluster.nodes())
          .allSatisfy(node -> assertThat(ClusterView.of(node).peers()).hasSize(2));
      assertThat(first.command("GET", "orders")).isEqualTo("1");
    }
  }

  @Test
  void a_move_that_has_not_begun_cannot_be_finished() {
    try (var cluster = EmbeddedCluster.builder().masters(1).replicasPerMaster(0).start()) {
      assertThatThrownBy(() -> cluster.finishMove(7))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("slot 7");
      assertThatThrownBy(() -> cluster.beginMove(7, cluster.nodes().getFirst()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has the slot 7");
    }
  }
}
