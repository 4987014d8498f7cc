// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static io.millhand.redis.Keys.DEFERRED_CONSUMER;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Origin;
import io.millhand.error.NoGroupException;
import io.millhand.redis.Failure.Why;
import io.millhand.redis.KeeperCommands.HandedOn;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** reclaim.lua */
class ReclaimTest extends OnEachServer {

  private TestWorker keeper;
  private TestWorker dead;

  @BeforeEach
  void startWorkers() {
    keeper = worker("keeper");
    dead = worker("dead");
  }

  private HandedOn handOn(EntryId... ids) {
    return keeper.keep().handOn(dead.seenBy(keeper), List.of(ids));
  }

  @Test
  void what_a_dead_worker_left_is_due_now_for_anybody() {
    var ids = add(2);
    dead.take(2);

    assertThat(handOn(ids.get(0), ids.get(1))).isEqualTo(new HandedOn.Ok(2, List.of()));

    assertThat(pendingOf(DEFERRED_CONSUMER)).isEqualTo(ids);
    assertThat(dueTime(ids.get(0))).isLessThanOrEqualTo(serverMillis());
    var arrivals = keeper.due().arrivals();
    assertThat(arrivals).extracting(Arrival::id).containsExactlyElementsOf(ids);
    assertThat(arrivals).extracting(Arrival::origin).containsOnly(Origin.RECLAIMED);
  }

  @Test
  void a_reclaim_counts_a_crash_and_neither_an_attempt_nor_a_delivery() {
    add();
    var id = dead.take();
    remember(id, "2 0 1000 2000 f card refused");

    handOn(id);

    assertThat(failure(id).attempts()).isEqualTo(2);
    assertThat(failure(id).crashes()).isEqualTo(1);
    assertThat(failure(id).why()).isEqualTo(Why.CRASHED);
    assertThat(failure(id).error()).isEqualTo("card refused");
    assertThat(failure(id).firstMillis()).isEqualTo(1000);
    assertThat(pending(id).deliveries()).isEqualTo(1);
  }

  @Test
  void where_the_registration_names_a_suspect_others_are_blamed_until_they_are_suspects_too() {
    var ids = add(3);
    dead.take(3);
    remember(ids.get(1), "0 2 1000 2000 c ");
    remember(ids.get(2), "0 2 1000 2000 c ");
    dead.work().register(dead.registration(Optional.of(ids.get(1))));

    assertThat(handOn(ids.get(0), ids.get(1), ids.get(2))).isEqualTo(new HandedOn.Ok(3, List.of()));

    // The one that kills may be this one, which nobody suspects yet: it must not hide behind
    // another.
    assertThat(failure(ids.get(0)).crashes()).isEqualTo(1);
    assertThat(failure(ids.get(1)).crashes()).isEqualTo(3);
    assertThat(failure(ids.get(2)).crashes()).isEqualTo(2);
    assertThat(keeper.due().arrivals()).extracting(Arrival::origin).containsOnly(Origin.RECLAIMED);
  }

  @Test
  void a_suspect_that_killed_its_worker_is_blamed_once_more() {
    add();
    var id = dead.take();
    remember(id, "0 2 1000 2000 c ");
    dead.settle(new Settlement.Defer(id, 1, ZERO, 1, ZERO, -1, 0, ""));
    assertThat(dead.dueIds()).containsExactly(id);
    add();
    var neighbour = dead.take();

    handOn(id, neighbour);

    assertThat(failure(id).crashes()).isEqualTo(3);
    assertThat(failure(neighbour).crashes()).isEqualTo(1);
  }

  @Test
  void a_reclaim_that_is_repeated_since_its_reply_was_lost_counts_no_second_crash() {
    add();
    var id = dead.take();
    handOn(id);

    assertThat(handOn(id)).isEqualTo(new HandedOn.Ok(0, List.of()));
    assertThat(failure(id).crashes()).isEqualTo(1);
  }

  @Test
  void a_worker_that_has_beaten_since_it_was_judged_is_alive() {
    add();
    var id = dead.take();
    var judged = dead.seenBy(keeper);
    dead.work().beat(ofSeconds(2));

    assertThat(keeper.keep().handOn(judged, List.of(id))).isInstanceOf(HandedOn.Alive.class);
    assertThat(ownerOf(id)).isEqualTo("dead");
    assertThat(failureText(id)).isNull();
  }

  @Test
  void a_worker_that_has_registered_anew_since_it_was_judged_is_alive() {
    add();
    var id = dead.take();
    var judged = dead.seenBy(keeper);
    raw("HDEL", KEYS.info(), "dead");
    raw("HDEL", KEYS.workers(), "dead");
    unregistered("dead", "boot-2").register();
    assertThat(raw("HGET", KEYS.workers(), "dead")).isEqualTo(judged.counter());

    assertThat(keeper.keep().handOn(judged, List.of(id))).isInstanceOf(HandedOn.Alive.class);
    assertThat(ownerOf(id)).isEqualTo("dead");
  }

  @Test
  void a_worker_whose_registration_is_gone_is_not_handed_on_by_the_old_judgement() {
    add();
    var id = dead.take();
    var judged = dead.seenBy(keeper);
    raw("HDEL", KEYS.info(), "dead");

    assertThat(keeper.keep().handOn(judged, List.of(id))).isInstanceOf(HandedOn.Alive.class);
    assertThat(ownerOf(id)).isEqualTo("dead");
  }

