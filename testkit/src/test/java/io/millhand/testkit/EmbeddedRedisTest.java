// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {

  @Test
  void a_server_answers_as_soon_as_start_returns() {
    try (var redis = EmbeddedRedis.start()) {
      assertThat(redis.command("PING")).isEqualTo("PONG");
      assertThat(redis.url()).isEqualTo("redis://127.0.0.1:" + redis.port());
      assertThat(redis.info("process_id")).isEqualTo(Long.toString(redis.pid()));
      assertThat(redis.version()).matches("\\d+\\.\\d+\\.\\d+.*");
    }
  }

  @Test
  void a_closed_server_leaves_no_process_no_port_and_no_folder() {
    var redis = EmbeddedRedis.start();
    var process = ProcessHandle.of(redis.pid()).orElseThrow();

    redis.close();

    assertThat(process.isAlive()).isFalse();
    assertThat(redis.dir()).doesNotExist();
    assertThatThrownBy(() -> redis.command("PING")).isInstanceOf(UncheckedIOException.class);
    redis.close();
  }

  @Test
  void a_server_listens_on_the_loopback_interface_only() throws IOException {
    try (var redis = EmbeddedRedis.start()) {
      for (var network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (var address : Collections.list(network.getInetAddresses())) {
          if (!address.isLoopbackAddress()) {
            assertThatThrownBy(() -> connect(address, redis.port()))
                .isInstanceOf(IOException.class);
          }
        }
      }
    }
  }

  private static void connect(InetAddress address, int port) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1_000);
    }
  }

  @Test
  void many_servers_start_at_once_on_ports_of_their_own() {
    var servers = IntStream.range(0, 8).parallel().mapToObj(i -> EmbeddedRedis.start()).toList();
    try {
      assertThat(servers.stream().map(EmbeddedRedis::port).distinct()).hasSize(8);
    } finally {
      servers.forEach(EmbeddedRedis::close);
    }
  }

  @Test
  void a_killed_server_comes_back_on_its_port_and_has_forgotten_everything() {
    try (var redis = EmbeddedRedis.start()) {
      var port = redis.port();
      var pid = redis.pid();
      redis.command("SET", "a", "1");

      redis.kill();

      assertThat(redis.isRunning()).isFalse();
      assertThatThrownBy(redis::pid)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("restart()");

      redis.restart();

      assertThat(redis.port()).isEqualTo(port);
      assertThat(redis.pid()).isNotEqualTo(pid);
      assertThat(redis.command("EXISTS", "a")).isEqualTo(0L);
    }
  }

  @Test
  void a_server_with_a_data_folder_finds_its_data_after_kill_and_after_close(@TempDir Path folder) {
    try (var redis =
        EmbeddedRedis.builder().dataDir(folder).config("appendfsync", "always").start()) {
      redis.command("XADD", "orders", "1-1", "id", "7");
      redis.kill();
      redis.restart();
      assertThat(redis.command("XLEN", "orders")).isEqualTo(1L);
      redis.command("XADD", "orders", "2-1", "id", "8");
    }
    try (var redis = EmbeddedRedis.builder().dataDir(folder).start()) {
      assertThat(redis.command("XLEN", "orders")).isEqualTo(2L);
    }
    assertThat(folder).isDirectoryContaining(file -> file.toString().contains("appendonly"));
  }

  @Test
  void two_servers_cannot_share_a_data_folder(@TempDir Path folder) {
    try (var redis = EmbeddedRedis.builder().dataDir(folder).start()) {
      assertThatThrownBy(() -> EmbeddedRedis.builder().dataDir(redis.dir()).start())
          .isInstanceOf(EmbeddedRedisException.class)
          .hasMessageContaining("in use");
      assertThat(redis.command("PING")).isEqualTo("PONG");
    }
  }

  @Test
  void a_paused_server_keeps_its_connections_and_answers_later() {
    try (var redis = EmbeddedRedis.start();
        var probe = redis.probe()) {
      redis.pause();
      assertThat(redis.isPaused()).isTrue();
      probe.replyTimeout(Duration.ofMillis(100));
      assertThatThrownBy(() -> probe.command("PING")).isInstanceOf(UncheckedIOException.class);

      redis.resume();

      probe.replyTimeout(Duration.ofSeconds(20));
      assertThat(probe.read()).isEqualTo("PONG");
      assertThat(redis.isPaused()).isFalse();
    }
  }

  @Test
  void a_paused_server_can_be_closed_killed_and_restarted(@TempDir Path folder) {
    try (var redis = EmbeddedRedis.builder().dataDir(folder).start()) {
      redis.pause();
      redis.kill();
      redis.restart();
      redis.pause();
      redis.restart();
      assertThat(redis.command("PING")).isEqualTo("PONG");
      redis.pause();
    }
  }

  @Test
  void a_password_is_asked_for_and_is_part_of_the_url_only() throws IOException {
    try (var redis = EmbeddedRedis.builder().password("s \"e/c").start();
        var stranger = RedisProbe.connect(redis.host(), redis.port(), Duration.ofSeconds(5))) {
      assertThatThrownBy(() -> stranger.command("PING"))
          .isInstanceOfSatisfying(
              RedisProbe.ErrorReply.class, e -> assertThat(e.code()).isEqualTo("NOAUTH"));
      assertThat(redis.command("PING")).isEqualTo("PONG");
      assertThat(redis.url()).startsWith("redis://:s%20%22e%2Fc@127.0.0.1:");
      assertThat(redis.toString()).doesNotContain("e/c");
      assertThat(Files.getPosixFilePermissions(redis.dir().resolve("redis.conf"))).hasSize(2);
    }
  }

  @Test
  void settings_of_the_user_win_over_ours() {
    try (var redis =
        EmbeddedRedis.builder()
            .config("appendonly", "yes")
            .config("save", "60", "1000")
            .config("client-output-buffer-limit", "normal", "1mb", "0", "0")
            .start()) {
      assertThat(redis.command("CONFIG", "GET", "appendonly"))
          .isEqualTo(List.of("appendonly", "yes"));
      assertThat(redis.command("CONFIG", "GET", "save")).isEqualTo(List.of("save", "60 1000"));
    }
  }

  @Test
  void a_server_that_does_not_start_says_what_its_log_says_and_keeps_it() {
    assertThatThrownBy(() -> EmbeddedRedis.builder().config("no-such-thing", "1").start())
        .isInstanceOf(EmbeddedRedisException.class)
        .hasMessageContaining("no-such-thing")
        .hasMessageContaining("redis.log")
        .satisfies(EmbeddedRedisTest::keepsItsLog);
  }

  private static void keepsItsLog(Throwable failure) throws IOException {
    var log =
        Path.of(failure.getMessage().replaceFirst("(?s).*its log (\\S+redis\\.log):.*", "$1"));
    assertThat(log).exists();
    try (var files = Files.list(log.getParent())) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(log.getParent());
  }

  @Test
  void a_fixed_port_that_stays_taken_is_an_error_that_names_it() throws IOException {
    try (var squatter = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedRedis.builder().port(squatter.getLocalPort()).start())
          .isInstanceOf(EmbeddedRedisException.class)
          .hasMessageContaining("port " + squatter.getLocalPort() + " is in use")
          .satisfies(EmbeddedRedisTest::keepsItsLog);
    }
  }

  @Test
  void a_program_that_is_no_server_or_too_old_is_refused(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> EmbeddedRedis.builder().executable(Path.of("/bin/echo")).start())
        .isInstanceOf(EmbeddedRedisException.class)
        .hasMessageContaining("/bin/echo is not a Redis server");
    assertThatThrownBy(() -> EmbeddedRedis.builder().executable(folder.resolve("none")).start())
        .isInstanceOf(EmbeddedRedisException.class)
        .hasMessageContaining("cannot be run");
    var old = folder.resolve("redis-server");
    Files.writeString(old, "#!/bin/sh\necho Redis server v=6.0.16 sha=00000000:0\n");
    assertThat(old.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() -> EmbeddedRedis.builder().executable(old).start())
        .isInstanceOf(EmbeddedRedisException.class)
        .hasMessageContaining("6.0.16")
        .hasMessageContaining("6.2");
  }

  @Test
  void the_packaged_server_runs_where_none_is_installed() {
    var program = PackagedServer.extract().orElseThrow();
    try (var redis = EmbeddedRedis.builder().executable(program).start()) {
      assertThat(redis.version()).isEqualTo("7.0.9");
      assertThat(redis.command("PING")).isEqualTo("PONG");
    }
  }

  @Test
  void bytes_go_in_and_out_as_they_are() {
    var key = "k".getBytes(UTF_8);
    var value = new byte[] {0, (byte) 0xff, '\r', '\n', (byte) 0xc3};
    try (var redis = EmbeddedRedis.start()) {
      assertThat(redis.command("SET".getBytes(UTF_8), key, value)).isEqualTo("OK");
      assertThat(redis.command("GET".getBytes(UTF_8), key)).isEqualTo(value);
    }
  }

  @Test
  void replies_of_each_kind_are_understood() {
    try (var redis = EmbeddedRedis.start();
        var probe = redis.probe()) {
      assertThat(probe.command("GET", "none")).isNull();
      assertThat(probe.command("INCR", "n")).isEqualTo(1L);
      assertThat(probe.command("MGET", "n", "none"))
          .isEqualTo(Collections.unmodifiableList(java.util.Arrays.asList("1", null)));
      assertThatThrownBy(() -> probe.command("XLEN", "n")).hasMessageStartingWith("WRONGTYPE");
      probe.command("MULTI");
      probe.command("XLEN", "n");
      assertThat(RedisProbe.list(probe.command("EXEC")))
          .first()
          .isInstanceOf(RedisProbe.ErrorReply.class);
      probe.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
      probe.flush();
      await().until(() -> "1".equals(redis.info("blocked_clients")));
      redis.command("XADD", "s", "1-1", "a", "b");
      assertThat(probe.read())
          .isEqualTo(List.of(List.of("s", List.of(List.of("1-1", List.of("a", "b"))))));
    }
  }
}
