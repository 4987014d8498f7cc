// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.delivery.Delivery.Count;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Origin;

/**
 * An entry that Redis has given to this consumer.
 *
 * @param entry the entry
 * @param count its history
 * @param origin how it came
 */
public record Arrival(Entry entry, Count count, Origin origin) {

  /** The entry's id. */
  public EntryId id() {
    return entry.id();
  }
}
