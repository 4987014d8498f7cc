// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All deliveries in this worker's hands, by entry id: an id is never here twice. Thread-safe. */
final class InFlight {

  private final ConcurrentHashMap<EntryId, Held> held = new ConcurrentHashMap<>();

  /** Takes it in; answers with the one that is here already under that id, if any. */
  @Nullable Held putIfAbsent(Held delivery) {
    return held.putIfAbsent(delivery.id(), delivery);
  }

  void remove(Held delivery) {
    held.remove(delivery.id(), delivery);
  }

  boolean contains(EntryId id) {
    return held.containsKey(id);
  }

  Collection<Held> all() {
    return held.values();
  }

  int size() {
    return held.size();
  }

  Optional<EntryId> lowest() {
    return held.keySet().stream().min(EntryId::compareTo);
  }
}
