// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static io.millhand.redis.Keys.DEFERRED_CONSUMER;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.GroupStart;
import io.millhand.config.Retention;
import io.millhand.delivery.EntryId;
import io.millhand.redis.ReadCommands.PendingId;
import io.millhand.redis.ReadCommands.Seen;
import io.millhand.redis.Settlement.Result;
import io.millhand.redis.WorkerCommands.Left;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The invariants of the protocol, I1 to I8, each as a sentence. The tests of the single scripts go
 * into the details.
 */
class InvariantsTest extends OnEachServer {

  private static final Result DONE = new Result.Done();
  private static final Result FENCED = new Result.Fenced();
  private static final Result TRIMMED = new Result.Trimmed();

  private static Settlement.Defer defer(EntryId id, long deliveries) {
    return new Settlement.Defer(id, deliveries, ZERO, deliveries, ZERO, 1, 0, "card refused");
  }

  private static Settlement.Dead dead(EntryId id, long deliveries) {
    return new Settlement.Dead(id, deliveries, 0, List.of("~id", id.toString()));
  }

  @Test
  void i1_an_entry_leaves_the_pending_list_only_by_an_ack_or_together_with_its_dead_letter() {
    var worker = worker("w1");
    var other = worker("w2");
    add();
    var id = worker.take();
    // All that can happen to an entry but these two, one after the other.
    worker.settle(defer(id, 1));
    other.due();
    other.settle(new Settlement.Defer(id, 2, ZERO, 1, ofSeconds(60), -1, 0, ""));
    worker.due();
    other.keep().handOn(worker.seenBy(other), List.of(id));
    other.keep().bury(worker.seenBy(other));
    other.keep().trim(Retention.finished(ZERO));
    other.keep().sweep("0");
    other.keep().reconcile(List.of(id));
    other.read().group(GroupStart.now(), Seen.BEFORE, Optional.empty());
    other.due();
    other.work().renew(List.of(new PendingId(id, 3)));
    other.work().leave();
    assertThat(pendingIds()).containsExactly(id);

    raw("SET", KEYS.dead(), "not a stream");
    assertThat(other.result(dead(id, pending(id).deliveries()))).isInstanceOf(Result.Refused.class);
    assertThat(pendingIds()).containsExactly(id);

    raw("DEL", KEYS.dead());
    assertThat(other.result(dead(id, pending(id).deliveries()))).isEqualTo(DONE);
    assertThat(pending()).isEmpty();
    assertThat(raw("XLEN", KEYS.dead())).isEqualTo(1L);
  }

  @Test
  void i2_the_loss_of_every_key_but_the_stream_costs_no_entry() {
    var worker = worker("w1");
    var ids = add(6);
    worker.take(4);
    worker.settle(
        new Settlement.Ack(ids.get(0)),
        new Settlement.Defer(
            ids.get(1), 1, java.time.Duration.ofMinutes(10), 1, ZERO, 1, 0, "not yet"));
    worker.work().beat(ofSeconds(2));
    worker.keep().storePosition();
    Stream.of(Keys.of(KEYS.stream(), KEYS.group()).all())
        .map(key -> new String(key, StandardCharsets.UTF_8))
        .filter(key -> !key.equals(KEYS.stream()))
        .forEach(key -> raw("DEL", key));

    // The worker registers again, the keeper makes due what lost its time; all else is still there.
    assertThat(worker.work().beat(ofSeconds(2)).registered()).isFalse();
    worker.register();
    worker.keep().reconcile(pendingOf(DEFERRED_CONSUMER));
    var seen = new HashSet<EntryId>();
    worker.read().ownPending(EntryId.ZERO, 100).forEach(own -> seen.add(own.id()));
    seen.addAll(worker.dueIds());
    worker.take(2).forEach(arrival -> seen.add(arrival.id()));

    assertThat(seen).containsExactlyInAnyOrderElementsOf(ids.subList(1, 6));
  }

