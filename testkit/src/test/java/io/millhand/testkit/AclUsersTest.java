// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class AclUsersTest {

  @Test
  void a_server_starts_with_its_users_who_are_changed_at_run_time() {
    try (var redis =
            EmbeddedRedis.builder()
                .user("ann on >a#\"1 ~orders resetchannels +@connection +xadd +xlen")
                .user("bob off nopass")
                .start();
        var ann = redis.probe()) {
      ann.command("AUTH", "ann", "a#\"1");
      ann.command("XADD", "orders", "1-1", "id", "7");
      assertThatThrownBy(() -> ann.command("XLEN", "other")).hasMessageContaining("NOPERM");

      var users = AclUsers.on(redis);
      users.set("ann -xadd");
      assertThatThrownBy(() -> ann.command("XADD", "orders", "2-1", "id", "8"))
          .hasMessageContaining("NOPERM")
          .hasMessageContaining("xadd");
      assertThat(ann.command("XLEN", "orders")).isEqualTo(1L);

      users.delete("ann");
      assertThatThrownBy(() -> ann.command("XLEN", "orders"))
          .isInstanceOf(UncheckedIOException.class);
      assertThat(redis.command("ACL", "USERS")).asString().isEqualTo("[bob, default]");

      redis.restart();
      assertThat(redis.command("ACL", "USERS")).asString().isEqualTo("[ann, bob, default]");
    }
  }

  @Test
  void all_nodes_of_a_topology_are_given_the_same_users() {
    try (var sentinel = EmbeddedSentinel.builder().replicas(1).sentinels(1).start()) {
      AclUsers.on(sentinel.nodes()).set("ann on nopass ~* +@all");
      assertThat(sentinel.nodes())
          .allSatisfy(
              node ->
                  assertThat(node.command("ACL", "USERS")).asString().isEqualTo("[ann, default]"));
    }
  }
}
