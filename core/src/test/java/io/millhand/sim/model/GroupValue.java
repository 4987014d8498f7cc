// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import io.millhand.delivery.EntryId;
import java.util.TreeMap;
import java.util.TreeSet;

/** A consumer group. */
final class GroupValue {

  EntryId delivered;
  final TreeMap<EntryId, Pending> pending = new TreeMap<>();
  final TreeSet<String> consumers = new TreeSet<>();

  GroupValue(EntryId delivered) {
    this.delivered = delivered;
  }

  /**
   * A pending record.
   *
   * @param since when it was given out; server milliseconds
   */
  record Pending(String consumer, long since, long count) {}

  GroupValue copy() {
    var copy = new GroupValue(delivered);
    copy.pending.putAll(pending);
    copy.consumers.addAll(consumers);
    return copy;
  }

  long pendingOf(String consumer) {
    return pending.values().stream().filter(each -> each.consumer().equals(consumer)).count();
  }
}
