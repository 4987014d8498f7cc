// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millhand.Millhand;
import io.millhand.Producer;
import io.millhand.config.Durability;
import io.millhand.delivery.Fields;
import io.millhand.error.DeniedException;
import io.millhand.error.MillhandException;
import io.millhand.error.NotDurableException;
import io.millhand.error.RefusedException;
import io.millhand.error.SettingsException;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends that wait for replicas and disks. */
class DurabilityTest extends OnEachServer {

  private static final Map<String, String> ENTRY = Map.of("order_id", "1");
  private static final Duration LONG = ofSeconds(20);
  private static final Duration BRIEF = ofMillis(300);

  private Millhand millhand;

  @BeforeEach
  void connect() {
    millhand = track(Millhand.connect(redis.url()));
    // Else a replica waits five seconds for others that might want the same copy.
    raw("CONFIG", "SET", "repl-diskless-sync-delay", "0");
  }

  @AfterEach
  void restore() {
    raw("CONFIG", "SET", "appendonly", "no");
    raw("ACL", "SETUSER", "default", "+@all");
  }

  private Producer producer(Durability durability) {
    return millhand.producerBuilder(KEYS.stream()).durability(durability).build();
  }

  /** Of the same program, and connected. */
  private EmbeddedRedis replica(String... config) {
    var builder =
        EmbeddedRedis.builder()
            .executable(redis.executable())
            .config("replicaof", redis.host(), "" + redis.port());
    for (int i = 0; i < config.length; i += 2) {
      builder.config(config[i], config[i + 1]);
    }
    var replica = track(builder.start());
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> String.valueOf(redis.info("slave0")).contains("state=online"));
    // Online it may be before it has loaded its copy, and then it confirms nothing yet.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                "up".equals(replica.info("master_link_status"))
                    && String.valueOf(redis.info("slave0"))
                        .contains("offset=" + redis.info("master_repl_offset") + ","));
    return replica;
  }

  /** Until the replica confirms to this one, too, in the brief time that a test is about. */
  private static void warmUp(Producer producer) {
    await()
        .ignoreExceptionsInstanceOf(NotDurableException.class)
        .until(() -> producer.sendOnce("warm-up", ENTRY) != null);
  }

  private boolean hasWaitaof() {
    return streams.probe().isAtLeast(7, 2);
  }

  private void keepOnDisk() {
    raw("CONFIG", "SET", "appendfsync", "always");
    raw("CONFIG", "SET", "appendonly", "yes");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> "0".equals(redis.info("aof_rewrite_in_progress")));
  }

  @Test
  void an_entry_that_a_replica_confirmed_is_there() {
    var replica = replica();

    var id = producer(Durability.replicas(1, LONG)).send(ENTRY);

    assertThat(idsOn(replica)).containsExactly(id.toString());
  }

  @Test
  void with_too_few_replicas_the_entry_is_told_to_exist_and_not_to_be_durable() {
    var replica = replica();
    var producer = producer(Durability.replicas(1, BRIEF));
    replica.pause();

    assertThatThrownBy(() -> producer.send(ENTRY))
        .isInstanceOfSatisfying(
            NotDurableException.class,
            e ->
                assertThat(idsOn(redis)).isEqualTo(e.ids().stream().map(Object::toString).toList()))
        .hasMessageContaining("0 of 1 replicas confirmed within 300 ms");

    replica.resume();
    assertThat(producer(Durability.replicas(1, LONG)).send(ENTRY)).isNotNull();
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(2L);
  }

  @Test
  void a_repeated_send_waits_anew_for_what_another_connection_added() {
    var replica = replica();
    var one = producer(Durability.replicas(1, BRIEF));
    var other = producer(Durability.replicas(1, BRIEF));
    warmUp(one);
    warmUp(other);
    replica.pause();

    var first = notDurable(() -> one.sendOnce("payment-1", ENTRY));
    var second = notDurable(() -> other.sendOnce("payment-1", ENTRY));
    // A connection that has written nothing yet has nothing to wait for of its own.
    var third =
        notDurable(() -> producer(Durability.replicas(1, BRIEF)).sendOnce("payment-1", ENTRY));

    assertThat(second.ids()).isEqualTo(first.ids()).isEqualTo(third.ids());
    replica.resume();
    assertThat(producer(Durability.replicas(1, LONG)).sendOnce("payment-1", ENTRY))
        .isEqualTo(first.ids().get(0));
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(2L);
  }

  private static NotDurableException notDurable(Runnable send) {
    try {
      send.run();
    } catch (NotDurableException e) {
      return e;
    }
    throw new AssertionError("it was told to be durable");
  }

  @Test
  void entries_that_go_out_together_share_one_question_and_all_are_named() {
    var replica = replica();
    var producer = producer(Durability.replicas(1, BRIEF));
    raw("CONFIG", "RESETSTAT");
    replica.pause();

    var entries = IntStream.range(0, 400).mapToObj(i -> Fields.of("n", "" + i)).toList();
    var error = notDurable(() -> producer.sendAll(entries));

    assertThat(error.ids()).hasSize(400).doesNotHaveDuplicates().isSorted();
    assertThat(calls("wait")).isBetween(1L, 20L);
  }

  private long calls(String command) {
    var text = redis.info("cmdstat_" + command);
    return text == null ? 0 : Long.parseLong(text.replaceAll("^calls=(\\d+),.*$", "$1"));
  }

  @Test
  void a_send_of_which_nothing_is_asked_is_a_plain_xadd_and_nothing_else() {
    raw("CONFIG", "RESETSTAT");

    millhand.producer(KEYS.stream()).send(ENTRY);

    assertThat(calls("xadd")).isEqualTo(1);
    assertThat(calls("wait")).isZero();
    assertThat(calls("evalsha")).isZero();
    assertThat(rawList("KEYS", "*")).hasSize(1);
  }

  @Test
  void what_the_disk_has_is_durable() {
    assumeTrue(hasWaitaof(), () -> redis.version() + " has no WAITAOF");
    var server =
        track(
            EmbeddedRedis.builder()
                .executable(redis.executable())
                .config("appendonly", "yes")
                .config("appendfsync", "no")
                .start());
    var own = track(Millhand.connect(server.url()));

    // It is in the file, and would outlive the server's end, but nobody has asked for a sync.
    var written = notDurable(() -> fsynced(own, BRIEF).sendOnce("payment-1", ENTRY));
    assertThat(written).hasMessageContaining("not on the server's own disk");
    server.command("CONFIG", "SET", "appendfsync", "everysec");
    var first = fsynced(own, LONG).sendOnce("payment-1", ENTRY);
    var second = fsynced(own, LONG).send(ENTRY);

    assertThat(written.ids()).containsExactly(first);
    server.kill();
    server.restart();
    assertThat(idsOn(server)).containsExactly(first.toString(), second.toString());
  }

  private static Producer fsynced(Millhand own, Duration within) {
    return own.producerBuilder(KEYS.stream()).durability(Durability.fsynced(within)).build();
  }

  @Test
  void what_the_disk_of_a_replica_has_not_is_told_as_such() {
    assumeTrue(hasWaitaof(), () -> redis.version() + " has no WAITAOF");
    keepOnDisk();
    var replica = replica("appendonly", "yes");
    assertThat(producer(Durability.fsynced(1, LONG)).send(ENTRY)).isNotNull();
    replica.pause();

    assertThat(notDurable(() -> producer(Durability.fsynced(1, BRIEF)).send(ENTRY)))
        .hasMessageContaining("it is on the server's own disk, 0 of 1 replicas");
    replica.resume();
  }

  @Test
  void a_server_without_an_append_only_file_is_refused_before_anything_is_added() {
    assumeTrue(hasWaitaof(), () -> redis.version() + " has no WAITAOF");

    assertThatThrownBy(() -> producer(Durability.fsynced(LONG)).send(ENTRY))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("appendonly yes");
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(0L);
  }

  @Test
  void a_server_without_waitaof_is_refused_with_its_version_and_what_to_do_instead() {
    assumeTrue(!hasWaitaof(), () -> redis.version() + " has WAITAOF");

    assertThatThrownBy(() -> producer(Durability.fsynced(LONG)).send(ENTRY))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(redis.version())
        .hasMessageContaining("appendfsync always");
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(0L);
  }

  @Test
  void who_may_not_wait_is_told_before_anything_is_added() {
    raw("ACL", "SETUSER", "default", "-wait");

    assertThatThrownBy(() -> producer(Durability.replicas(1, BRIEF)).send(ENTRY))
        .isInstanceOf(DeniedException.class)
        .hasMessageContaining("WAIT");
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(0L);
  }

  @Test
  void a_permission_that_is_taken_away_later_is_told_with_the_entry() {
    var producer = producer(Durability.replicas(1, LONG));
    replica();
    producer.send(ENTRY);
    raw("ACL", "SETUSER", "default", "-wait");

    var error = notDurable(() -> producer.send(ENTRY));

    assertThat(error).hasCauseInstanceOf(DeniedException.class);
    assertThat(error.ids()).hasSize(1);
  }

  @Test
  void what_cannot_work_is_refused_when_the_producer_is_made() {
    for (var wrong :
        List.of(
            Durability.replicas(0, LONG),
            Durability.replicas(1, Duration.ZERO),
            Durability.fsynced(-1, LONG),
            Durability.fsynced(ofSeconds(301)))) {
      assertThatThrownBy(() -> producer(wrong))
          .as("%s", wrong)
          .isInstanceOf(SettingsException.class)
          .isInstanceOf(MillhandException.class)
          .hasMessageContaining("durability");
    }
  }

  /** By another way than ours. */
  private static List<String> idsOn(EmbeddedRedis server) {
    return RedisProbe.list(server.command("XRANGE", KEYS.stream(), "-", "+")).stream()
        .map(row -> String.valueOf(((List<?>) row).get(0)))
        .toList();
  }
}
