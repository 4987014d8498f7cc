// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static io.millhand.testkit.Processes.SOON;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithRedis
class FaultProxyTest {

  private static final Duration SHORT = Duration.ofMillis(200);

  private EmbeddedRedis redis;
  private FaultProxy proxy;

  @BeforeEach
  void proxy(EmbeddedRedis server) {
    redis = server;
    proxy = FaultProxy.to(server);
  }

  @AfterEach
  void no_thread_is_left() {
    proxy.close();
    await()
        .atMost(SOON)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(
                        thread -> thread.getName().startsWith("fault-proxy " + proxy.port())));
  }

  private RedisProbe connect() {
    return RedisProbe.connect(proxy.host(), proxy.port(), SOON);
  }

  private static void assertTimesOut(RedisProbe probe) {
    probe.replyTimeout(SHORT);
    assertThatThrownBy(probe::read)
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseInstanceOf(SocketTimeoutException.class);
    probe.replyTimeout(SOON);
  }

  private static void assertIsReset(RedisProbe probe) {
    assertThatThrownBy(probe::read)
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void without_fault_bytes_pass_and_are_counted() {
    var value = "x".repeat(3_000_000);
    try (var probe = connect()) {
      assertThat(proxy.url()).isEqualTo("redis://127.0.0.1:" + proxy.port());
      assertThat(probe.command("SET", "k", value)).isEqualTo("OK");
      assertThat(probe.command("GET", "k")).isEqualTo(value);
      var connection = proxy.connections().getFirst();
      assertThat(connection.bytesToServer()).isBetween(3_000_000L, 3_000_100L);
      assertThat(connection.bytesToClient()).isBetween(3_000_000L, 3_000_100L);
      assertThat(String.valueOf(redis.command("CLIENT", "LIST")))
          .contains("addr=127.0.0.1:" + connection.serverSidePort() + " ");
    }
    proxy.awaitNoConnections(SOON);
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  @Test
  void delayed_bytes_arrive_later_and_a_pipeline_pays_the_delay_once() {
    try (var probe = connect()) {
      probe.command("PING");
      proxy.set(new Fault.Delay(Duration.ofMillis(100), Duration.ofMillis(50)));
      var start = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        probe.send("INCR", "n");
        probe.flush();
      }
      for (long i = 1; i <= 20; i++) {
        assertThat(probe.read()).isEqualTo(i);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(200), Duration.ofMillis(20 * 200));
    }
  }

  @Test
  void throttled_bytes_arrive_at_their_rate() {
    redis.command("SET", "k", "x".repeat(30_000));
    try (var probe = connect()) {
      probe.command("PING");
      proxy.set(new Fault.Throttle(60_000));
      var start = System.nanoTime();
      assertThat(probe.command("GET", "k")).asString().hasSize(30_000);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(400));
    }
  }

  @Test
  void with_requests_dropped_nothing_is_executed() {
    try (var probe = connect()) {
      probe.command("PING");
      proxy.set(new Fault.DropToServer());
      probe.send("SET", "k", "v");
      assertTimesOut(probe);
      assertThat(redis.command("EXISTS", "k")).isEqualTo(0L);
    }
  }

  @Test
  void with_replies_dropped_commands_are_executed_and_the_connection_is_of_no_use_any_more() {
    try (var probe = connect()) {
      probe.command("PING");
      proxy.set(new Fault.DropToClient());
      probe.send("SET", "k", "v");
      assertTimesOut(probe);
      assertThat(redis.command("GET", "k")).isEqualTo("v");

      proxy.pass();
      probe.send("GET", "k");
      assertIsReset(probe);
    }
    try (var probe = connect()) {
      assertThat(probe.command("GET", "k")).isEqualTo("v");
    }
  }

  @Test
  void through_a_black_hole_neither_end_learns_of_the_other_and_what_was_sent_arrives_afterwards() {
    var before = clients();
    var gone = connect();
    try (var probe = connect()) {
      probe.command("PING");
      gone.command("PING");
      proxy.set(new Fault.BlackHole());
      gone.close();
      probe.send("SET", "k", "v");
      assertTimesOut(probe);
      try (var another = connect()) {
        another.send("PING");
        assertTimesOut(another);
      }
      assertThat(redis.command("EXISTS", "k")).isEqualTo(0L);
      assertThat(clients()).isEqualTo(before + 2);

      proxy.pass();

      await().atMost(SOON).until(() -> clients() == before + 1);
      assertThat(probe.read()).isEqualTo("OK");
      assertThat(redis.command("GET", "k")).isEqualTo("v");
    }
  }

  /** How many connections the server knows; the one that asks is always among them. */
  private long clients() {
    return String.valueOf(redis.command("CLIENT", "LIST")).lines().count();
  }

  @Test
  void a_client_does_not_learn_through_a_black_hole_that_the_server_died() {
    try (var probe = connect()) {
      probe.command("PING");
      proxy.set(new Fault.BlackHole());
      redis.kill();
      assertTimesOut(probe);
      proxy.pass();
      assertThatThrownBy(probe::read)
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void new_connections_are_refused_while_those_there_pass() {
    try (var probe = connect()) {
      probe.command("PING");
      proxy.set(new Fault.Refuse());
      assertThatThrownBy(this::connect).hasRootCauseInstanceOf(ConnectException.class);
      assertThat(probe.command("PING")).isEqualTo("PONG");

      proxy.pass();

      try (var later = connect()) {
        assertThat(later.command("PING")).isEqualTo("PONG");
      }
      assertThat(proxy.connections().getFirst().number()).isZero();
    }
  }

  @Test
  void reset_strikes_the_connections_there_and_the_new_ones() {
    try (var probe = connect()) {
      probe.command("PING");
      proxy.set(new Fault.Reset());
      assertIsReset(probe);
      await().atMost(SOON).until(() -> clients() == 1);
      assertThatThrownBy(
              () -> {
                try (var another = connect()) {
                  another.command("PING");
                }
              })
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void reset_all_strikes_once() {
    try (var probe = connect()) {
      probe.command("PING");
      proxy.resetAll();
      assertIsReset(probe);
    }
    try (var probe = connect()) {
      assertThat(probe.command("PING")).isEqualTo("PONG");
    }
    assertThat(proxy.accepted()).isEqualTo(2);
  }

  @Test
  void after_a_half_close_the_client_sees_the_end_and_is_still_heard() {
    try (var probe = connect()) {
      probe.command("PING");
      proxy.set(new Fault.HalfClose());
      assertThatThrownBy(probe::read).hasMessageContaining("closed");
      probe.send("SET", "k", "v");
      probe.flush();
      await().atMost(SOON).until(() -> "v".equals(redis.command("GET", "k")));
    }
    proxy.awaitNoConnections(SOON);
  }

  @Test
  void a_reply_is_cut_in_its_middle() throws IOException {
    redis.command("SET", "k", "0123456789");
    try (var socket = new Socket(proxy.host(), proxy.port())) {
      proxy.awaitConnections(1, SOON);
      proxy.set(new Fault.CutAfter(9));
      socket.getOutputStream().write("GET k\r\n".getBytes(US_ASCII));
      var got = socket.getInputStream().readNBytes(9);
      assertThat(new String(got, US_ASCII)).isEqualTo("$10\r\n0123");
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void the_reply_to_a_named_command_is_lost_after_its_execution() throws Exception {
    try (var probe = connect();
        var bystander = connect()) {
      assertThat(bystander.command("PING")).isEqualTo("PONG");
      var struck = proxy.when("XADD", new Fault.CutAfter(0));
      assertThat(probe.command("SET", "k", "v")).isEqualTo("OK");

      probe.send("XADD", "s", "*", "a", "b");
      assertIsReset(probe);

      assertThat(redis.command("XLEN", "s")).isEqualTo(1L);
      assertThat(struck.get().isOpen()).isFalse();
      assertThat(bystander.command("XADD", "s", "*", "a", "b")).isInstanceOf(String.class);
    }
  }

  @Test
  void a_trigger_does_not_see_what_went_by_before_it_was_set() throws Exception {
    try (var probe = connect()) {
      assertThat(probe.command("XLEN", "s")).isEqualTo(0L);
      var struck = proxy.when("XLEN", new Fault.CutAfter(0));

      assertThat(probe.command("PING")).isEqualTo("PONG");
      assertThat(struck).isNotDone();
      probe.send("XLEN", "s");
      assertIsReset(probe);
    }
  }

  @Test
  void a_trigger_is_seen_across_the_borders_of_chunks_and_can_be_called_off() throws IOException {
    var called = proxy.when("XLEN", new Fault.Reset());
    called.cancel(true);
    var struck = proxy.when("DBSIZE", new Fault.DropToClient());
    try (var socket = new Socket(proxy.host(), proxy.port())) {
      for (var part : new String[] {"XLEN s\r\n", "DB", "SI", "ZE\r\n"}) {
        var before =
            proxy.connections().isEmpty() ? 0 : proxy.connections().getFirst().bytesToServer();
        socket.getOutputStream().write(part.getBytes(US_ASCII));
        proxy.awaitConnections(1, SOON);
        await()
            .atMost(SOON)
            .until(() -> proxy.connections().getFirst().bytesToServer() == before + part.length());
      }
      assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(":0\r\n".getBytes(US_ASCII));
      assertThat(struck).succeedsWithin(SOON);
      socket.setSoTimeout(Math.toIntExact(SHORT.toMillis()));
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void garbage_comes_once_and_is_the_same_for_the_same_seed() throws IOException {
    var seen = new byte[2][];
    for (int i = 0; i < 2; i++) {
      try (var seeded = FaultProxy.to(redis.host(), redis.port(), 42);
          var socket = new Socket(seeded.host(), seeded.port())) {
        seeded.set(new Fault.Garbage(16));
        socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
        seen[i] = socket.getInputStream().readNBytes(16 + 7);
        assertThat(Arrays.copyOfRange(seen[i], 16, 23)).asString().isEqualTo("+PONG\r\n");
        socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
        assertThat(socket.getInputStream().readNBytes(7)).asString().isEqualTo("+PONG\r\n");
      }
    }
    assertThat(seen[0]).isEqualTo(seen[1]);
  }

  @Test
  void a_fault_of_one_connection_leaves_the_others_alone() {
    try (var victim = connect();
        var other = connect()) {
      victim.command("PING");
      other.command("PING");
      proxy.connections().getFirst().set(new Fault.BlackHole());
      victim.send("PING");
      assertTimesOut(victim);
      assertThat(other.command("PING")).isEqualTo("PONG");
      assertThatThrownBy(() -> proxy.connections().getFirst().set(new Fault.Refuse()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_server_that_is_not_there_is_a_connection_reset() {
    redis.kill();
    assertThatThrownBy(
            () -> {
              try (var probe = connect()) {
                probe.command("PING");
              }
            })
        .isInstanceOf(UncheckedIOException.class);
    proxy.awaitAccepted(1, SOON);
    proxy.awaitNoConnections(SOON);
  }

  @Test
  void an_end_of_one_side_reaches_the_other() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var plain = FaultProxy.to("127.0.0.1", server.getLocalPort());
        var client = new Socket(plain.host(), plain.port());
        var accepted = server.accept()) {
      client.getOutputStream().write(1);
      client.shutdownOutput();
      assertThat(accepted.getInputStream().readAllBytes()).hasSize(1);
      accepted.getOutputStream().write(new byte[] {1, 2});
      accepted.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).hasSize(2);
      plain.awaitNoConnections(SOON);
    }
  }

  @Test
  void what_is_waited_for_in_vain_is_an_error_that_tells_the_state() {
    assertThatThrownBy(() -> proxy.awaitAccepted(1, Duration.ofMillis(10)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("accepted 0");
  }
}
