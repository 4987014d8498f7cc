// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;

import io.millhand.delivery.EntryId;
import io.millhand.redis.ReadCommands.Due;
import io.millhand.redis.ReadCommands.SuspectRoom;
import io.millhand.redis.SettleCommands.OnceSettled;
import io.millhand.redis.SettleCommands.Written;
import io.millhand.redis.Settlement.Result;
import io.millhand.redis.WorkerCommands.Peer;
import io.millhand.redis.WorkerCommands.Registered;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A worker that does nothing by itself: a test says each word of the protocol for it. */
final class TestWorker implements AutoCloseable {

  static final int SUSPECT_AFTER = 2;
  static final Duration LEASE = Duration.ofSeconds(15);

  final Identity identity;
  private final RedisStreams streams;
  private final Keys keys;
  private final Deque<Commands> opened = new ArrayDeque<>();
  private OnceSettled entries = OnceSettled.KEEP;
  private @Nullable ReadCommands read;
  private @Nullable SettleCommands settle;
  private @Nullable WorkerCommands work;
  private @Nullable KeeperCommands keep;

  TestWorker(RedisStreams streams, Keys keys, String consumer, String bootId) {
    this.streams = streams;
    this.keys = keys;
    this.identity = new Identity(consumer, bootId);
  }

  ReadCommands read() {
    if (read == null) {
      read = track(streams.reading(keys, identity, 8 << 20));
    }
    return read;
  }

  /** From now on it deletes what it acks. */
  TestWorker deletingOnAck() {
    entries = OnceSettled.DELETE;
    settle = null;
    return this;
  }

  SettleCommands settle() {
    if (settle == null) {
      settle = track(streams.settling(keys, identity, entries));
    }
    return settle;
  }

  WorkerCommands work() {
    if (work == null) {
      work = track(streams.working(keys, identity));
    }
    return work;
  }

  KeeperCommands keep() {
    if (keep == null) {
      keep = track(streams.keeping(keys, identity));
    }
    return keep;
  }

  private <C extends Commands> C track(C commands) {
    opened.push(commands);
    return commands;
  }

  Registration registration() {
    return registration(Optional.empty());
  }

  Registration registration(Optional<EntryId> suspect) {
    return new Registration(
        identity.bootId(),
        "host",
        42,
        "0.1.0",
        "2026-01-01T00:00:00Z",
        LEASE,
        work().server().runId(),
        work().server().clientId(),
        suspect);
  }

  Registered register() {
    return work().register(registration());
  }

  /** Reads so many new entries and checks that they came. */
  List<Arrival> take(int count) {
    var arrivals = new java.util.ArrayList<Arrival>();
    while (arrivals.size() < count) {
      var more = read().readNew(count - arrivals.size(), ZERO);
      if (more.isEmpty()) {
        throw new AssertionError("only %d of %d were there".formatted(arrivals.size(), count));
      }
      arrivals.addAll(more);
    }
    return arrivals;
  }

  /** Reads one new entry. */
  EntryId take() {
    return take(1).get(0).id();
  }

  Due due() {
    return read().claimDue(100, SuspectRoom.FREE, SUSPECT_AFTER);
  }

  Due due(SuspectRoom room) {
    return read().claimDue(100, room, SUSPECT_AFTER);
  }

  List<EntryId> dueIds() {
    return due().arrivals().stream().map(Arrival::id).toList();
  }

  Written settle(Settlement... settlements) {
    return settle().settle(List.of(settlements));
  }

  /** What came of one settlement. */
  Result result(Settlement settlement) {
    return settle(settlement).results().get(0);
  }

  /** This worker as its peers see it now. */
  Peer seenBy(TestWorker other) {
    return other.keep().workers().stream()
        .filter(peer -> peer.consumer().equals(identity.consumer()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    opened.forEach(Commands::close);
  }
}
