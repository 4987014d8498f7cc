// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static io.millhand.inspect.Verdict.Kind.OK;
import static io.millhand.inspect.Verdict.Kind.POISONED;
import static io.millhand.inspect.Verdict.Kind.SLOW;
import static io.millhand.inspect.Verdict.Kind.STALLED;
import static io.millhand.inspect.Verdict.Kind.STOPPED;
import static io.millhand.inspect.Verdict.Kind.UNKNOWN;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.GroupPause;
import io.millhand.inspect.Snapshots.Crew;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static Verdict of(Groups before, Groups after) {
    var later = after.snapshot();
    return Verdict.of(later, Optional.of(Flow.between(before.snapshot(), later, ofSeconds(2))));
  }

  private static void is(Verdict verdict, Verdict.Kind kind, String... words) {
    assertThat(verdict.kind()).as(verdict.reason()).isEqualTo(kind);
    assertThat(verdict.reason()).isNotBlank();
    for (var word : words) {
      assertThat(verdict.reason()).contains(word);
    }
  }

  @Test
  void a_group_without_work_is_ok_also_when_nobody_is_there() {
    is(Verdict.of(new Groups().workers(2).snapshot()), OK, "nothing waits");
    is(Verdict.of(new Groups().snapshot()), OK, "nobody is there");
  }

  @Test
  void work_that_nobody_does_is_stopped_at_the_first_look() {
    is(
        Verdict.of(new Groups().lag(1234).snapshot()),
        STOPPED,
        "nobody works on it: 1,234 wait, the oldest for 5 min");
    is(Verdict.of(new Groups().deferred(3, 0).snapshot()), STOPPED, "3 deferred");
  }

  @Test
  void killed_workers_are_nobody() {
    var killed = new Crew(0, 3, 0, Optional.empty(), Optional.of(ofSeconds(9)), List.of());
    is(Verdict.of(new Groups().crew(killed).pending(30).snapshot()), STOPPED, "30 in hand");
  }

  @Test
  void workers_that_cannot_be_seen_may_be_alive() {
    var unseen = new Crew(0, 0, 3, Optional.empty(), Optional.empty(), List.of());
    is(Verdict.of(new Groups().crew(unseen).lag(30).snapshot()), UNKNOWN);
  }

  @Test
  void
      a_client_of_another_kind_counts_as_there_until_something_has_waited_for_longer_than_it_is_idle() {
    var asked = new Crew(0, 0, 0, Optional.of(ofSeconds(2)), Optional.empty(), List.of());
    is(Verdict.of(new Groups().crew(asked).lag(5).snapshot()), UNKNOWN);
    var silent = new Crew(0, 0, 0, Optional.of(ofMinutes(9)), Optional.empty(), List.of());
    is(Verdict.of(new Groups().crew(silent).lag(5).snapshot()), STOPPED);
  }

  @Test
  void a_client_of_another_kind_that_took_a_part_of_a_backlog_and_went_is_not_there() {
    var went = new Crew(0, 0, 0, Optional.of(ofSeconds(60)), Optional.empty(), List.of());
    var group = new Groups().crew(went).added(100).read(90).lag(10);
    is(of(group, group), STOPPED, "nobody works on it", "10 wait");

    var asks = new Crew(0, 0, 0, Optional.of(ofSeconds(1)), Optional.empty(), List.of());
    group = new Groups().crew(asks).added(100).read(90).lag(10);
    is(of(group, group), STALLED);

    var busy = new Crew(0, 0, 0, Optional.of(ofSeconds(60)), Optional.empty(), List.of());
    group = new Groups().crew(busy).added(100).read(90).lag(10).pending(5);
    is(of(group, group), UNKNOWN, "handlers take long");
  }

  @Test
  void one_look_cannot_tell_whether_it_moves() {
    is(Verdict.of(new Groups().workers(2).lag(5).snapshot()), UNKNOWN, "one look");
  }

  @Test
  void workers_that_take_nothing_of_what_waits_are_stalled() {
    var group = new Groups().workers(2).added(100).read(90).lag(10);
    is(of(group, group), STALLED, "take nothing", "nothing moved in 2.0 s", "10 wait");
  }

  @Test
  void handlers_of_which_some_should_have_ended_by_now_are_stalled() {
    var group =
        new Groups().workers(2).added(100).read(90).lag(10).pending(64).inHandFor(ofSeconds(30));
    is(of(group, group), STALLED, "64 in hand", "the oldest for 30 s");
  }

  @Test
  void a_few_handlers_that_take_long_are_not_called_stalled() {
    var group = new Groups().workers(1).added(10).read(10).pending(2).inHandFor(ofMinutes(4));
    is(of(group, group), UNKNOWN, "handlers take long", "2 in hand");
  }

  @Test
  void retries_that_are_not_due_yet_are_no_stall() {
    var group = new Groups().workers(1).added(10).read(10).deferred(4, 0);
    is(of(group, group), OK);
  }

  @Test
  void more_coming_than_is_settled_is_slow() {
    is(
        of(
            new Groups().workers(2).added(1000).read(900).lag(100),
            new Groups().workers(2).added(3000).read(1900).lag(1100)),
        SLOW,
        "1,000/s come, 500/s are settled",
        "falls back by 500/s");
  }

  @Test
  void a_difference_that_chance_explains_is_not_slow() {
    is(
        of(
            new Groups().workers(2).added(1000).read(1000),
            new Groups().workers(2).added(1200).read(1190).lag(10)),
        OK,
        "100/s come, 95/s are settled");
  }

  @Test
  void a_backlog_that_is_worked_off_is_ok_and_tells_how_long() {
    is(
        of(
            new Groups().workers(2).added(1000).read(100).lag(900),
            new Groups().workers(2).added(1000).read(300).lag(700)),
        OK,
        "nothing waits in about 7.0 s");
  }

  @Test
  void new_dead_letters_and_suspects_are_poison() {
    is(
        of(
            new Groups().workers(2).added(10).read(5).lag(5),
            new Groups().workers(2).added(10).read(8).lag(2).dead(2)),
        POISONED,
        "2 went to the dead letters in 2.0 s");
    var crew =
        new Crew(
            2,
            0,
            0,
            Optional.empty(),
            Optional.empty(),
            List.of(new EntryId(5, 1), new EntryId(6, 1)));
    is(
        Verdict.of(new Groups().crew(crew).pending(1).snapshot()),
        POISONED,
        "workers died with entry 5-1 and 1 more");
  }

  @Test
  void what_redis_cannot_tell_is_unknown_and_never_ok() {
    var before = new Groups().workers(2).added(10).read(5).lagAtLeast(10_000);
    var after = new Groups().workers(2).added(900).lagAtLeast(10_000);
    is(of(before, after), UNKNOWN, "at least 10,000 wait");
  }

  @Test
  void times_are_told_in_units_of_their_size() {
    var group = new Groups().workers(1).added(1).read(1).pending(1);
    is(of(group, group.inHandFor(ofMillis(1500))), UNKNOWN, "for 1.5 s");
    is(of(group, group.inHandFor(ofMinutes(200))), UNKNOWN, "for 3 h");
  }

  @Test
  void a_group_that_is_paused_is_stopped_by_whoever_did_it() {
    var pause = new GroupPause("ann@host", Instant.parse("2026-01-31T02:10:00.5Z"), "bank down");

    var verdict = Verdict.of(new Groups().lag(3).paused(pause).snapshot());
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.STOPPED);
    assertThat(verdict.reason())
        .isEqualTo(
            "paused by ann@host since 2026-01-31T02:10:00Z: bank down; 3 wait, the oldest for 5 min");
    assertThat(Verdict.of(new Groups().paused(pause).snapshot()))
        .isEqualTo(
            new Verdict(
                Verdict.Kind.OK,
                "nothing waits; paused by ann@host since 2026-01-31T02:10:00Z: bank down"));
  }
}
