// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.millhand.config.Credentials;
import io.millhand.config.GroupStart;
import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections, and what becomes of them. */
@WithRedis
class ConnectionTest {

  private static final Keys KEYS = Keys.of("orders", "processing");
  private static final Identity ME = new Identity("w1", "boot-1");

  private EmbeddedRedis redis;
  private RedisStreams streams;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @BeforeEach
  void begin(EmbeddedRedis redis) {
    this.redis = redis;
    redis.command("XGROUP", "CREATE", KEYS.stream(), KEYS.group(), "0", "MKSTREAM");
    streams = streams(redis.port(), 0, ofSeconds(10));
  }

  @AfterEach
  void end() throws Exception {
    for (var each : opened) {
      each.close();
    }
  }

  private <C extends AutoCloseable> C track(C resource) {
    opened.push(resource);
    return resource;
  }

  private static RedisStreams streams(int port, int database, Duration commandTimeout) {
    return streams("127.0.0.1", port, database, Optional.empty(), commandTimeout);
  }

  private static RedisStreams streams(
      String host, int port, int database, Optional<RedisSettings.Tls> tls, Duration timeout) {
    return new RedisStreams(
        new RedisSettings(
            new Target.Single(new Node(host, port)),
            database,
            tls,
            () -> Credentials.NONE,
            ofSeconds(5),
            timeout));
  }

  private static UnavailableException unavailable(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    var error = catchThrowableOfType(UnavailableException.class, call);
    assertThat(error).isNotNull();
    return error;
  }

  private long clients() {
    return ((String) redis.command("CLIENT", "LIST"))
        .lines()
        .filter(line -> line.contains("name=millhand-"))
        .count();
  }

  private void awaitNoClients() {
    await().pollInterval(ofMillis(2)).atMost(ofSeconds(5)).until(() -> clients() == 0);
  }

  @Test
  void a_server_is_known_after_the_first_connection() {
    var server = streams.probe();

    assertThat(server.version()).isEqualTo(redis.version());
    assertThat(server.isAtLeast(6, 2)).isTrue();
    assertThat(server.runId()).contains(redis.info("run_id"));
    assertThat(server.clientId()).isPresent();
    assertThat(server.listsClients()).isTrue();
    assertThat(server.evictionPolicy()).contains("noeviction");
    assertThat(server.uptimeSeconds()).isNotNegative();
    awaitNoClients();
  }

  @Test
  void each_connection_has_a_name_for_those_who_look_at_the_server() {
    track(streams.reading(KEYS, ME, 1000));
    track(streams.settling(KEYS, ME, SettleCommands.OnceSettled.KEEP));
    track(streams.working(KEYS, ME));
    track(streams.keeping(KEYS, ME));
    track(streams.sending("orders"));
    track(streams.inspecting(streams.nodes().get(0)));

    assertThat((String) redis.command("CLIENT", "LIST"))
        .contains("name=millhand-read", "name=millhand-settle", "name=millhand-beat")
        .contains("name=millhand-keep", "name=millhand-send", "name=millhand-inspect");
  }

  @Test
  void where_nobody_listens_the_address_and_the_remedy_are_told() throws IOException {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    var error = unavailable(() -> streams(free, 0, ofSeconds(1)).probe());

    assertThat(error.reason()).isEqualTo(Reason.NOT_CONNECTED);
    assertThat(error.mayHaveBeenDone()).isFalse();
    assertThat(error)
        .hasMessageContaining("redis://127.0.0.1:" + free)
        .hasMessageContaining("Check address, port and TLS");
  }

