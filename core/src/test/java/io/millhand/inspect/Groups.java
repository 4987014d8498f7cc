// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.GroupPause;
import io.millhand.inspect.Snapshots.Crew;
import io.millhand.inspect.Snapshots.Due;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.Hands;
import io.millhand.inspect.Snapshots.Pin;
import io.millhand.inspect.Snapshots.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes snapshots of a group that is known by its counts. */
final class Groups {

  private Lag lag = new Lag.Exactly(0);
  private long pending;
  private long deferred;
  private long dead;
  private long dueNow;
  private long added;
  private Optional<Long> read = Optional.empty();
  private Crew crew = Crew.NOBODY;
  private Optional<Duration> oldestUndelivered = Optional.empty();
  private Optional<GroupPause> paused = Optional.empty();

  Groups added(long count) {
    added = count;
    return this;
  }

  Groups read(long count) {
    read = Optional.of(count);
    return this;
  }

  Groups lag(long count) {
    lag = new Lag.Exactly(count);
    oldestUndelivered = count == 0 ? Optional.empty() : Optional.of(Duration.ofMinutes(5));
    return this;
  }

  Groups lagAtLeast(long count) {
    lag(count);
    lag = new Lag.AtLeast(count);
    return this;
  }

  Groups pending(long count) {
    pending = count;
    return this;
  }

  Groups deferred(long count, long due) {
    deferred = count;
    dueNow = due;
    return this;
  }

  Groups dead(long count) {
    dead = count;
    return this;
  }

  Groups workers(int alive) {
    return crew(new Crew(alive, 0, 0, Optional.empty(), crew.oldestInHand(), List.of()));
  }

  Groups crew(Crew all) {
    crew = all;
    return this;
  }

  Groups paused(GroupPause pause) {
    paused = Optional.of(pause);
    return this;
  }

  Groups inHandFor(Duration time) {
    return crew(
        new Crew(crew.alive(), 0, 0, crew.foreignIdle(), Optional.of(time), crew.suspects()));
  }

  GroupSnapshot snapshot() {
    return new GroupSnapshot(
        "orders",
        "processing",
        lag,
        pending,
        deferred,
        dead,
        new EntryId(1, read.orElse(0L)),
        oldestUndelivered,
        pending + deferred == 0
            ? Optional.empty()
            : Optional.of(new Pin(new EntryId(1, 1), Optional.of(Duration.ofMinutes(6)))),
        crew.alive() + crew.gone() + crew.unseen(),
        0,
        Optional.empty(),
        paused,
        Optional.empty(),
        new Due(dueNow, dueNow),
        new Progress(Optional.of(added), read, Optional.empty()),
        crew,
        Hands.NONE,
        List.of());
  }
}
