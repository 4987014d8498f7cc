// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Millhand;
import io.millhand.autoscale.Advice;
import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.cli.serve.RedisLink;
import io.millhand.inspect.Survey;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@WithRedis(persistent = true)
@Timeout(60)
@SuppressWarnings("try") // that it looks is all
class PilotTest {

  private static final String STREAM = "orders";
  private static final String GROUP = "processing";
  private static final String NAMED = "stream=orders,group=processing";
  private static final Duration SELDOM = Duration.ofMinutes(10);
  private static final Duration PROMISED = Duration.ofSeconds(1);
  private static final Duration OFTEN = Duration.ofMillis(100);

  private final EmbeddedRedis redis;
  private final Signals signals = new Signals(Duration.ofHours(1));

  /** What stood on the board after each change. */
  private final BlockingQueue<Board> told = new LinkedBlockingQueue<>();

  private final RedisLink link;

  private record Board(List<Signal> signals, Optional<String> failure, long at) {

    Optional<Signal> group() {
      return signals.stream()
          .filter(each -> each.stream().equals(STREAM) && each.group().equals(GROUP))
          .findFirst();
    }

    Advice advice() {
      return group().orElseThrow().advice();
    }
  }

  PilotTest(EmbeddedRedis redis) {
    this.redis = redis;
    this.link =
        new RedisLink(Millhand.builder().uri(redis.url()).commandTimeout(Duration.ofSeconds(2)));
  }

  @BeforeEach
  void listen() {
    signals.listen(() -> told.add(board()));
  }

  @AfterEach
  void close() {
    link.close();
  }

  private Board board() {
    try {
      return new Board(signals.all(), Optional.empty(), System.nanoTime());
    } catch (NoSignalException e) {
      return new Board(List.of(), Optional.of(String.valueOf(e.getMessage())), System.nanoTime());
    }
  }

  /** How many are needed by what stands on the board now; empty where that is not known. */
  private Optional<Integer> needed() {
    return board()
        .group()
        .flatMap(
            signal ->
                switch (signal.advice()) {
                  case Need need -> Optional.of(need.workers());
                  case Unknown unknown -> Optional.empty();
                });
  }

  private Board next() throws InterruptedException {
    return Optional.ofNullable(told.poll(30, TimeUnit.SECONDS)).orElseThrow();
  }

  private final class OfOrders implements Pilot.Looks {
    final AtomicInteger wholes = new AtomicInteger();
    final AtomicInteger glances = new AtomicInteger();

    @Override
    public Survey all() {
      wholes.incrementAndGet();
      return survey();
    }

    @Override
    public Survey at(List<GroupName> groups) {
      assertThat(groups).containsExactly(new GroupName(STREAM, GROUP));
      glances.incrementAndGet();
      return survey();
    }

    private Survey survey() {
      return link.ask(
          millhand -> millhand.inspector().survey(List.of(STREAM), (stream, group) -> true));
    }
  }

  private Pilot start(Duration every, String... policies) {
    return start(new OfOrders(), every, policies);
  }

  private Pilot start(Pilot.Looks looks, Duration every, String... policies) {
    return new Pilot(
            looks, Policies.of(List.of(policies)), every, signals, name -> Optional.empty())
        .start();
  }

  private void make() {
    redis.command("XGROUP", "CREATE", STREAM, GROUP, "0", "MKSTREAM");
  }

  private void add() {
    redis.command("XADD", STREAM, "*", "n", "1");
  }

  private void readAndSettle() {
    redis.command("XREADGROUP", "GROUP", GROUP, "c", "NOACK", "STREAMS", STREAM, ">");
  }

  // ---------------------------------------------------------------- groups that do not exist yet

  @Test
  void a_named_group_that_nobody_has_made_needs_nobody_while_its_stream_is_empty()
      throws InterruptedException {
    try (var pilot = start(SELDOM, NAMED)) {
      var signal = next().group().orElseThrow();

      assertThat(signal.advice()).isInstanceOf(Need.class);
      assertThat(((Need) signal.advice()).workers()).isZero();
      assertThat(signal.hasWork()).isFalse();
      assertThat(signal.backlog()).hasValue(0);
      assertThat(signal.oldestSeconds()).hasValue(0);
    }
  }

