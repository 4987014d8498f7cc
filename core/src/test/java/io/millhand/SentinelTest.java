// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.Credentials;
import io.millhand.error.DeniedException;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.EmbeddedSentinel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One master, two replicas and three Sentinels, all real. */
class SentinelTest {

  private static final Duration DOWN_AFTER = ofSeconds(1);

  /** The bar: what a failover may cost besides the time after which the Sentinels act. */
  private static final Duration BESIDES = ofSeconds(3);

  /** What it may cost from the moment on at which all Sentinels name another master. */
  private static final Duration OURS = ofMillis(1500);

  private final Recorder events = new Recorder();
  private EmbeddedSentinel redis;
  private Millhand millhand;

  @BeforeEach
  void start() {
    redis = EmbeddedSentinel.builder().downAfter(DOWN_AFTER).start();
    millhand = Millhand.connect(redis.uri());
  }

  @AfterEach
  void close() {
    millhand.close();
    redis.close();
  }

  private Traffic traffic() {
    var traffic = new Traffic(millhand.producer("orders"));
    millhand
        .worker("orders", "processing")
        .listener(events)
        .onEach(delivery -> traffic.handle(Integer.parseInt(delivery.text("number"))))
        .start();
    traffic.start();
    traffic.awaitMore(200);
    return traffic;
  }

  private EmbeddedRedis newMaster(EmbeddedRedis before) {
    return redis.awaitMasterOtherThan(before, ofSeconds(20));
  }