  @Test
  void a_host_that_does_not_exist_is_told() {
    var error =
        unavailable(
            () -> streams("no-such-host.invalid", 6379, 0, Optional.empty(), ofSeconds(1)).probe());

    assertThat(error.reason()).isEqualTo(Reason.NOT_CONNECTED);
    assertThat(error).hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void tls_to_a_port_that_speaks_none_is_told_as_not_connected() {
    var tls =
        Optional.of(
            new RedisSettings.Tls(
                () -> (SSLSocketFactory) SSLSocketFactory.getDefault(),
                RedisSettings.Verify.HOSTNAME));
    var error =
        unavailable(() -> streams("127.0.0.1", redis.port(), 0, tls, ofMillis(300)).probe());

    assertThat(error.reason()).isEqualTo(Reason.NOT_CONNECTED);
    assertThat(error).hasMessageContaining("rediss://127.0.0.1");
  }

  @Test
  void a_server_that_is_no_redis_is_told_as_unavailable() {
    try (var server = new LyingServer("HTTP/1.1 400 no\r\n\r\n")) {
      var error = unavailable(() -> streams(server.port(), 0, ofSeconds(2)).probe());

      assertThat(error).hasMessageContaining("127.0.0.1:" + server.port());
    }
  }

  @Test
  void a_server_that_accepts_and_never_answers_is_given_up_in_time() throws IOException {
    try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      unavailable(() -> streams(server.getLocalPort(), 0, ofMillis(200)).probe());
    }
  }

  @Test
  void the_database_of_the_settings_is_used() {
    var other = streams(redis.port(), 3, ofSeconds(5));
    var sender = track(other.sending("orders"));
    sender.add(List.of(Fields.of("a", "1")));

    assertThat(other.address()).endsWith("/3");
    assertThat(redis.command("XLEN", "orders")).isEqualTo(0L);
    try (var probe = redis.probe()) {
      probe.command("SELECT", "3");
      assertThat(probe.command("XLEN", "orders")).isEqualTo(1L);
    }
  }

  @Test
  void a_database_that_does_not_exist_is_refused_rather_than_another_one_used() {
    assertThatThrownBy(() -> streams(redis.port(), 4711, ofSeconds(5)).probe())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("DB index");
    awaitNoClients();
  }

  @Test
  void a_server_without_room_for_another_client_says_so() {
    redis.command("CONFIG", "SET", "maxclients", "1");
    try (var probe = redis.probe()) {
      probe.command("PING");
      var error = unavailable(() -> streams.probe());

      assertThat(error.reason()).isEqualTo(Reason.TOO_MANY_CLIENTS);
      assertThat(error.mayHaveBeenDone()).isFalse();
    }
  }

  @Test
  void a_server_that_is_busy_with_a_script_says_so() {
    redis.command("CONFIG", "SET", "lua-time-limit", "10");
    var worker = track(streams.working(KEYS, ME));
    try (var busy = redis.probe();
        var killer = redis.probe()) {
      busy.send("EVAL", "while true do end", "0");
      busy.flush();
      var error =
          await()
              .pollInterval(ofMillis(2))
              .atMost(ofSeconds(10))
              .until(
                  () ->
                      catchThrowableOfType(
                          UnavailableException.class, () -> worker.beat(ofMillis(10))),
                  e -> e != null);
      assertThat(error.reason()).isEqualTo(Reason.BUSY);
      assertThat(error.mayHaveBeenDone()).isFalse();
      assertThat(worker.isBroken()).isFalse();

      killer.command("SCRIPT", "KILL");
      assertThatThrownBy(busy::read).hasMessageContaining("killed");
    }
    assertThat(worker.beat(ofMillis(10)).registered()).isFalse();
  }

  @Test
  void a_reply_that_does_not_come_in_time_ends_the_connection() {
    var slow = track(streams(redis.port(), 0, ofMillis(100)).working(KEYS, ME));
    redis.pause();
    try {
      var error = unavailable(() -> slow.beat(ofSeconds(2)));

      assertThat(error.reason()).isEqualTo(Reason.CONNECTION_LOST);
      assertThat(error.mayHaveBeenDone()).isTrue();
      assertThat(error).hasMessageContaining("no reply to").hasMessageContaining("in time");
      assertThat(slow.isBroken()).isTrue();
    } finally {
      redis.resume();
    }
  }

  @Test
  void a_blocked_read_whose_reply_never_comes_ends_by_itself() {
    var reader = track(streams.reading(KEYS, ME, 1000));
    redis.pause();
    var begin = System.nanoTime();
    try {
      var error = unavailable(() -> reader.readNew(10, ofMillis(100)));

      assertThat(error.reason()).isEqualTo(Reason.CONNECTION_LOST);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(ofSeconds(3), ofSeconds(9));
      assertThat(reader.isBroken()).isTrue();
    } finally {
      redis.resume();
    }
  }

