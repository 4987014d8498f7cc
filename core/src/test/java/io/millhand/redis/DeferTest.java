// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static io.millhand.redis.Keys.DEFERRED_CONSUMER;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.redis.Failure.Why;
import io.millhand.redis.Settlement.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** defer.lua */
class DeferTest extends OnEachServer {

  private static final Result DONE = new Result.Done();
  private static final Result FENCED = new Result.Fenced();
  private static final Result TRIMMED = new Result.Trimmed();

  private static Settlement.Defer retry(EntryId id, Duration delay) {
    return new Settlement.Defer(id, 1, delay, 1, ZERO, 1, 0, "card refused");
  }

  private static Settlement.Defer release(EntryId id) {
    return new Settlement.Defer(id, 1, ZERO, 0, ofSeconds(60), -1, 0, "");
  }

  @Test
  void a_deferred_entry_stays_pending_in_its_place_with_its_due_time_beside_it() {
    var worker = worker("w1");
    var ids = add(3);
    worker.take(3);
    var before = serverMillis();

    assertThat(worker.result(retry(ids.get(1), ofSeconds(30)))).isEqualTo(DONE);

    assertThat(pendingIds()).isEqualTo(ids);
    assertThat(ownerOf(ids.get(1))).isEqualTo(DEFERRED_CONSUMER);
    assertThat(pending(ids.get(1)).deliveries()).isEqualTo(1);
    assertThat(dueTime(ids.get(1))).isBetween(before + 30_000, serverMillis() + 30_000);
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(3L);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999, 86_400_000L * 365, 86_400_000L * 36_500})
  void a_due_time_is_exact_from_a_millisecond_to_a_century(long millis) {
    var worker = worker("w1");
    add();
    var id = worker.take();
    var before = serverMillis();

    worker.settle(retry(id, ofMillis(millis)));

    assertThat(dueTime(id)).isBetween(before + millis, serverMillis() + millis);
  }

  @Test
  void a_retry_remembers_attempts_crashes_and_the_last_error() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    var before = serverMillis();

    worker.settle(new Settlement.Defer(id, 1, ofSeconds(1), 1, ZERO, 3, 1, "no\nroom  left"));

    var failure = failure(id);
    assertThat(failure.attempts()).isEqualTo(3);
    assertThat(failure.crashes()).isEqualTo(1);
    assertThat(failure.why()).isEqualTo(Why.FAILED);
    assertThat(failure.error()).isEqualTo("no room left");
    assertThat(failure.firstMillis()).isBetween(before, serverMillis());
    assertThat(failure.lastMillis()).isEqualTo(failure.firstMillis());
  }

  @Test
  void a_second_failure_keeps_the_time_of_the_first() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    remember(id, "1 0 1000 2000 f first");

    worker.settle(new Settlement.Defer(id, 1, ofSeconds(1), 1, ZERO, 2, 0, "second"));

    assertThat(failure(id).firstMillis()).isEqualTo(1000);
    assertThat(failure(id).lastMillis()).isGreaterThan(2000);
    assertThat(failure(id).error()).isEqualTo("second");
  }

  @Test
  void a_release_leaves_the_failures_as_they_are_and_puts_the_delivery_count_back() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    remember(id, "2 1 1000 2000 f card refused");

    assertThat(worker.result(release(id))).isEqualTo(DONE);

    assertThat(failureText(id)).isEqualTo("2 1 1000 2000 f card refused");
    assertThat(pending(id).deliveries()).isZero();
    assertThat(dueTime(id)).isLessThanOrEqualTo(serverMillis());
  }

  @Test
  void a_released_entry_is_old_enough_for_clients_that_claim_by_idle_time() {
    var worker = worker("w1");
    add();
    var id = worker.take();

    worker.settle(release(id));

    assertThat(pending(id).idle()).isBetween(60_000L, 70_000L);
    var claimed =
        rawList("XAUTOCLAIM", KEYS.stream(), KEYS.group(), "foreign", "60000", "0", "JUSTID");
    assertThat(claimed.get(1)).isEqualTo(List.of(id.toString()));
  }

  @Test
  void a_retry_is_young_for_clients_that_claim_by_idle_time() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    claimAs("w1", id, 500_000);

    worker.settle(retry(id, ofDays(1)));

    assertThat(pending(id).idle()).isLessThan(60_000L);
  }

  @Test
  void a_defer_that_is_repeated_since_its_reply_was_lost_is_done_and_changes_nothing() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    worker.settle(retry(id, ofSeconds(30)));
    var due = dueTime(id);
    var remembered = failureText(id);

    assertThat(worker.result(retry(id, ofSeconds(90)))).isEqualTo(DONE);

    assertThat(dueTime(id)).isEqualTo(due);
    assertThat(failureText(id)).isEqualTo(remembered);
  }

  @Test
  void a_defer_is_fenced_when_another_worker_owns_the_entry() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    claimAs("w2", id, 0);

    assertThat(worker.result(retry(id, ofSeconds(30)))).isEqualTo(FENCED);

    assertThat(ownerOf(id)).isEqualTo("w2");
    assertThat(dueTime(id)).isNull();
    assertThat(failureText(id)).isNull();
  }

  @Test
  void a_defer_is_fenced_when_the_entry_came_back_to_us_in_a_later_delivery() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    raw("XCLAIM", KEYS.stream(), KEYS.group(), "w1", "0", id.toString());

    assertThat(pending(id).deliveries()).isEqualTo(2);
    assertThat(worker.result(retry(id, ofSeconds(30)))).isEqualTo(FENCED);
    assertThat(ownerOf(id)).isEqualTo("w1");
  }

  @Test
  void a_defer_is_fenced_when_another_run_has_our_name() {
    var old = unregistered("pod-0", "boot-1");
    old.register();
    add();
    var id = old.take();
    raw("DEL", KEYS.info());
    unregistered("pod-0", "boot-2").register();

    assertThat(old.result(retry(id, ofSeconds(30)))).isEqualTo(FENCED);
    assertThat(ownerOf(id)).isEqualTo("pod-0");
  }

  @Test
  void a_defer_is_fenced_when_we_were_taken_for_dead() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    raw("HDEL", KEYS.info(), "w1");

    assertThat(worker.result(retry(id, ofSeconds(30)))).isEqualTo(FENCED);
    assertThat(ownerOf(id)).isEqualTo("w1");
  }

  @Test
  void a_defer_is_fenced_when_the_entry_is_not_pending_any_more() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    raw("XACK", KEYS.stream(), KEYS.group(), id.toString());

    assertThat(worker.result(retry(id, ofSeconds(30)))).isEqualTo(FENCED);
    assertThat(pending()).isEmpty();
    assertThat(dueTime(id)).isNull();
  }

  @Test
  void a_defer_of_an_entry_that_was_handed_on_and_deferred_by_another_does_not_count_as_ours() {
    var old = worker("w1");
    add();
    var id = old.take();
    var other = worker("w2");
    claimAs("w2", id, 0);
    raw("XCLAIM", KEYS.stream(), KEYS.group(), "w2", "0", id.toString());
    other.settle(new Settlement.Defer(id, 2, ofSeconds(30), 2, ZERO, 1, 0, "theirs"));

    assertThat(old.result(retry(id, ofSeconds(90)))).isEqualTo(FENCED);
    assertThat(failure(id).error()).isEqualTo("theirs");
  }

  @Test
  void an_entry_that_was_trimmed_from_under_us_is_told_and_leaves_no_record() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    trimAway(id);

    assertThat(worker.result(retry(id, ofSeconds(30)))).isEqualTo(TRIMMED);

    assertThat(pending()).isEmpty();
    assertThat(dueTime(id)).isNull();
    assertThat(failureText(id)).isNull();
  }

  @Test
  void each_of_many_is_settled_by_itself() {
    var worker = worker("w1");
    var ids = add(250);
    worker.take(250);
    trimAway(ids.get(0));
    claimAs("w2", ids.get(120), 0);
    raw("XACK", KEYS.stream(), KEYS.group(), ids.get(249).toString());

    var results =
        worker.settle().settle(ids.stream().map(id -> retry(id, ofSeconds(30))).toList()).results();

    assertThat(results.get(0)).isEqualTo(TRIMMED);
    assertThat(results.get(120)).isEqualTo(FENCED);
    assertThat(results.get(249)).isEqualTo(FENCED);
    assertThat(results.stream().filter(DONE::equals)).hasSize(247);
    assertThat(pendingOf(DEFERRED_CONSUMER)).hasSize(247);
    assertThat(raw("ZCARD", KEYS.deferred())).isEqualTo(247L);
  }

  @Test
  void other_groups_see_nothing_of_a_retry() {
    raw("XGROUP", "CREATE", KEYS.stream(), "billing", "0");
    var worker = worker("w1");
    add();
    var id = worker.take();

    worker.settle(retry(id, ofSeconds(30)));

    assertThat(rawList("XPENDING", KEYS.stream(), "billing")).first().isEqualTo(0L);
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(1L);
  }

  @Test
  void a_huge_delivery_count_that_a_foreign_client_set_fences_nobody() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    raw(
        "XCLAIM",
        KEYS.stream(),
        KEYS.group(),
        "w1",
        "0",
        id.toString(),
        "RETRYCOUNT",
        "100000000000000",
        "JUSTID");

    var defer =
        new Settlement.Defer(
            id, 100_000_000_000_000L, ZERO, 100_000_000_000_000L, ZERO, 1, 0, "card refused");

    assertThat(worker.result(defer)).isEqualTo(DONE);
    assertThat(worker.result(defer)).isEqualTo(DONE);
  }

  @Test
  void an_error_text_of_any_bytes_stays_one_record() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    var error = "5 % of \"ü\u0000\" \t\r\n 1 2 3 4 c crash";

    worker.settle(new Settlement.Defer(id, 1, ZERO, 1, ZERO, 1, 0, error));

    assertThat(failure(id).error()).isEqualTo(Failure.clip(error));
    assertThat(failure(id).attempts()).isEqualTo(1);
    makeDue(id);
    assertThat(worker.due().arrivals().get(0).count().attempts()).isEqualTo(1);
  }
}
