// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.error.RefusedException;
import io.millhand.error.SettingsException;
import io.millhand.event.Event;
import io.millhand.inspect.Actions.Selection;
import io.millhand.testkit.EmbeddedCluster;
import io.millhand.testkit.EmbeddedRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three masters with a replica each, all real. */
class ClusterTest {

  private static final Duration NODE_TIMEOUT = ofSeconds(2);

  /** The bar: what a failover may cost besides the time after which the nodes act. */
  private static final Duration BESIDES = ofSeconds(3);

  /** What it may cost from the moment on at which most nodes name another owner. */
  private static final Duration OURS = ofMillis(1500);

  private static final Duration GRACE = ofSeconds(2);
  private static final Duration LEASE = ofSeconds(4);

  /** How long a handler that was let start may wait for a processor. */
  private static final Duration STARTING = ofMillis(500);

  private static EmbeddedCluster redis;

  private final Recorder events = new Recorder();
  private Millhand millhand;

  @BeforeAll
  static void begin() {
    redis = EmbeddedCluster.builder().nodeTimeout(NODE_TIMEOUT).start();
  }

  @AfterAll
  static void end() {
    redis.close();
  }

  @BeforeEach
  void connect() {
    millhand = Millhand.connect(redis.uri());
  }

  @AfterEach
  void close() {
    millhand.close();
    redis.masters().forEach(node -> node.command("FLUSHALL"));
  }

  private Traffic traffic(String stream) {
    return traffic(stream, worker -> worker);
  }

  private Traffic traffic(String stream, UnaryOperator<WorkerBuilder<Entry>> settings) {
    var traffic = new Traffic(millhand.producer(stream));
    for (int i = 0; i < 2; i++) {
      settings
          .apply(millhand.worker(stream, "processing"))
          .listener(events)
          .onEach(delivery -> traffic.handle(Integer.parseInt(delivery.text("number"))))
          .start();
    }
    traffic.start();
    traffic.awaitMore(200);
    return traffic;
  }