  @Test
  void i3_a_paused_worker_that_wakes_up_is_fenced_but_what_it_did_is_acked() {
    var paused = worker("paused");
    var keeper = worker("keeper");
    var ids = add(6);
    paused.take(6);
    keeper.keep().handOn(paused.seenBy(keeper), ids);
    keeper.keep().bury(paused.seenBy(keeper));
    keeper.due();

    assertThat(
            paused
                .settle(
                    defer(ids.get(0), 1),
                    dead(ids.get(1), 1),
                    new Settlement.Defer(ids.get(2), 1, ZERO, 0, ofSeconds(60), -1, 0, ""),
                    new Settlement.Ack(ids.get(3)),
                    new Settlement.AckRecorded(ids.get(4)))
                .results())
        .containsExactly(FENCED, FENCED, FENCED, DONE, DONE);
    assertThat(paused.work().renew(List.of(new PendingId(ids.get(5), 1)))).isZero();
    assertThat(pendingOf("keeper")).containsExactly(ids.get(0), ids.get(1), ids.get(2), ids.get(5));
  }

  @Test
  void i3_what_a_paused_worker_did_is_acked_for_good_although_nobody_has_claimed_it_yet() {
    var paused = worker("paused");
    var keeper = worker("keeper");
    var ids = add(3);
    paused.take(3);
    keeper.keep().handOn(paused.seenBy(keeper), ids);

    var written =
        paused.settle(new Settlement.Ack(ids.get(0)), new Settlement.AckRecorded(ids.get(1)));

    assertThat(written.results()).containsOnly(DONE);
    assertThat(written.ackMissing()).isZero();
    assertThat(keeper.dueIds()).containsExactly(ids.get(2));
    assertThat(failureText(ids.get(0))).isNull();
    assertThat(failureText(ids.get(2))).isNotNull();
  }

  @Test
  void i3_the_same_worker_is_fenced_for_an_earlier_delivery_and_for_an_earlier_run() {
    var worker = unregistered("pod-0", "boot-1");
    worker.register();
    add();
    var id = worker.take();
    worker.settle(defer(id, 1));
    worker.due();
    assertThat(pending(id).deliveries()).isEqualTo(2);

    assertThat(worker.settle(dead(id, 1)).results()).containsExactly(FENCED);

    raw("DEL", KEYS.info());
    unregistered("pod-0", "boot-2").register();
    assertThat(worker.settle(defer(id, 2), dead(id, 2)).results()).containsOnly(FENCED);
    assertThat(ownerOf(id)).isEqualTo("pod-0");
  }

  @Test
  void i4_whatever_fails_halfway_leaves_the_entry_pending() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    raw("DEL", KEYS.failures());
    raw("SET", KEYS.failures(), "not a hash");

    assertThat(worker.settle(defer(id, 1), dead(id, 1)).results())
        .allSatisfy(result -> assertThat(result).isInstanceOf(Result.Refused.class));
    assertThat(pendingIds()).containsExactly(id);

    raw("DEL", KEYS.failures());
    raw("DEL", KEYS.deferred());
    raw("SET", KEYS.deferred(), "not a sorted set");
    assertThat(worker.result(defer(id, 1))).isInstanceOf(Result.Refused.class);
    assertThat(ownerOf(id)).isEqualTo("w1");