  @Test
  void a_killed_server_breaks_the_connection_and_a_new_one_serves_after_its_restart() {
    var worker = track(streams.working(KEYS, ME));
    worker.beat(ofSeconds(2));
    redis.kill();

    assertThat(unavailable(() -> worker.beat(ofSeconds(2))).reason())
        .isEqualTo(Reason.CONNECTION_LOST);
    assertThat(worker.isBroken()).isTrue();
    assertThat(unavailable(() -> streams.working(KEYS, ME)).reason())
        .isEqualTo(Reason.NOT_CONNECTED);

    redis.restart();
    assertThat(track(streams.working(KEYS, ME)).beat(ofSeconds(2)).registered()).isFalse();
  }

  @Test
  void a_connection_that_was_aborted_sends_nothing_ever_again() {
    var reader = track(streams.reading(KEYS, ME, 1000));
    redis.command("XADD", KEYS.stream(), "*", "a", "1");
    reader.abort();

    assertThat(reader.isBroken()).isTrue();
    assertThat(unavailable(() -> reader.readNew(10, ZERO)).reason())
        .isEqualTo(Reason.CONNECTION_LOST);
    assertThat(unavailable(() -> reader.readNew(10, ofMillis(10))).reason())
        .isEqualTo(Reason.CONNECTION_LOST);
    unavailable(() -> reader.ownPending(EntryId.ZERO, 10));
    assertThat(reader.isBroken()).isTrue();
    assertThat((List<?>) redis.command("XINFO", "CONSUMERS", KEYS.stream(), KEYS.group()))
        .isEmpty();
    awaitNoClients();
  }

  @Test
  void a_connection_that_was_closed_sends_nothing_ever_again() {
    var sender = track(streams.sending("orders"));
    sender.close();

    unavailable(() -> sender.add(List.of(Fields.of("a", "1"))));

    assertThat(sender.isBroken()).isTrue();
    assertThat(redis.command("XLEN", "orders")).isEqualTo(0L);
    awaitNoClients();
  }

  @Test
  void a_connection_in_another_database_does_not_come_back_in_the_first_one() {
    var sender = track(streams(redis.port(), 3, ofSeconds(5)).sending("orders"));
    sender.abort();

    unavailable(() -> sender.add(List.of(Fields.of("a", "1"))));

    assertThat(redis.command("XLEN", "orders")).isEqualTo(0L);
  }

  @Test
  void closing_and_aborting_may_be_repeated() {
    var worker = streams.working(KEYS, ME);
    worker.close();
    worker.abort();
    worker.close();
    worker.abort();

    assertThat(worker.isBroken()).isTrue();
  }

  @Test
  void aborting_under_a_busy_thread_leaves_no_connection_behind() throws Exception {
    for (int i = 0; i < 20; i++) {
      var worker = streams.working(KEYS, ME);
      var began = new AtomicBoolean();
      var failure = new ArrayList<Throwable>();
      var busy =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (true) {
                        worker.beat(ofSeconds(2));
                        began.set(true);
                      }
                    } catch (Throwable e) {
                      failure.add(e);
                    }
                  });
      await().pollInterval(ofMillis(1)).atMost(ofSeconds(5)).untilTrue(began);
      worker.abort();
      busy.join();

      assertThat(failure.get(0)).isInstanceOf(UnavailableException.class);
      assertThat(worker.isBroken()).isTrue();
    }
    awaitNoClients();
  }

  @Test
  void a_name_of_any_characters_is_a_stream_and_a_group() {
    var keys = Keys.of("bestellungen \u00fc\r\n{x}", "gruppe \ud83d\ude00");
    var reader = track(streams.reading(keys, ME, 1000));
    reader.group(GroupStart.beginning(), ReadCommands.Seen.NEVER, Optional.empty());
    var sender = track(streams.sending(keys.stream()));

    var id = ((SendCommands.Added.Ok) sender.add(List.of(Fields.of("a", "1"))).get(0)).id();

    assertThat(reader.readNew(10, ZERO)).extracting(Arrival::id).containsExactly(id);
    assertThat(track(streams.working(keys, ME)).beat(ofSeconds(2)).registered()).isFalse();
  }
}
