// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static io.millhand.testkit.Processes.SOON;
import static io.millhand.testkit.Processes.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's life hangs on its parent's. */
class ServerLifeTest {

  /**
   * Starts a server, in a data folder if one is given, says where it is, and waits; never closes
   * it.
   */
  static final class Owner {
    public static void main(String[] args) throws InterruptedException {
      var settings = EmbeddedRedis.builder();
      if (args.length > 0) {
        settings.dataDir(Path.of(args[0]));
      }
      var redis = settings.start();
      redis.command("XADD", "orders", "1-1", "id", "7");
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> System.out.println("at exit " + redis.command("PING"))));
      System.out.println(redis.pid() + " " + redis.port() + " " + redis.dir());
      new CountDownLatch(1).await();
    }
  }

  private record Owned(ChildProcess owner, long server, int port, Path dir) {
    static Owned by(ChildProcess owner) {
      var words =
          List.of(owner.awaitLine(line -> line.matches("\\d+ \\d+ .*"), SOON).split(" ", -1));
      return new Owned(
          owner,
          Long.parseLong(words.get(0)),
          Integer.parseInt(words.get(1)),
          Path.of(words.get(2)));
    }
  }

  @Test
  void a_server_dies_with_its_parent_even_when_that_is_killed() {
    try (var owner = ChildProcess.java(Owner.class).start()) {
      var owned = Owned.by(owner);
      owner.signal("KILL");
      await().atMost(SOON).until(() -> Processes.isGone(owned.server()));
      await().atMost(SOON).until(() -> !Files.exists(owned.dir()));
    }
  }

  @Test
  void a_paused_server_dies_with_its_parent_too(@TempDir Path folder) {
    try (var owner = ChildProcess.java(Owner.class).args(folder.toString()).start()) {
      var owned = Owned.by(owner);
      signal("STOP", owned.server());
      owner.signal("KILL");
      await().atMost(SOON).until(() -> Processes.isGone(owned.server()));
    }
  }

  @Test
  void a_server_outlives_its_parents_shutdown_hooks_when_both_are_interrupted_together() {
    // What a terminal does on Ctrl-C: SIGINT to the whole foreground group, which is the owner and
    // all that it started.
    try (var owner = ChildProcess.java(Owner.class).start()) {
      var owned = Owned.by(owner);
      signal("INT", -owner.pid());
      assertThat(owner.awaitExit(SOON)).isEqualTo(130);
      assertThat(owner.lines()).last().isEqualTo("at exit PONG");
      await().atMost(SOON).until(() -> Processes.isGone(owned.server()));
    }
  }

  @Test
  void a_data_folder_is_found_again_right_after_its_owner_was_killed(@TempDir Path folder) {
    try (var owner = ChildProcess.java(Owner.class).args(folder.toString()).start()) {
      Owned.by(owner);
      owner.signal("KILL");
      owner.awaitExit(SOON);
      try (var redis = EmbeddedRedis.builder().dataDir(folder).start()) {
        assertThat(redis.command("XLEN", "orders")).isEqualTo(1L);
      }
    }
  }
}