    raw("DEL", KEYS.deferred());
    assertThat(worker.result(defer(id, 1))).isEqualTo(DONE);
    assertThat(worker.dueIds()).containsExactly(id);
  }

  @Test
  void i5_a_consumer_is_deleted_only_when_nothing_is_pending_there_and_the_reserved_one_never() {
    var worker = worker("w1");
    var keeper = worker("keeper");
    add(2);
    var deferred = worker.take();
    var held = worker.take();
    worker.settle(defer(deferred, 1));

    assertThat(worker.work().leave()).isEqualTo(Left.PENDING);
    assertThat(keeper.keep().bury(worker.seenBy(keeper))).isFalse();
    assertThat(pendingIds()).containsExactly(deferred, held);

    worker.settle(new Settlement.Ack(held));
    assertThat(keeper.keep().bury(worker.seenBy(keeper))).isTrue();
    assertThat(keeper.work().leave()).isEqualTo(Left.LEFT);
    assertThat(pendingOf(DEFERRED_CONSUMER)).containsExactly(deferred);
  }

  @Test
  void i6_trimming_never_passes_what_some_group_has_not_finished() {
    raw("CONFIG", "SET", "stream-node-max-entries", "1");
    raw("XGROUP", "CREATE", KEYS.stream(), "billing", "0");
    var worker = worker("w1");
    var billing = track(new TestWorker(streams, Keys.of(KEYS.stream(), "billing"), "b1", "b1"));
    billing.register();
    var ids = add(20);
    worker.take(20).forEach(arrival -> worker.settle(new Settlement.Ack(arrival.id())));
    billing.take(10);
    for (int i = 0; i < 10; i++) {
      if (i != 4) {
        billing.settle(new Settlement.Ack(ids.get(i)));
      }
    }
    billing.settle(
        new Settlement.Defer(ids.get(4), 1, java.time.Duration.ofMinutes(10), 1, ZERO, 1, 0, ""));

    worker.keep().trim(Retention.finished(ZERO));
    billing.keep().trim(Retention.finished(ZERO));
    assertThat(oldest()).isEqualTo(ids.get(4));

    makeBillingDue(ids.get(4));
    billing.due();
    billing.settle(new Settlement.AckRecorded(ids.get(4)));
    worker.keep().trim(Retention.finished(ZERO));
    assertThat(oldest()).isEqualTo(ids.get(9));
    assertThat(billing.take(10)).extracting(Arrival::id).isEqualTo(ids.subList(10, 20));
    raw("CONFIG", "SET", "stream-node-max-entries", "100");
  }

  private void makeBillingDue(EntryId id) {
    raw("ZADD", Keys.of(KEYS.stream(), "billing").deferred(), "1", id.toString());
  }

  private EntryId oldest() {
    var first = (List<?>) rawList("XRANGE", KEYS.stream(), "-", "+", "COUNT", "1").get(0);
    return EntryId.parse((String) first.get(0));
  }

  @Test
  void i7_no_script_is_told_the_time_by_a_client() throws IOException {
    for (var script : Script.values()) {
      try (var in =
          Script.class.getResourceAsStream(script.name().toLowerCase(Locale.ROOT) + ".lua")) {
        var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text.lines().filter(line -> line.contains("time =")))
            .allSatisfy(
                line ->
                    assertThat(line.strip())
                        .isIn("local time = now()", "local time = exact_now()"));
      }
    }
    var worker = worker("w1");
    add();
    var id = worker.take();
    var before = serverMillis();

    worker.settle(
        new Settlement.Defer(id, 1, java.time.Duration.ofMinutes(10), 1, ZERO, 1, 0, "not yet"));

    assertThat(dueTime(id) - 600_000).isBetween(before, serverMillis());
  }

  @Test
  void i8_every_script_that_claims_tells_what_was_trimmed_and_acks_it() {
    var worker = worker("w1");
    var dead = worker("dead");
    var ids = new ArrayList<>(add(4));
    worker.take(3);
    dead.take();
    worker.settle(defer(ids.get(2), 1));
    ids.forEach(this::trimAway);

    assertThat(worker.settle(defer(ids.get(0), 1), dead(ids.get(1), 1)).results())
        .containsOnly(TRIMMED);
    assertThat(worker.due().trimmed()).containsExactly(ids.get(2));
    assertThat(worker.keep().handOn(dead.seenBy(worker), List.of(ids.get(3))))
        .isEqualTo(new KeeperCommands.HandedOn.Ok(0, List.of(ids.get(3))));
    assertThat(pending()).isEmpty();
    assertThat(raw("EXISTS", KEYS.deferred(), KEYS.failures())).isEqualTo(0L);
  }

  @Test
  void i8_what_is_ours_but_unheld_tells_what_was_trimmed_too() {
    var worker = worker("w1");
    var ids = add(2);
    worker.take(2);
    trimAway(ids.get(0));
    var trimmed = new ArrayList<EntryId>();

    var brought = worker.read().bring(worker.read().ownPending(EntryId.ZERO, 100), trimmed);

    assertThat(trimmed).containsExactly(ids.get(0));
    assertThat(brought).extracting(Arrival::id).containsExactly(ids.get(1));
    assertThat(pendingIds()).containsExactly(ids.get(1));
  }
}
