// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static io.millhand.testkit.Processes.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** All servers of a topology hang on its parent. */
class TopologyLifeTest {

  /** Starts a topology, says where its servers are, and waits; never closes it. */
  static final class Owner {
    public static void main(String[] args) throws InterruptedException {
      var sentinel = EmbeddedSentinel.builder().replicas(1).sentinels(1).start();
      var servers = new ArrayList<>(sentinel.nodes());
      servers.addAll(sentinel.sentinels());
      servers.forEach(server -> System.out.println("server " + server.pid() + " " + server.dir()));
      System.out.println("started");
      new CountDownLatch(1).await();
    }
  }

  @Test
  void no_server_and_no_folder_of_a_topology_outlives_a_parent_that_is_killed() {
    try (var owner = ChildProcess.java(Owner.class).start()) {
      owner.awaitLine("started"::equals, SOON);
      var servers =
          owner.lines().stream()
              .filter(line -> line.startsWith("server "))
              .map(line -> List.of(line.split(" ", -1)))
              .toList();
      assertThat(servers).hasSize(3);

      owner.signal("KILL");

      for (var server : servers) {
        await().atMost(SOON).until(() -> Processes.isGone(Long.parseLong(server.get(1))));
        await().atMost(SOON).until(() -> !Files.exists(Path.of(server.get(2))));
      }
    }
  }
}
