// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static io.millhand.redis.Keys.DEFERRED_CONSUMER;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.GroupStart;
import io.millhand.config.Retention;
import io.millhand.delivery.Delivery.Count;
import io.millhand.delivery.EntryId;
import io.millhand.redis.KeeperCommands.HandedOn;
import io.millhand.redis.ReadCommands.Seen;
import io.millhand.redis.WorkerCommands.Peer;
import io.millhand.redis.WorkerCommands.Registered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole protocol in any order: workers read, settle, pause, die and are taken for dead by
 * mistake, clients of another kind take entries, operators destroy the group, keys are lost.
 */
class RandomWalkTest extends OnEachServer {

  private static final int STEPS = 150;

  /** A worker process, with what it believes to hold. */
  private static final class Life {
    final TestWorker worker;
    final Map<EntryId, Count> held = new HashMap<>();

    Life(TestWorker worker) {
      this.worker = worker;
    }
  }

  private Random random;
  private int runs;
  private final List<Life> processes = new ArrayList<>();
  private final List<EntryId> added = new ArrayList<>();
  private final Set<EntryId> handled = new HashSet<>();
  private final List<String> history = new ArrayList<>();

  static Stream<Long> seeds() {
    var seeds = System.getenv("MILLHAND_TEST_SEEDS");
    return Stream.iterate(1L, seed -> seed + 1).limit(seeds == null ? 4 : Long.parseLong(seeds));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void no_entry_is_lost_whatever_happens_in_whatever_order(long seed) {
    random = new Random(seed);
    for (int i = 0; i < 3; i++) {
      processes.add(start());
    }
    for (int step = 0; step < STEPS; step++) {
      step();
      assertNothingIsLost();
    }
    finish();
    assertThat(handledOrDead()).as("%s", history).containsAll(added);
    assertThat(pending()).isEmpty();
    assertThat(raw("EXISTS", KEYS.deferred())).isEqualTo(0L);
  }

  private Life start() {
    runs++;
    return new Life(worker("w" + runs));
  }

  private void step() {
    var at = random.nextInt(processes.size());
    var process = processes.get(at);
    var worker = process.worker;
    var what = random.nextInt(100);
    history.add(worker.identity.consumer() + ":" + what);
    if (what < 15) {
      added.addAll(add(1 + random.nextInt(4)));
    } else if (what < 30) {
      for (var arrival : worker.read().readNew(1 + random.nextInt(5), ZERO)) {
        process.held.put(arrival.id(), arrival.count());
      }
    } else if (what < 40) {
      rawList("ZRANGE", KEYS.deferred(), "0", "2").forEach(id -> makeDue(EntryId.parse("" + id)));
      for (var arrival : worker.due().arrivals()) {
        process.held.put(arrival.id(), arrival.count());
      }
    } else if (what < 65) {
      settle(process);
    } else if (what < 69) {
      processes.set(at, start());
    } else if (what < 75) {
      judge(worker, random.nextInt(4) == 0);
    } else if (what < 79) {
      foreign();
    } else if (what < 82) {
      loseKey();
    } else if (what < 84) {
      loseDeferred(worker);
    } else if (what < 87) {
      raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());
      worker
          .read()
          .group(
              GroupStart.now(), Seen.BEFORE, process.held.keySet().stream().sorted().findFirst());
    } else if (what < 95) {
      chores(worker);
    } else if (what < 98) {
      if (!worker.work().beat(ofSeconds(2)).registered()) {
        assertThat(worker.register()).isInstanceOf(Registered.Ok.class);
      }
    } else {
      raw("SCRIPT", "FLUSH");
    }
  }

  private void settle(Life process) {
    for (var held : List.copyOf(process.held.entrySet())) {
      if (random.nextInt(3) == 0) {
        continue;
      }
      var id = held.getKey();
      var count = held.getValue();
      var settlement = settlement(id, count);
      if (settlement instanceof Settlement.Ack || settlement instanceof Settlement.AckRecorded) {
        handled.add(id);
      }
      process.worker.settle(settlement);
      if (random.nextInt(8) > 0) { // else its reply was lost, and it is written again later
        process.held.remove(id);
      }
    }
  }

  private Settlement settlement(EntryId id, Count count) {
    var deliveries = count.deliveries();
    return switch (random.nextInt(6)) {
      case 0, 1 ->
          count.equals(Count.FIRST) ? new Settlement.Ack(id) : new Settlement.AckRecorded(id);
      case 2 ->
          new Settlement.Defer(
              id,
              deliveries,
              random.nextBoolean() ? ZERO : java.time.Duration.ofMinutes(10),
              deliveries,
              ZERO,
              count.attempts() + 1,
              count.crashes(),
              "card refused");
      case 3 ->
          new Settlement.Defer(
              id, deliveries, ZERO, Math.max(0, deliveries - 1), ofSeconds(60), -1, 0, "");
      case 4 -> new Settlement.Dead(id, deliveries, 0, List.of("~id", id.toString()));
      default -> new Settlement.AckRecorded(id);
    };
  }

  /** Takes the dead for dead, and sometimes a living one, too. */
  private void judge(TestWorker keeper, boolean mistaken) {
    for (var peer : keeper.keep().workers()) {
      var lives =
          processes.stream()
              .anyMatch(each -> each.worker.identity.consumer().equals(peer.consumer()));
      if (!lives || mistaken) {
        handOn(keeper, peer);
        keeper.keep().bury(peer);
      }
    }
  }