  @Test
  void a_worker_that_is_not_registered_itself_may_not_judge() {
    add();
    var id = dead.take();
    var judged = dead.seenBy(keeper);
    raw("HDEL", KEYS.info(), "keeper");

    assertThat(keeper.keep().handOn(judged, List.of(id))).isInstanceOf(HandedOn.Fenced.class);
    assertThat(keeper.keep().handOnForeign("python-1", ZERO, List.of(id)))
        .isInstanceOf(HandedOn.Fenced.class);
    assertThat(ownerOf(id)).isEqualTo("dead");
  }

  @Test
  void what_has_gone_to_another_in_the_meantime_is_left_there() {
    var ids = add(2);
    dead.take(2);
    claimAs("other", ids.get(0), 0);
    raw("XACK", KEYS.stream(), KEYS.group(), ids.get(1).toString());

    assertThat(handOn(ids.get(0), ids.get(1))).isEqualTo(new HandedOn.Ok(0, List.of()));
    assertThat(ownerOf(ids.get(0))).isEqualTo("other");
    assertThat(raw("EXISTS", KEYS.deferred(), KEYS.failures())).isEqualTo(0L);
  }

  @Test
  void a_trimmed_entry_is_told_acked_and_leaves_no_record() {
    var ids = add(2);
    dead.take(2);
    trimAway(ids.get(0));

    assertThat(handOn(ids.get(0), ids.get(1))).isEqualTo(new HandedOn.Ok(1, List.of(ids.get(0))));
    assertThat(pendingIds()).containsExactly(ids.get(1));
    assertThat(dueTime(ids.get(0))).isNull();
    assertThat(failureText(ids.get(0))).isNull();
  }

  @Test
  void a_dead_worker_whose_entries_were_handed_on_is_fenced_when_it_wakes_up() {
    add();
    var id = dead.take();
    handOn(id);
    keeper.keep().bury(dead.seenBy(keeper));
    keeper.due();

    var result = dead.result(new Settlement.Defer(id, 1, ZERO, 1, ZERO, 1, 0, "late"));

    assertThat(result).isInstanceOf(Settlement.Result.Fenced.class);
    assertThat(ownerOf(id)).isEqualTo("keeper");
  }

  @Test
  void what_a_foreign_consumer_holds_is_taken_after_its_idle_time_alone() {
    var ids = add(2);
    dead.take(2);
    claimAs("python-1", ids.get(0), 60_001);
    claimAs("python-1", ids.get(1), 30_000);

    var result = keeper.keep().handOnForeign("python-1", ofSeconds(60), ids);

    assertThat(result).isEqualTo(new HandedOn.Ok(1, List.of()));
    assertThat(ownerOf(ids.get(0))).isEqualTo(DEFERRED_CONSUMER);
    assertThat(ownerOf(ids.get(1))).isEqualTo("python-1");
  }

  @Test
  void what_is_taken_from_a_foreign_consumer_counts_as_no_crash() {
    add();
    var id = dead.take();
    claimAs("python-1", id, 60_001);

    keeper.keep().handOnForeign("python-1", ofSeconds(60), List.of(id));

    assertThat(failure(id).crashes()).isZero();
    assertThat(failure(id).why()).isEqualTo(Why.RECLAIMED);
    assertThat(keeper.due().arrivals().get(0).origin()).isEqualTo(Origin.RECLAIMED);
  }

  @Test
  void the_idle_time_of_a_registered_worker_means_nothing() {
    add();
    var id = dead.take();
    claimAs("dead", id, 3_600_000);

    assertThat(keeper.keep().handOnForeign("dead", ofSeconds(60), List.of(id)))
        .isInstanceOf(HandedOn.Alive.class);
    assertThat(ownerOf(id)).isEqualTo("dead");
  }

  @Test
  void a_group_that_is_gone_is_told() {
    add();
    var id = dead.take();
    var judged = dead.seenBy(keeper);
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThatThrownBy(() -> keeper.keep().handOn(judged, List.of(id)))
        .isInstanceOf(NoGroupException.class);
  }

  @Test
  void a_dead_worker_whose_heartbeats_were_lost_can_be_judged_too() {
    add();
    var id = dead.take();
    raw("HDEL", KEYS.workers(), "dead");

    assertThat(handOn(id)).isEqualTo(new HandedOn.Ok(1, List.of()));
  }

  @Test
  void the_next_run_under_a_name_hands_on_what_the_one_before_it_left_and_nobody_elses() {
    add(2);
    var ours = dead.take();
    var other = worker("other");
    var theirs = other.take();
    var next = unregistered("dead", "boot-2");
    next.register();

    assertThat(next.keep().handOn(other.seenBy(keeper), List.of(theirs)))
        .isInstanceOf(HandedOn.Fenced.class);
    assertThat(next.keep().handOn(dead.seenBy(keeper), List.of(ours)))
        .isEqualTo(new HandedOn.Ok(1, List.of()));
    assertThat(ownerOf(theirs)).isEqualTo("other");
    assertThat(ownerOf(ours)).isEqualTo(DEFERRED_CONSUMER);
  }
}
