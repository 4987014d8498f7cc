// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.GroupStart;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.NoGroupException;
import io.millhand.error.RefusedException;
import io.millhand.redis.InspectCommands.GroupFacts;
import io.millhand.redis.InspectCommands.PendingRow;
import io.millhand.redis.InspectCommands.StreamFacts;
import io.millhand.redis.InspectCommands.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an inspector asks. */
class InspectCommandsTest extends OnEachServer {

  private InspectCommands inspect;

  @BeforeEach
  void startInspector() {
    inspect = inspect();
  }

  private EntryId deferred(TestWorker worker) {
    add();
    var id = worker.take();
    worker.settle(new Settlement.Defer(id, 1, ofSeconds(60), 1, ZERO, 2, 0, "card refused"));
    return id;
  }

  @Test
  void the_servers_time_is_told_in_its_own_clock() {
    var before = serverMillis();

    assertThat(inspect.serverMillis()).isBetween(before, serverMillis());
  }

  @Test
  void every_stream_is_found_and_nothing_else() {
    raw("SET", "text", "1");
    raw("XADD", "payments", "*", "a", "1");
    var found = new ArrayList<String>();
    var cursor = "0";
    do {
      var page = inspect.scanStreams(cursor);
      cursor = page.get(0);
      found.addAll(page.subList(1, page.size()));
    } while (!cursor.equals("0"));

    assertThat(found).containsExactlyInAnyOrder("orders", "payments");
  }

  private StreamFacts stream() {
    return inspect.streams(List.of(KEYS.stream())).get(0).orElseThrow();
  }

  private GroupFacts group(long consumers) {
    var target = new Target(KEYS, EntryId.ZERO, consumers);
    return inspect.groups(List.of(target), serverMillis()).get(0).orElseThrow();
  }

  @Test
  void streams_are_described_together_and_those_that_are_not_there_are_empty() {
    var ids = add(2);

    var facts = inspect.streams(List.of("nothing", KEYS.stream()));

    assertThat(facts.get(0)).isEmpty();
    assertThat(facts.get(1).orElseThrow().stream())
        .containsEntry("length", "2")
        .containsEntry("groups", "1")
        .containsEntry("first-entry", ids.get(0).toString())
        .containsEntry("last-entry", ids.get(1).toString())
        .containsEntry("last-generated-id", ids.get(1).toString());
    assertThat(facts.get(1).orElseThrow().bytes().orElseThrow()).isPositive();
  }

