// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Millhand;
import io.millhand.config.Credentials;
import io.millhand.config.GroupStart;
import io.millhand.config.Retention;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import io.millhand.inspect.Actions.Despite;
import io.millhand.inspect.Actions.Destruction;
import io.millhand.inspect.Actions.Letters;
import io.millhand.inspect.Actions.Pending;
import io.millhand.inspect.Actions.Reach;
import io.millhand.inspect.Actions.Selection;
import io.millhand.inspect.Actions.TrimRule;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds docs/protocol.md to the code: the permissions that it lists are enough. */
@WithRedis(isolated = true)
class ProtocolDocTest {

  private static final String DEAD = "{orders}:processing:dead";
  private static final String INFO = "{orders}:processing:workers:info";

  private EmbeddedRedis redis;

  @BeforeEach
  void giveThemTheirPermissions(EmbeddedRedis redis) {
    this.redis = redis;
    for (var rule : Docs.blocks(Docs.read("docs/protocol.md"), "acl")) {
      var words = new ArrayList<>(List.of("ACL", "SETUSER"));
      var line = rule.strip().replaceFirst("^ACL SETUSER ", "");
      words.addAll(List.of(line.replace("#SHA256-OF-THE-PASSWORD", ">change-me").split(" ")));
      words.add(3, "reset");
      redis.command(words.toArray(String[]::new));
    }
  }

  private Millhand connectAs(String user) {
    return Millhand.builder()
        .uri(redis.url())
        .credentials(() -> new Credentials(Optional.of(user), Optional.of("change-me")))
        .connect();
  }

  @Test
  void a_worker_needs_no_more_for_all_that_it_does() throws Exception {
    leaveEntriesOfTheDead();
    Set<Class<?>> heard = ConcurrentHashMap.newKeySet();
    Set<Event> bad = ConcurrentHashMap.newKeySet();
    try (var millhand = connectAs("worker");
        var worker =
            millhand
                .worker("orders", "processing")
                .heartbeatEvery(ofMillis(100))
                .lease(ofSeconds(1))
                .reconnectGrace(ofMillis(400))
                .reclaimAfter(ofMillis(400))
                .sharedWith(ofMillis(400))
                .retention(Retention.finished(ofMillis(1)))
                .deadLetterLimit(100)
                .retry(RetryPolicy.fixed(ofMillis(600)).maxAttempts(2))
                .listener(
                    event -> {
                      heard.add(event.getClass());
                      if (event instanceof Event.OutageStarted
                          || event instanceof Event.SettleRefused) {
                        bad.add(event);
                      }
                    })
                .onEach(
                    delivery -> {
                      if (delivery.text("kind").equals("bad")) {
                        throw new IllegalStateException("bad");
                      }
                    })
                .start()) {
      redis.command("XADD", "orders", "*", "kind", "bad");
      await()
          .atMost(ofSeconds(20))
          .until(
              () ->
                  heard.containsAll(
                      Set.of(
                          Event.Acked.class,
                          Event.Deferred.class,
                          Event.DeadLettered.class,
                          Event.WorkerDied.class,
                          Event.Reclaimed.class,
                          Event.Buried.class,
                          Event.KeeperChanged.class)));
      redis.command("XGROUP", "DESTROY", "orders", "processing");
      await().atMost(ofSeconds(20)).until(() -> heard.contains(Event.GroupRecreated.class));
      assertThat(worker.drain().isClean()).isTrue();
    }
    assertThat(bad).isEmpty();
    assertThat(redis.command("XLEN", DEAD)).isNotEqualTo(0L);
  }

  @Test
  void a_worker_needs_no_more_where_it_deletes_on_ack_or_caps() throws Exception {
    Set<Event> bad = ConcurrentHashMap.newKeySet();
    for (var rule : List.of(Retention.deleteOnAck(), Retention.hardCap(1))) {
      redis.command("XADD", "orders", "*", "kind", "good");
      redis.command("XADD", "orders", "*", "kind", "good");
      try (var millhand = connectAs("worker")) {
        millhand
            .worker("orders", "processing")
            .retention(rule)
            .listener(
                event -> {
                  if (event instanceof Event.OutageStarted
                      || event instanceof Event.SettleRefused) {
                    bad.add(event);
                  }
                })
            .onEach(delivery -> {})
            .start();
        var most = rule instanceof Retention.HardCap ? 1L : 0L;
        await()
            .atMost(ofSeconds(20))
            .until(() -> (Long) redis.command("XLEN", "orders") <= most || !bad.isEmpty());
      }
    }
    assertThat(bad).isEmpty();
  }

  /** One of a worker that died, one of a client of another kind. */
  private void leaveEntriesOfTheDead() {
    redis.command("XGROUP", "CREATE", "orders", "processing", "0", "MKSTREAM");
    for (var consumer : List.of("ghost", "script")) {
      redis.command("XADD", "orders", "*", "kind", "good");
      redis.command(
          "XREADGROUP", "GROUP", "processing", consumer, "COUNT", "1", "STREAMS", "orders", ">");
    }
    redis.command("HSET", INFO, "ghost", "boot=00000000\nlease=300\n");
  }

  @Test
  void a_producer_needs_no_more() {
    try (var millhand = connectAs("producer")) {
      var producer = millhand.producer("orders");
      producer.send(Map.of("n", "1"));
      // A connection that has rested is tried out first.
      await().pollDelay(ofMillis(300)).until(() -> producer.send(Map.of("n", "2")) != null);
    }
  }

  @Test
  void a_producer_can_do_without_questions() {
    redis.command("ACL", "SETUSER", "producer", "-info", "-client");
    try (var millhand = connectAs("producer")) {
      assertThat(millhand.producer("orders").send(Map.of("n", "1"))).isNotNull();
    }
  }

