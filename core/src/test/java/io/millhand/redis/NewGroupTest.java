// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.Retention;
import io.millhand.delivery.EntryId;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a group is promised that begins at 0 while entries go from the stream: all that was there
 * when it was made, and all that comes after, for as long as it has not finished it.
 */
class NewGroupTest extends OnEachServer {

  private static final int GROUPS = 40;

  @BeforeEach
  void breakNodesSmall() {
    raw("CONFIG", "SET", "stream-node-max-entries", "3");
  }

  @AfterEach
  void resetNodes() {
    raw("CONFIG", "SET", "stream-node-max-entries", "100");
  }

  @Test
  void a_group_made_while_entries_are_acked_and_deleted_misses_nothing_from_then_on()
      throws Exception {
    var worker = worker("w1").deletingOnAck();
    makeGroupsWhile(() -> acked(worker, 20));
  }

  @Test
  void a_group_made_while_what_is_finished_is_trimmed_misses_nothing_from_then_on()
      throws Exception {
    var worker = worker("w1");
    makeGroupsWhile(() -> acked(worker, 20) + worker.keep().trim(Retention.finished(ZERO)).count());
  }

  private static long acked(TestWorker worker, int count) {
    var acks =
        worker.read().readNew(count, ZERO).stream()
            .map(arrival -> new Settlement.Ack(arrival.id()))
            .toArray(Settlement[]::new);
    worker.settle(acks);
    return acks.length;
  }

  private void makeGroupsWhile(Callable<Long> work) throws Exception {
    add(50);
    try (var threads = Executors.newSingleThreadExecutor()) {
      var going = threads.submit(() -> goOn(work));
      for (int i = 0; i < GROUPS; i++) {
        makeAndRead("new-" + i, going);
      }
      going.cancel(true);
    }
  }

  private static Void goOn(Callable<Long> work) throws Exception {
    while (!Thread.currentThread().isInterrupted()) {
      work.call();
    }
    return null;
  }

  private void makeAndRead(String group, Future<?> going) {
    add(20);
    var promised = new HashSet<>(makeNow(group));
    promised.addAll(add(20));
    var read = new HashSet<EntryId>();
    while (!read.containsAll(promised)) {
      assertThat(going.isDone()).isFalse();
      var more = read(group);
      assertThat(more).as("all of %s but %s", promised, read).isNotEmpty();
      read.addAll(more);
      more.forEach(id -> raw("XACK", KEYS.stream(), group, id.toString()));
    }
    raw("XGROUP", "DESTROY", KEYS.stream(), group);
  }

  /** Makes a group; answers what was in the stream just then. */
  private List<EntryId> makeNow(String group) {
    return ids(
        rawList(
            "EVAL",
            "redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0') return redis.call('XRANGE', KEYS[1], '-', '+')",
            "1",
            KEYS.stream(),
            group));
  }

  private List<EntryId> read(String group) {
    var reply =
        rawList("XREADGROUP", "GROUP", group, "c", "COUNT", "7", "STREAMS", KEYS.stream(), ">");
    return reply.isEmpty() ? List.of() : ids((List<?>) ((List<?>) reply.get(0)).get(1));
  }

  private static List<EntryId> ids(List<?> entries) {
    return entries.stream().map(entry -> EntryId.parse((String) ((List<?>) entry).get(0))).toList();
  }
}