  @Test
  void a_key_of_another_type_is_refused_by_name_of_what_was_asked() {
    raw("SET", "text", "1");

    assertThatThrownBy(() -> inspect.streams(List.of("text")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("XINFO STREAM");
  }

  @Test
  void groups_and_consumers_are_described_and_what_is_not_there_is_told_by_its_kind() {
    var id = add();
    worker("w1").take();

    assertThat(stream().groups().get(0))
        .containsEntry("name", KEYS.group())
        .containsEntry("pending", "1");
    assertThat(inspect.consumers(KEYS.stream(), KEYS.group()).get(0))
        .containsEntry("name", "w1")
        .containsEntry("pending", "1");
    assertThat(group(1).pending()).containsEntry("w1", 1L);
    assertThat(group(1).idle()).containsKey("w1");
    assertThat(group(1).lowest()).extracting(PendingRow::id).containsExactly(id);
    assertThat(group(1).undelivered()).contains(id);
    assertThatThrownBy(() -> inspect.consumers("nothing", "g"))
        .isInstanceOf(NoGroupException.class);
    assertThatThrownBy(() -> inspect.consumers(KEYS.stream(), "nobody"))
        .isInstanceOf(NoGroupException.class);
    assertThat(
            inspect.groups(
                List.of(new Target(Keys.of("orders", "nobody"), EntryId.ZERO, 0)), serverMillis()))
        .containsExactly(Optional.empty());
  }

  @Test
  void of_thousands_of_consumers_only_those_with_something_pending_are_asked_about() {
    add(2);
    worker("w1").take();
    worker("idle");

    var facts = group(5000);

    assertThat(facts.pending()).isEqualTo(Map.of("w1", 1L));
    assertThat(facts.idle()).isEmpty();
  }

  @Test
  void connections_are_told_from_those_that_are_gone() {
    var own = inspect.server().clientId().orElseThrow();

    assertThat(inspect.connected(List.of(own, 999_999L))).contains(Set.of(own));
  }

  @Test
  void a_lag_that_redis_does_not_know_is_missing() {
    add(3);
    worker("w1").take();
    raw(
        "XDEL",
        KEYS.stream(),
        inspect.newestEntries("orders", Optional.empty(), 1).get(0).id().toString());

    assertThat(stream().groups().get(0)).doesNotContainKey("lag");
  }

  @Test
  void entries_are_listed_forwards_and_backwards() {
    var ids = add(5);

    assertThat(inspect.entriesAfter(KEYS.stream(), ids.get(1), 2))
        .extracting(Entry::id)
        .containsExactly(ids.get(2), ids.get(3));
    assertThat(inspect.newestEntries(KEYS.stream(), Optional.empty(), 2))
        .extracting(Entry::id)
        .containsExactly(ids.get(4), ids.get(3));
    assertThat(inspect.newestEntries(KEYS.stream(), Optional.of(ids.get(3)), 10))
        .extracting(Entry::id)
        .containsExactly(ids.get(2), ids.get(1), ids.get(0));
    assertThat(inspect.newestEntries(KEYS.stream(), Optional.of(EntryId.ZERO), 10)).isEmpty();
    assertThat(inspect.entry(KEYS.stream(), ids.get(2)).orElseThrow().text("order_id"))
        .isEqualTo("2");
    assertThat(inspect.entry(KEYS.stream(), new EntryId(1, 1))).isEmpty();
    assertThat(inspect.entriesBetween(KEYS.stream(), ids.get(1), ids.get(3), 10))
        .extracting(Entry::id)
        .containsExactly(ids.get(1), ids.get(2), ids.get(3));
  }

  @Test
  void pending_entries_are_listed_of_all_or_of_one_consumer() {
    add(3);
    var one = worker("w1").take();
    var two = worker("w2").take(2).get(0).id();

    assertThat(inspect.pending("orders", "processing", EntryId.ZERO, 2, Optional.empty()))
        .extracting(PendingRow::id)
        .containsExactly(one, two);
    assertThat(inspect.pending("orders", "processing", EntryId.ZERO, 10, Optional.of("w2")))
        .hasSize(2)
        .extracting(PendingRow::consumer)
        .containsOnly("w2");
    assertThatThrownBy(
            () -> inspect.pending("orders", "nobody", EntryId.ZERO, 10, Optional.empty()))
        .isInstanceOf(NoGroupException.class);
  }

  @Test
  void what_is_deferred_tells_its_due_time_and_its_failures() {
    var worker = worker("w1");
    var id = deferred(worker);
    add();
    var other = worker.take();

    assertThat(inspect.dueTimes(KEYS, List.of(id, other))).isEqualTo(Map.of(id, dueTime(id)));
    assertThat(group(2).dueNow()).isZero();
    makeDue(id);
    assertThat(group(2).dueNow()).isEqualTo(1);
    assertThat(inspect.failures(KEYS, List.of(id, other))).isEqualTo(Map.of(id, failure(id)));
    assertThat(inspect.failures(KEYS, List.of())).isEmpty();
    assertThat(inspect.dueTimes(KEYS, List.of())).isEmpty();
  }

  @Test
  void workers_and_their_keeper_are_told() {
    var worker = worker("w1");
    assertThat(group(1).keeper()).isEmpty();
    worker.work().beat(ofSeconds(100));

    assertThat(inspect.workers(KEYS)).isEqualTo(Map.of("w1", worker.registration()));
    assertThat(group(1).workers()).isEqualTo(inspect.workers(KEYS));
    assertThat(group(1).keeper()).contains("w1");
  }

  @Test
  void entries_are_added_and_deleted() {
    var id = inspect.add("payments", Fields.of("a", "1", "a", "2"));

    assertThat(inspect.entry("payments", id).orElseThrow().fields())
        .isEqualTo(Fields.of("a", "1", "a", "2"));
    assertThat(inspect.delete("payments", List.of(id, new EntryId(1, 1)))).isEqualTo(1);
    assertThat(inspect.delete("payments", List.of(id))).isZero();
  }

  @Test
  void a_group_is_created_once_with_its_stream() {
    assertThat(inspect.createGroup("payments", "billing", GroupStart.beginning())).isTrue();
    assertThat(inspect.createGroup("payments", "billing", GroupStart.now())).isFalse();
    assertThat(inspect.streams(List.of("payments")).get(0).orElseThrow().groups()).hasSize(1);
  }
}