  @Test
  void with_entries_in_its_stream_it_needs_one_who_makes_it() throws InterruptedException {
    add();
    add();
    try (var pilot = start(SELDOM, NAMED)) {
      var signal = next().group().orElseThrow();

      assertThat(signal.advice())
          .isEqualTo(
              new Need(
                  1,
                  "there is no such group yet; its first worker makes it, and 2 entries wait for it"));
      assertThat(signal.hasWork()).isTrue();
      assertThat(signal.lag()).hasValue(2);
      assertThat(signal.backlog()).hasValue(2);
      assertThat(signal.pending()).isZero();
      assertThat(signal.ready()).isZero();
      assertThat(signal.oldestSeconds().orElseThrow()).isBetween(0.0, 60.0);
    }
  }

  @Test
  void it_needs_the_fewest_of_its_policy() throws InterruptedException {
    try (var pilot = start(SELDOM, NAMED + ",min=3")) {
      assertThat(((Need) next().advice()).workers()).isEqualTo(3);
    }
  }

  @Test
  void a_group_that_only_a_pattern_names_is_looked_after_once_it_exists()
      throws InterruptedException {
    try (var pilot = start(OFTEN, "stream=orders,group=proc*,min=2")) {
      assertThat(next().signals()).isEmpty();

      make();

      await().until(() -> board().group().isPresent());
      await().until(() -> needed().equals(Optional.of(2)));
    }
  }

  @Test
  void a_group_that_is_gone_is_told_no_more() throws InterruptedException {
    make();
    try (var pilot = start(OFTEN)) {
      assertThat(next().group()).isPresent();

      redis.command("XGROUP", "DESTROY", STREAM, GROUP);

      await().until(() -> board().group().isEmpty());
      assertThat(board().failure()).isEmpty();
    }
  }

  @Test
  void of_a_named_group_that_was_there_a_moment_ago_it_is_not_known_what_it_needs()
      throws InterruptedException {
    make();
    try (var pilot = start(OFTEN, NAMED)) {
      await().until(() -> needed().equals(Optional.of(0)));

      redis.command("DEL", STREAM);

      await().until(() -> needed().isEmpty());
      var signal = board().group().orElseThrow();
      assertThat(signal.advice().reason()).contains("its workers make it anew");
      assertThat(signal.hasWork()).isTrue();
      assertThat(signal.lag()).isEmpty();

      make();
      await().until(() -> needed().isPresent());
    }
  }

  @Test
  void an_error_of_any_kind_is_told_and_is_not_the_end() throws InterruptedException {
    make();
    var broken = new AtomicBoolean(true);
    var looks =
        new Pilot.Looks() {
          private final OfOrders orders = new OfOrders();

          @Override
          public Survey all() {
            if (broken.get()) {
              throw new IllegalStateException("the password's file is not there");
            }
            return orders.all();
          }

          @Override
          public Survey at(List<GroupName> groups) {
            return all();
          }
        };
    try (var pilot = start(looks, OFTEN, NAMED)) {
      assertThat(next().failure()).hasValue("the password's file is not there");

      broken.set(false);

      await().until(() -> needed().equals(Optional.of(0)));
    }
  }

  // ---------------------------------------------------------------- groups that have nobody

  /** How long it takes from an entry until it is on the board that somebody is needed. */
  private Duration untilNeeded() throws InterruptedException {
    var looks = new OfOrders();
    told.clear();
    try (var pilot = start(looks, SELDOM, NAMED)) {
      next();
      next();
      assertThat(needed()).contains(0);
      var seen = looks.glances.get();
      await().untilAtomic(looks.glances, glances -> assertThat(glances).isGreaterThan(seen));
      assertThat(looks.wholes).hasValue(2);

      var before = System.nanoTime();
      add();
      var board = next();

      assertThat(needed()).contains(1);
      assertThat(board.group().orElseThrow().hasWork()).isTrue();
      return Duration.ofNanos(board.at() - before);
    }
  }

  /** The machine may have been busy with others at one of them. */
  private Duration bestOfThree(Runnable before) throws InterruptedException {
    var best = Duration.ofDays(1);
    for (int i = 0; i < 3 && best.compareTo(PROMISED) > 0; i++) {
      before.run();
      var time = untilNeeded();
      best = time.compareTo(best) < 0 ? time : best;
    }
    return best;
  }

