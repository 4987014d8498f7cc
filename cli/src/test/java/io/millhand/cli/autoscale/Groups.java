// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.GroupPause;
import io.millhand.inspect.Lag;
import io.millhand.inspect.Snapshots.ConsumerSnapshot.Kind;
import io.millhand.inspect.Snapshots.Crew;
import io.millhand.inspect.Snapshots.Due;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.Hands;
import io.millhand.inspect.Snapshots.Member;
import io.millhand.inspect.Snapshots.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes looks at the group processing of orders, of which a test says what matters to it. */
final class Groups {

  private final List<Member> members = new ArrayList<>();
  private Lag lag = new Lag.Exactly(0);
  private Optional<Duration> oldest = Optional.empty();
  private long pending;
  private long deferred;
  private Due due = Due.NONE;
  private Optional<GroupPause> paused = Optional.empty();
  private Progress progress = new Progress(Optional.of(0L), Optional.of(0L), Optional.empty());
  private Crew crew = Crew.NOBODY;
  private Hands hands = Hands.NONE;

  Groups lag(long entries) {
    lag = new Lag.Exactly(entries);
    return this;
  }

  Groups lagAtLeast(long entries) {
    lag = new Lag.AtLeast(entries);
    return this;
  }

  Groups oldest(Duration age) {
    oldest = Optional.of(age);
    return this;
  }

  Groups pending(long entries) {
    pending = entries;
    return this;
  }

  /** Deferred entries, and so many of them are due soon. */
  Groups deferred(long entries, long soon) {
    deferred = entries;
    due = new Due(0, soon);
    return this;
  }

  Groups paused() {
    paused = Optional.of(new GroupPause("somebody", Instant.EPOCH, "a reason"));
    return this;
  }

  /** So many were ever added, and read. */
  Groups progress(long added, long read) {
    progress = new Progress(Optional.of(added), Optional.of(read), Optional.empty());
    return this;
  }

  /** As before Redis 7. */
  Groups progressUnknown() {
    progress = new Progress(Optional.empty(), Optional.empty(), Optional.empty());
    return this;
  }

  /** So many were ever added; how many were read the server cannot tell. */
  Groups readUnknown(long added) {
    progress = new Progress(Optional.of(added), Optional.empty(), Optional.empty());
    return this;
  }

  Groups crew(int alive, int gone, int unseen) {
    crew = new Crew(alive, gone, unseen, Optional.empty(), Optional.empty(), List.of());
    return this;
  }

  Groups hands(int slots, long stranded) {
    hands = new Hands(slots, stranded);
    return this;
  }

  /** A client of another kind that asked for something so long ago. */
  Groups foreign(Duration idle) {
    return member(Kind.FOREIGN, Optional.of(idle));
  }

  Groups member(Kind kind, Optional<Duration> idle) {
    members.add(new Member("m" + members.size(), kind, 0, idle));
    return this;
  }

  GroupSnapshot look() {
    return new GroupSnapshot(
        "orders",
        "processing",
        lag,
        pending,
        deferred,
        0,
        new EntryId(progress.read().orElse(0L), 0),
        oldest,
        Optional.empty(),
        crew.alive() + crew.gone() + crew.unseen(),
        members.size(),
        Optional.empty(),
        paused,
        Optional.empty(),
        due,
        progress,
        crew,
        hands,
        List.copyOf(members));
  }
}
