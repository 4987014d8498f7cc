// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import io.millhand.redis.InspectCommands.PendingRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    assertThat(inspect.failures(KEYS, List.of(id, other))).isEqualTo(Map.of(id, failure(id)));
    assertThat(inspect.failures(KEYS, List.of())).isEmpty();
    assertThat(inspect.dueTimes(KEYS, List.of())).isEmpty();
  }

  @Test
  void workers_are_told() {
    var worker = worker("w1");

    assertThat(inspect.workers(KEYS)).isEqualTo(Map.of("w1", worker.registration()));
  }

  @Test
  void consumers_are_described_and_what_is_not_there_is_told_by_its_kind() {
    add();
    worker("w1").take();

    assertThat(inspect.consumers(KEYS.stream(), KEYS.group()).get(0))
        .containsEntry("name", "w1")
        .containsEntry("pending", "1");
    assertThatThrownBy(() -> inspect.consumers("nothing", "g"))
        .isInstanceOf(NoGroupException.class);
    assertThatThrownBy(() -> inspect.consumers(KEYS.stream(), "nobody"))
        .isInstanceOf(NoGroupException.class);
  }
}