  @Test
  void work_for_a_named_group_that_has_nobody_is_on_the_board_within_a_second()
      throws InterruptedException {
    make();

    assertThat(bestOfThree(this::readAndSettle)).isLessThanOrEqualTo(PROMISED);
  }

  @Test
  void work_for_a_named_group_that_nobody_has_made_is_on_the_board_within_a_second()
      throws InterruptedException {
    assertThat(bestOfThree(() -> redis.command("DEL", STREAM))).isLessThanOrEqualTo(PROMISED);
  }

  @Test
  void a_group_that_has_work_is_not_glanced_at() throws InterruptedException {
    make();
    add();
    var looks = new OfOrders();
    try (var pilot = start(looks, OFTEN, NAMED)) {
      await().untilAtomic(looks.wholes, wholes -> assertThat(wholes).isGreaterThan(5));

      assertThat(looks.glances).hasValue(0);
    }
  }

  // ---------------------------------------------------------------- Redis away

  @Test
  void while_redis_is_away_nothing_is_known_and_when_it_is_back_what_was_learnt_is_still_there()
      throws InterruptedException {
    make();
    try (var pilot = start(OFTEN)) {
      assertThat(next().advice()).isEqualTo(new Unknown("one look cannot tell how much comes"));
      assertThat(next().advice()).isInstanceOf(Need.class);

      redis.kill();
      await().until(() -> board().failure().isPresent());
      assertThat(board().failure().orElseThrow()).isNotBlank();
      assertThat(board().signals()).isEmpty();

      told.clear();
      redis.restart();
      await().until(() -> board().failure().isEmpty());

      var first = told.stream().filter(each -> each.failure().isEmpty()).findFirst().orElseThrow();
      assertThat(first.advice()).as("no first look").isInstanceOf(Need.class);
    }
  }

  @Test
  void redis_that_is_away_from_the_beginning_is_waited_for() throws InterruptedException {
    make();
    redis.kill();
    try (var pilot = start(OFTEN, NAMED)) {
      assertThat(next().failure()).isPresent();

      redis.restart();

      await().until(() -> board().group().isPresent());
      await().until(() -> board().advice() instanceof Need);
    }
  }

  // ---------------------------------------------------------------- the loop

  @Test
  void workers_that_were_asked_for_are_taken_into_account() {
    make();
    add();
    var pilot =
        new Pilot(
            new OfOrders(),
            Policies.of(List.of("rate=10")),
            OFTEN,
            signals,
            name -> Optional.of(name.equals(new GroupName(STREAM, GROUP)) ? 7 : 99));
    try (var running = pilot.start()) {
      await().until(() -> needed().equals(Optional.of(7)));
    }
  }

  @Test
  void entries_that_somebody_has_settled_are_no_work_any_more() {
    make();
    add();
    try (var pilot = start(OFTEN, "rate=10")) {
      await().until(() -> board().group().filter(Signal::hasWork).isPresent());

      readAndSettle();

      await().until(() -> board().group().filter(signal -> !signal.hasWork()).isPresent());
      assertThat(board().group().orElseThrow().lag()).hasValue(0);
    }
  }

  @Test
  void a_loop_that_has_ended_leaves_no_old_number_on_the_board() throws InterruptedException {
    make();
    var looks =
        new Pilot.Looks() {
          private final OfOrders orders = new OfOrders();

          @Override
          public Survey all() {
            if (orders.wholes.get() > 0) {
              throw new LinkageError("not foreseen");
            }
            return orders.all();
          }

          @Override
          public Survey at(List<GroupName> groups) {
            return orders.at(groups);
          }
        };
    try (var pilot = start(looks, OFTEN)) {
      assertThat(next().group()).isPresent();

      assertThat(next().failure())
          .contains("the loop that looks at groups has ended; the log says why");
    }
  }

  @Test
  void once_closed_nobody_looks_any_more() {
    var looks = new OfOrders();
    var pilot = start(looks, Duration.ofMillis(20));
    await().untilAtomic(looks.wholes, wholes -> assertThat(wholes).isGreaterThan(2));

    pilot.close();
    pilot.close();

    await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("millhand-pilot")));
    assertThat(board().failure()).isEmpty();
  }
}