  /** How long the nodes take to agree: on a busy machine that alone may be more than the bar. */
  private static Duration untilAnotherOwns(String stream, EmbeddedRedis before) {
    var start = System.nanoTime();
    await().atMost(ofSeconds(20)).until(() -> redis.owner(stream) != before);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static Duration most(Duration theirs) {
    var bar = NODE_TIMEOUT.plus(BESIDES);
    var ours = theirs.plus(OURS);
    return ours.compareTo(bar) > 0 ? ours : bar;
  }

  private static EmbeddedRedis otherThan(EmbeddedRedis node) {
    return redis.masters().stream().filter(each -> each != node).findFirst().orElseThrow();
  }

  @Test
  void streams_of_all_nodes_are_worked_on_and_looked_at_through_one_address() {
    // Slots 16287, 4998 and 8157 of three masters.
    var streams = List.of("orders", "{b}mails", "c");
    for (var stream : streams) {
      millhand.worker(stream, "g").listener(events).onEach(delivery -> {}).start();
      millhand.producer(stream).send(Map.of("number", "1"));
    }

    events.await(Event.Acked.class, 3);
    var inspector = millhand.inspector();
    assertThat(inspector.streams()).containsExactlyInAnyOrderElementsOf(streams);
    assertThat(inspector.groups(streams)).hasSize(3).allMatch(group -> group.workers() == 1);
    assertThat(inspector.servers()).hasSize(3);
    assertThat(streams.stream().map(redis::owner).distinct().count()).isGreaterThan(1);
  }

  @Test
  void entries_are_moved_to_a_stream_of_another_node() {
    var here = "orders";
    var there =
        List.of("a", "b", "c", "d", "e").stream()
            .filter(each -> redis.owner(each) != redis.owner(here))
            .findFirst()
            .orElseThrow();
    var id = millhand.producer(here).send(Map.of("number", "1"));

    var moved = millhand.operator().move(here, new Selection.Ids(List.of(id)), there);

    assertThat(moved.added()).isEqualTo(1);
    assertThat(millhand.inspector().newest(here, 1)).isEmpty();
    assertThat(millhand.inspector().newest(there, 1))
        .singleElement()
        .satisfies(entry -> assertThat(entry.fields().text("number")).isEqualTo("1"));
  }

  @Test
  void a_slot_that_moves_under_load_takes_its_workers_and_producers_along() throws Exception {
    try (var traffic = traffic("orders")) {
      for (int i = 0; i < 4; i++) {
        redis.moveSlot(EmbeddedCluster.slot("orders"), otherThan(redis.owner("orders")));
        traffic.awaitMore(100);
      }
      assertThat(traffic.finish()).isEmpty();
    }
    assertThat(events.all(Event.GroupRecreated.class)).isEmpty();
  }

  @Test
  void while_a_slot_is_on_its_way_what_has_one_key_goes_on_and_the_rest_waits() throws Exception {
    var slot = EmbeddedCluster.slot("orders");
    try (var traffic = traffic("orders", worker -> worker.reconnectGrace(GRACE).lease(LEASE))) {
      redis.beginMove(slot, otherThan(redis.owner("orders")));
      redis.moveKeys(slot);
      traffic.awaitMore(5);
      await().pollDelay(GRACE.plus(STARTING)).until(() -> true);
      var sent = traffic.sent();
      var handled = traffic.handled();
      await().until(() -> events.all(Event.Acked.class).size() >= handled);

      await().pollDelay(LEASE).until(() -> traffic.sent() >= sent + 100);
      assertThat(traffic.handled()).as("handled after the grace").isEqualTo(handled);
      redis.moveKeys(slot);
      redis.finishMove(slot);
      traffic.awaitMore(100);

      assertThat(traffic.finish()).isEmpty();
      events.awaitNone(Event.WorkerDied.class, LEASE);
    }
    assertThat(events.all(Event.Reclaimed.class)).isEmpty();
    assertThat(events.all(Event.GroupRecreated.class)).isEmpty();
  }

  /** Claims are scripts; a turn that begins with one must not end with it each time. */
  @Test
  void while_a_slot_is_on_its_way_new_entries_come_however_often_reading_has_failed()
      throws Exception {
    var slot = EmbeddedCluster.slot("orders");
    var target = otherThan(redis.owner("orders"));
    try (var traffic =
        traffic("orders", worker -> worker.reconnectGrace(ofSeconds(20)).lease(ofSeconds(40)))) {
      redis.beginMove(slot, target);
      redis.moveKeys(slot);
      target.command("ACL", "SETUSER", "default", "-xreadgroup");
      // By then each loop waits as long as it ever does between two tries.
      await().pollDelay(ofSeconds(3)).until(() -> true);
      target.command("ACL", "SETUSER", "default", "+xreadgroup");
      traffic.awaitMore(100);

      redis.finishMove(slot);
      assertThat(traffic.finish()).isEmpty();
    }
  }

  @Test
  void a_failover_that_was_asked_for_loses_nothing() throws Exception {
    try (var traffic = traffic("orders")) {
      redis.failover(redis.replicaOf(redis.owner("orders")));
      traffic.awaitMore(200);

      assertThat(traffic.finish()).isEmpty();
      assertThat(traffic.longestGap()).isLessThan(ofSeconds(2));
    }
    assertThat(events.all(Event.GroupRecreated.class)).isEmpty();
  }

  @Test
  void when_the_owner_of_the_slot_is_killed_all_go_on_at_its_replica() throws Exception {
    try (var traffic = traffic("orders")) {
      var before = redis.owner("orders");
      before.kill();
      var theirs = untilAnotherOwns("orders", before);
      traffic.awaitMore(200);

      assertThat(traffic.longestGap()).isLessThan(most(theirs));
      assertThat(traffic.finish(millhand.inspector())).isEmpty();
      before.restart();
      redis.awaitHealthy(ofSeconds(20));
    }
    assertThat(events.all(Event.OutageStarted.class).size()).isLessThanOrEqualTo(2);
  }

  @Test
  void when_the_owner_of_the_slot_freezes_nobody_waits_for_its_time_outs() throws Exception {
    try (var traffic = traffic("orders")) {
      var before = redis.owner("orders");
      before.pause();
      Duration theirs;
      try {
        theirs = untilAnotherOwns("orders", before);
        traffic.awaitMore(200);
      } finally {
        before.resume();
      }
      assertThat(traffic.longestGap()).isLessThan(most(theirs));
      assertThat(traffic.finish(millhand.inspector())).isEmpty();
      redis.awaitHealthy(ofSeconds(20));
    }
  }

  @Test
  void a_key_from_which_no_hash_tag_can_be_made_is_refused() {
    for (var key : List.of("or}ders", "{}orders")) {
      assertThatThrownBy(() -> millhand.worker(key, "processing").onEach(delivery -> {}).start())
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("no hash tag");
      assertThatThrownBy(() -> millhand.producer(key))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("no hash tag");
    }
  }

  @Test
  void a_plain_address_of_one_of_its_nodes_is_told_what_to_be() {
    var wrong = otherThan(redis.owner("orders"));
    try (var plain = Millhand.connect(wrong.url())) {
      var producer = plain.producer("orders");
      assertThatThrownBy(() -> producer.send(Map.of("number", "1")))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("redis-cluster://");
    }
  }

  @Test
  void a_single_server_is_no_cluster() {
    try (var single = EmbeddedRedis.start()) {
      assertThatThrownBy(
              () -> Millhand.connect("redis-cluster://" + single.host() + ":" + single.port()))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("cluster support disabled");
    }
  }

  @Test
  void ids_go_on_rising_where_a_slot_has_moved() {
    var first = millhand.producer("orders").send(Map.of("number", "1"));
    redis.moveSlot(EmbeddedCluster.slot("orders"), otherThan(redis.owner("orders")));
    EntryId second = millhand.producer("orders").send(Map.of("number", "2"));

    assertThat(second).isGreaterThan(first);
  }
}
