// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millhand.config.Credentials;
import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import io.millhand.redis.Settlement.Result;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.WithRedis;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server carried out although the client never heard of it. */
@WithRedis
@SuppressWarnings(
    "FutureReturnValueIgnored") // the fault strikes; what matters is what is written after it
class LostReplyTest {

  private static final Keys KEYS = Keys.of("orders", "processing");

  private EmbeddedRedis redis;
  private FaultProxy proxy;
  private TestWorker worker;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @BeforeEach
  void begin(EmbeddedRedis redis) {
    this.redis = redis;
    redis.command("XGROUP", "CREATE", KEYS.stream(), KEYS.group(), "0", "MKSTREAM");
    proxy = track(FaultProxy.to(redis));
    worker = worker(streams(proxy.port()));
    worker.register();
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

  private static RedisStreams streams(int port) {
    return new RedisStreams(
        new RedisSettings(
            new Target.Single(new Node("127.0.0.1", port)),
            0,
            Optional.empty(),
            () -> Credentials.NONE,
            ofSeconds(5),
            ofSeconds(10)));
  }

  private TestWorker worker(RedisStreams streams) {
    return track(new TestWorker(streams, KEYS, "w1", "boot-1"));
  }

  /** The same worker on new connections, which nothing disturbs. */
  private TestWorker reconnected() {
    return worker(streams(redis.port()));
  }

  private List<EntryId> add(int count) {
    var ids = new ArrayList<EntryId>();
    for (int i = 0; i < count; i++) {
      ids.add(EntryId.parse((String) redis.command("XADD", KEYS.stream(), "*", "a", "" + i)));
    }
    return ids;
  }

  private void assertLost(ThrowingCallable call) {
    assertThat(catchThrowable(call))
        .isInstanceOfSatisfying(
            UnavailableException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.CONNECTION_LOST);
              assertThat(e.mayHaveBeenDone()).isTrue();
            });
  }

  private void loseNextReplyTo(String command) {
    proxy.when(command, new Fault.CutAfter(0));
  }

  private long pendingCount() {
    return (Long) RedisProbe.list(redis.command("XPENDING", KEYS.stream(), KEYS.group())).get(0);
  }

  @Test
  void what_was_settled_is_settled_once() {
    var ids = add(4);
    worker.take(4);
    var settlements =
        new Settlement[] {
          new Settlement.Ack(ids.get(0)),
          new Settlement.AckRecorded(ids.get(1)),
          new Settlement.Defer(ids.get(2), 1, ofSeconds(60), 1, ZERO, 1, 0, "not yet"),
          new Settlement.Dead(ids.get(3), 1, 0, List.of("~id", ids.get(3).toString()))
        };
    worker.settle(new Settlement.AckRecorded(new EntryId(1, 1))); // the connection is there
    worker.settle(
        new Settlement.Defer(new EntryId(1, 1), 1, ZERO, 1, ZERO, 1, 0, ""),
        new Settlement.Dead(new EntryId(1, 1), 1, 0, List.of())); // and knows the scripts
    loseNextReplyTo("XACK");
    assertLost(() -> worker.settle(settlements));
    assertThat(worker.settle().isBroken()).isTrue();

    var written = reconnected().settle(settlements);

    assertThat(written.results()).hasSize(4).containsOnly(new Result.Done());
    assertThat(written.ackMissing()).isEqualTo(2);
    assertThat(redis.command("XLEN", KEYS.dead())).isEqualTo(1L);
    assertThat(redis.command("ZCARD", KEYS.deferred())).isEqualTo(1L);
    assertThat(pendingCount()).isEqualTo(1);
    assertThat((String) redis.command("HGET", KEYS.failures(), ids.get(2).toString()))
        .startsWith("1 0 ");
  }

  @Test
  void what_was_read_is_found_among_our_own() {
    var ids = add(3);
    worker.read();
    loseNextReplyTo("XREADGROUP");
    assertLost(() -> worker.read().readNew(10, ZERO));

    var again = reconnected();
    var own = again.read().ownPending(EntryId.ZERO, 10);

    assertThat(again.read().bring(own, new ArrayList<>())).extracting(Arrival::id).isEqualTo(ids);
    assertThat(again.read().readNew(10, ZERO)).isEmpty();
  }

  @Test
  void what_was_claimed_is_found_among_our_own() {
    var id = add(1).get(0);
    worker.take();
    worker.settle(new Settlement.Defer(id, 1, ZERO, 1, ZERO, 1, 0, "not yet"));
    assertThat(worker.dueIds()).containsExactly(id);
    worker.settle(new Settlement.Defer(id, 2, ZERO, 2, ZERO, 2, 0, "not yet"));
    loseNextReplyTo("EVALSHA");
    assertLost(() -> worker.due());

    var again = reconnected();

    assertThat(again.due().arrivals()).isEmpty();
    var brought =
        again.read().bring(again.read().ownPending(EntryId.ZERO, 10), new ArrayList<>()).get(0);
    assertThat(brought.id()).isEqualTo(id);
    assertThat(brought.count().attempts()).isEqualTo(2);
    assertThat(brought.count().deliveries()).isEqualTo(3);
  }

  @Test
  void a_registration_and_a_heartbeat_may_be_repeated() {
    worker.work().beat(ofSeconds(2));
    loseNextReplyTo("EVALSHA");
    assertLost(() -> worker.work().beat(ofSeconds(2)));

    var again = reconnected();

    assertThat(again.work().beat(ofSeconds(2)).registered()).isTrue();
    assertThat(again.register()).isInstanceOf(WorkerCommands.Registered.Ok.class);
    assertThat(redis.command("HLEN", KEYS.workers())).isEqualTo(1L);
  }

  @Test
  void an_entry_that_was_sent_may_have_been_added() {
    var sender = track(streams(proxy.port()).sending(KEYS.stream()));
    loseNextReplyTo("XADD");

    assertLost(() -> sender.add(List.of(Fields.of("a", "1"))));

    assertThat(redis.command("XLEN", KEYS.stream())).isEqualTo(1L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 40})
  void a_reply_that_ends_in_its_middle_is_lost(int bytes) {
    add(50);
    worker.read();
    proxy.when("XREADGROUP", new Fault.CutAfter(bytes));

    assertLost(() -> worker.read().readNew(50, ZERO));
    assertThat(worker.read().isBroken()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "$", ":", "*7", "$99999999999", "*2147483647\r\n", "$-7\r\n", "%"})
  void a_length_that_is_none_is_no_reason_to_make_room_for_it(String garbage) {
    add(3);
    try (var relay = new GarblingRelay(redis);
        var reading = streams(relay.port()).reading(KEYS, new Identity("w2", "boot-2"), 1000)) {
      reading.readNew(1, ZERO);
      relay.garble(garbage);

      assertLost(() -> reading.readNew(1, ZERO));
      assertThat(reading.isBroken()).isTrue();
    }
  }

  /** Each makes a whole reply with the first line of the true one, and leaves the rest. */
  @ParameterizedTest
  @ValueSource(strings = {"-", "+", "+OK\r\n", ":1\r\n", "*0\r\n"})
  void a_reply_that_is_more_than_was_asked_for_is_lost_and_no_other_is_taken_for_it(
      String garbage) {
    add(3);
    try (var relay = new GarblingRelay(redis);
        var reading = streams(relay.port()).reading(KEYS, new Identity("w2", "boot-2"), 1000)) {
      reading.readNew(1, ZERO);
      relay.garble(garbage);

      assertLost(() -> reading.readNew(1, ZERO));
      assertThat(reading.isBroken()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 400 no\r\n", "$-7\r\n", "\r\n", "\0"})
  void a_reply_that_is_none_is_taken_for_none(String garbage) {
    try (var server = new LyingServer(garbage)) {
      var streams = streams(server.port());

      assertThat(catchThrowable(streams::probe)).isInstanceOf(UnavailableException.class);
    }
  }
}