  private void handOn(TestWorker keeper, Peer peer) {
    var ids = pendingOf(peer.consumer());
    if (!ids.isEmpty() && keeper.keep().handOn(peer, ids) instanceof HandedOn.Ok ok) {
      assertThat(ok.trimmed()).isEmpty();
    }
  }

  private void foreign() {
    for (var row : pending()) {
      if (random.nextInt(4) == 0) {
        claimAs("python", row.id(), 60_000);
        if (random.nextBoolean()) {
          handled.add(row.id());
          raw("XACK", KEYS.stream(), KEYS.group(), row.id().toString());
        }
      }
    }
  }

  /** Any key but the stream; the due times only while each has its pending record. */
  private void loseKey() {
    var lost =
        List.of(
                KEYS.failures(),
                KEYS.workers(),
                KEYS.info(),
                KEYS.keeper(),
                KEYS.position(),
                KEYS.deferred())
            .get(random.nextInt(6));
    if (!lost.equals(KEYS.deferred()) || pendingIds().containsAll(waiting())) {
      raw("DEL", lost);
    }
  }

  /** What an operator does who does not know the reserved consumer. */
  private void loseDeferred(TestWorker worker) {
    worker.keep().reconcile(pendingOf(DEFERRED_CONSUMER));
    if (waiting().containsAll(pendingOf(DEFERRED_CONSUMER))) {
      raw("XGROUP", "DELCONSUMER", KEYS.stream(), KEYS.group(), DEFERRED_CONSUMER);
    }
  }

  private void chores(TestWorker worker) {
    switch (random.nextInt(5)) {
      case 0 -> worker.keep().reconcile(pendingOf(DEFERRED_CONSUMER));
      case 1 -> worker.keep().storePosition();
      case 2 -> worker.keep().sweep("0");
      case 3 -> worker.keep().handOnForeign("python", ofSeconds(60), pendingOf("python"));
      default -> {
        if (pendingIds().containsAll(waiting())) {
          worker.keep().trim(Retention.finished(ZERO));
        }
      }
    }
  }

  private Set<EntryId> waiting() {
    var ids = new HashSet<EntryId>();
    rawList("ZRANGE", KEYS.deferred(), "0", "-1").forEach(id -> ids.add(EntryId.parse("" + id)));
    return ids;
  }

  private Set<EntryId> handledOrDead() {
    var ids = new HashSet<>(handled);
    for (var letter : inspectLetters()) {
      ids.add(letter);
    }
    return ids;
  }

  private List<EntryId> inspectLetters() {
    return rawList("XRANGE", KEYS.dead(), "-", "+").stream()
        .map(letter -> (List<?>) ((List<?>) letter).get(1))
        .map(fields -> EntryId.parse((String) fields.get(fields.indexOf("~id") + 1)))
        .toList();
  }

  private void assertNothingIsLost() {
    var finished = handledOrDead();
    var known = new HashSet<>(finished);
    known.addAll(pendingIds());
    known.addAll(waiting());
    var info = (List<?>) rawList("XINFO", "GROUPS", KEYS.stream()).get(0);
    var last = EntryId.parse((String) info.get(info.indexOf("last-delivered-id") + 1));
    assertThat(
            added.stream().filter(id -> id.compareTo(last) <= 0).filter(id -> !known.contains(id)))
        .as("lost, after %s", history)
        .isEmpty();
    assertThat(
            rawList("XRANGE", KEYS.stream(), "-", "+").stream()
                .map(entry -> EntryId.parse((String) ((List<?>) entry).get(0))))
        .as("in the stream, after %s", history)
        .containsAll(added.stream().filter(id -> !finished.contains(id)).toList());
  }

  /** All die at once; one that comes after them finds everything. */
  private void finish() {
    processes.clear();
    var last = worker("last");
    processes.add(new Life(last));
    judge(last, false);
    for (int round = 0; round < 100 && (round < 3 || !pending().isEmpty()); round++) {
      last.keep().handOnForeign("python", ZERO, pendingOf("python"));
      for (var consumer : last.keep().consumers()) {
        if (!consumer.name().equals(DEFERRED_CONSUMER) && !consumer.name().equals("last")) {
          last.keep().handOnForeign(consumer.name(), ZERO, pendingOf(consumer.name()));
        }
      }
      last.keep().reconcile(pendingOf(DEFERRED_CONSUMER));
      waiting().forEach(this::makeDue);
      var arrivals = new ArrayList<>(last.due().arrivals());
      arrivals.addAll(last.read().readNew(100, ZERO));
      for (var arrival : arrivals) {
        handled.add(arrival.id());
        last.settle(new Settlement.AckRecorded(arrival.id()));
      }
    }
    last.keep().sweep("0");
    // What tells of an entry that others took from the group stays for a day.
    for (var id : rawList("HKEYS", KEYS.failures())) {
      assertThat(handledOrDead()).contains(EntryId.parse("" + id));
      raw("HSET", KEYS.failures(), "" + id, "1 0 1 1 long ago");
    }
    last.keep().sweep("0");
    assertThat(raw("EXISTS", KEYS.failures())).isEqualTo(0L);
    assertThat(Optional.ofNullable(info("last"))).isPresent();
  }
}
