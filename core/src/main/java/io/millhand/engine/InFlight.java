// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All deliveries in this worker's hands, by entry id: an id is never here twice, but for one that
 * is handed back at once, since an earlier delivery of it has not ended. Thread-safe.
 */
final class InFlight {

  private final ConcurrentHashMap<EntryId, Held> held = new ConcurrentHashMap<>();

  /** What is handed back beside an earlier delivery; hardly ever any. */
  private final Set<Held> beside = ConcurrentHashMap.newKeySet();

  /** Takes it in; answers with the one that is here already under that id, if any. */
  @Nullable Held putIfAbsent(Held delivery) {
    return held.putIfAbsent(delivery.id(), delivery);
  }

  /** Another delivery of an entry that is here already; it is on its way back. */
  void addBeside(Held delivery) {
    beside.add(delivery);
  }

  void remove(Held delivery) {
    if (!held.remove(delivery.id(), delivery)) {
      beside.remove(delivery);
    }
  }

  boolean contains(EntryId id) {
    return held.containsKey(id) || beside.stream().anyMatch(each -> each.id().equals(id));
  }

  Collection<Held> all() {
    if (beside.isEmpty()) {
      return held.values();
    }
    var all = new ArrayList<>(held.values());
    all.addAll(beside);
    return all;
  }

  int size() {
    return held.size();
  }

  Optional<EntryId> lowest() {
    return held.keySet().stream().min(EntryId::compareTo);
  }
}