  /** How long the Sentinels take: on a busy machine that alone may be more than the bar. */
  private Duration untilAnotherIsNamed(EmbeddedRedis before) {
    var start = System.nanoTime();
    newMaster(before);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static Duration most(Duration theirs) {
    var bar = DOWN_AFTER.plus(BESIDES);
    var ours = theirs.plus(OURS);
    return ours.compareTo(bar) > 0 ? ours : bar;
  }

  private void groupStayed() {
    assertThat(events.all(Event.GroupRecreated.class)).isEmpty();
  }

  @Test
  void a_worker_and_a_producer_follow_a_failover_that_was_asked_for() throws Exception {
    try (var traffic = traffic()) {
      redis.failover();
      traffic.awaitMore(200);

      // What a replica had not seen when it became the master is lost by Redis itself; here all
      // was.
      assertThat(traffic.finish(millhand.inspector())).isEmpty();
      assertThat(traffic.longestGap()).isLessThan(DOWN_AFTER.plus(BESIDES));
    }
    groupStayed();
    assertThat(events.all(Event.OutageStarted.class).size()).isLessThanOrEqualTo(1);
  }

  @Test
  void when_the_master_is_killed_all_go_on_at_the_new_one() throws Exception {
    try (var traffic = traffic()) {
      var before = redis.master();
      before.kill();
      var theirs = untilAnotherIsNamed(before);
      traffic.awaitMore(200);

      assertThat(traffic.finish(millhand.inspector())).isEmpty();
      assertThat(traffic.longestGap()).isLessThan(most(theirs));
    }
    // None is told where the first new connection waited for the Sentinels until they agreed.
    var started = events.all(Event.OutageStarted.class).size();
    assertThat(started).isLessThanOrEqualTo(1);
    assertThat(events.await(Event.OutageEnded.class, started)).hasSize(started);
  }

  @Test
  void when_the_master_freezes_nobody_waits_for_its_time_outs() throws Exception {
    try (var traffic = traffic()) {
      var before = redis.master();
      before.pause();
      var theirs = untilAnotherIsNamed(before);
      traffic.awaitMore(200);

      assertThat(traffic.longestGap()).isLessThan(most(theirs));
      before.resume();
      traffic.awaitMore(200);
      assertThat(traffic.finish(millhand.inspector())).isEmpty();
    }
  }

  /** It knows where to go before it asks for its password, which may take any time. */
  @Test
  void a_connection_that_was_begun_before_another_master_was_named_does_not_stay_at_the_old_one() {
    var asks = new AtomicInteger();
    var asked = new CountDownLatch(1);
    var answer = new CompletableFuture<Credentials>();
    Supplier<Credentials> slow =
        () -> {
          if (asks.incrementAndGet() == 3) { // the first looks at the server, the second is early's
            asked.countDown();
            return answer.join();
          }
          return Credentials.NONE;
        };
    try (var other = EmbeddedRedis.start();
        var ours = Millhand.builder().uri(redis.uri()).credentials(slow).connect()) {
      var early = ours.producer("early");
      early.send(Map.of("n", "0"));
      var late = ours.producer("late");
      var sent = CompletableFuture.supplyAsync(() -> late.send(Map.of("n", "1")));
      assertThat(await(asked)).isTrue();
      var before = redis.master();
      redis.sentinels().forEach(each -> name(each, other));
      Awaitility.await()
          .atMost(ofSeconds(20))
          .until(
              () -> {
                early.send(Map.of("n", "2"));
                return other.command("EXISTS", "early").equals(1L);
              });

      answer.complete(Credentials.NONE);

      assertThat(sent).succeedsWithin(ofSeconds(20));
      assertThat(other.command("XLEN", "late")).isEqualTo(1L);
      assertThat(before.command("EXISTS", "late")).isEqualTo(0L);
    }
  }

  /** Another master under the same name, while the old one goes on and takes itself for one. */
  private void name(EmbeddedRedis sentinel, EmbeddedRedis master) {
    sentinel.command("SENTINEL", "REMOVE", redis.service());
    sentinel.command(
        "SENTINEL", "MONITOR", redis.service(), master.host(), "" + master.port(), "2");
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void without_any_sentinel_all_go_on_at_the_master_that_is_known() throws Exception {
    try (var traffic = traffic()) {
      var master = redis.master();
      redis.sentinels().forEach(EmbeddedRedis::kill);
      master.command("CLIENT", "KILL", "TYPE", "normal");
      traffic.awaitMore(500);

      assertThat(traffic.finish()).isEmpty();
    }
    assertThat(events.all(Event.OutageStarted.class)).isEmpty();
  }

  @Test
  void the_inspector_follows_too() {
    millhand.producer("orders").send(java.util.Map.of("number", "1"));
    assertThat(millhand.inspector().streams()).containsExactly("orders");
    redis.failover();

    org.awaitility.Awaitility.await()
        .ignoreExceptionsInstanceOf(UnavailableException.class)
        .atMost(ofSeconds(10))
        .untilAsserted(() -> assertThat(millhand.inspector().newest("orders", 1)).hasSize(1));
  }

  @Test
  void a_master_that_no_sentinel_knows_is_refused_by_its_name() {
    assertThatThrownBy(() -> Millhand.connect(redis.uri().replace("millhand", "another")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("know no master called another");
  }

  @Test
  void sentinels_that_are_away_are_told_as_such() {
    redis.sentinels().forEach(EmbeddedRedis::kill);

    assertThatThrownBy(() -> Millhand.connect(redis.uri()))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("none of the Sentinels");
  }

  @Test
  void sentinels_have_a_password_of_their_own() {
    try (var guarded =
        EmbeddedSentinel.builder().sentinelPassword("watch-word").password("data-word").start()) {
      var uri = guarded.uri();

      assertThatThrownBy(() -> Millhand.connect(uri))
          .isInstanceOf(DeniedException.class)
          .hasMessageContaining("NOAUTH");
      try (var allowed =
          Millhand.builder()
              .uri(uri)
              .sentinelCredentials(
                  () ->
                      new io.millhand.config.Credentials(
                          java.util.Optional.empty(), java.util.Optional.of("watch-word")))
              .connect()) {
        assertThat(allowed.inspector().streams()).isEmpty();
      }
    }
  }
}