  @Test
  void who_looks_and_who_repairs_need_no_more() throws Exception {
    deadLetter();
    try (var millhand = connectAs("viewer")) {
      var inspector = millhand.inspector();
      assertThat(inspector.streams()).contains("orders");
      assertThat(inspector.stream("orders")).isPresent();
      assertThat(inspector.group("orders", "processing").dead()).isEqualTo(1);
      inspector.consumers("orders", "processing");
      inspector.pending("orders", "processing", EntryId.ZERO, 10, Optional.empty());
      assertThat(inspector.dead("orders", "processing", Optional.empty(), 10)).hasSize(1);
    }
    try (var millhand = connectAs("operator")) {
      var inspector = millhand.inspector();
      var operator = millhand.operator();
      var letters = inspector.deadLetters("orders", "processing", letter -> true, 10);
      assertThat(operator.putBack("orders", "processing", letters).done()).isEqualTo(1);
      assertThat(inspector.deferred("orders", "processing", EntryId.ZERO, 10)).hasSize(1);
      assertThat(operator.createGroup("orders", "more", GroupStart.now())).isTrue();
    }
    deadLetter();
    deadLetter();
    try (var millhand = connectAs("operator")) {
      var inspector = millhand.inspector();
      var operator = millhand.operator();
      var newest = inspector.deadLetters("orders", "processing", letter -> true, 1);
      operator.addAnew("orders", "processing", newest, UnaryOperator.identity());
      var rest = inspector.deadLetters("orders", "processing", letter -> true, 10);
      assertThat(operator.purge("orders", "processing", rest)).isPositive();
    }
  }

  @Test
  void an_operator_needs_no_more_for_all_that_he_does() throws Exception {
    deadLetter();
    try (var millhand = connectAs("operator")) {
      var operator = millhand.operator();
      var letters = millhand.inspector().dead("orders", "processing", Optional.empty(), 1);
      operator.putBack("orders", "processing", letters);
      var ids = List.of(letters.get(0).entry());
      operator.claim("orders", "processing", "script", ids);
      operator.release("orders", "processing", ids);
      operator.claim("orders", "processing", "script", ids);
      operator.removeConsumer("orders", "processing", "script", Pending.TAKE_OVER);
      operator.ack("orders", "processing", ids);
      operator.copy("orders", new Selection.Ids(ids), "orders-old");
      operator.planTrim("orders", new TrimRule.AllBut(1), Reach.FINISHED);
      operator.setPosition("orders", "processing", GroupStart.beginning());
      operator.pause("orders", "processing", "a test");
      operator.resume("orders", "processing");
      operator.move("orders", new Selection.Ids(ids), "orders-old");
      operator.trim("orders", new TrimRule.AllBut(1), Reach.PAST_UNFINISHED);
      assertThat(
              operator.destroyGroup("orders", "processing", Despite.BOTH, Letters.DELETE).result())
          .isEqualTo(Destruction.Result.DESTROYED);
    }
    var audit = String.valueOf(redis.command("XRANGE", "{orders}:audit", "-", "+"));
    assertThat(audit).contains("user, operator", "what, move", "what, group destroy");
  }

  private void deadLetter() throws InterruptedException {
    Set<EntryId> dead = ConcurrentHashMap.newKeySet();
    try (var millhand = Millhand.connect(redis.url())) {
      millhand
          .worker("orders", "processing")
          .retry(RetryPolicy.never())
          .listener(
              event -> {
                if (event instanceof Event.DeadLettered letter) {
                  dead.add(letter.id());
                }
              })
          .onEach(
              delivery -> {
                throw new IllegalStateException("bad");
              })
          .start();
      millhand.producer("orders").send(Map.of("kind", "bad"));
      await().atMost(ofSeconds(20)).until(() -> !dead.isEmpty());
    }
  }

  @Test
  void partitions_are_made_filled_grown_and_worked_on_with_no_more() {
    try (var growing = connectAs("grower");
        var sending = connectAs("partitioned-producer");
        var working = connectAs("partitioned-worker")) {
      growing.partitions("orders").create(2, "customer");
      var producer = sending.partitions("orders").producer();
      Set<String> seen = ConcurrentHashMap.newKeySet();
      Set<Event> bad = ConcurrentHashMap.newKeySet();
      var worker =
          working
              .partitions("orders")
              .worker("processing")
              .heartbeatEvery(ofMillis(100))
              .lease(ofSeconds(1))
              .reconnectGrace(ofMillis(400))
              .retry(RetryPolicy.fixed(ofMillis(50)).maxAttempts(2))
              .listener(
                  event -> {
                    if (event instanceof Event.OutageStarted
                        || event instanceof Event.SettleRefused) {
                      bad.add(event);
                    }
                  })
              .ordered()
              .onEach(
                  delivery -> {
                    if (delivery.attempt() == 1) {
                      throw new IllegalStateException("not yet");
                    }
                    seen.add(delivery.text("n"));
                  })
              .start();
      producer.send(Map.of("customer", "1", "n", "1"));
      growing.partitions("orders").grow(3);
      producer.send(Map.of("customer", "1", "n", "2"));
      await().atMost(ofSeconds(20)).until(() -> seen.containsAll(Set.of("1", "2")));
      worker.close();
      assertThat(bad).isEmpty();
    }
  }

  @Test
  void every_script_is_told_of() {
    var told =
        Docs.read("docs/protocol.md")
            .lines()
            .filter(line -> line.matches("\\| `[a-z]+` \\| (worker|keeper|producer|operator).*"))
            .map(line -> line.substring(3, line.indexOf('`', 3)))
            .collect(Collectors.toSet());
    assertThat(told).isEqualTo(Docs.scripts());
  }
}
