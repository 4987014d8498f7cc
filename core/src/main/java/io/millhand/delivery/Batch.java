// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Deliveries that are handled in one call. Not thread-safe: it belongs to the thread that handles
 * it.
 *
 * @param <T> the payload's type
 */
public final class Batch<T> implements Iterable<Delivery<T>> {

  private final List<Delivery<T>> deliveries;
  private final Map<EntryId, Outcome> settled = new HashMap<>();

  /** For the worker, and for tests of handlers; the ids differ. */
  public Batch(List<Delivery<T>> deliveries) {
    this.deliveries = List.copyOf(deliveries);
  }

  /** The deliveries, one at least. */
  public List<Delivery<T>> deliveries() {
    return deliveries;
  }

  /** How many there are. */
  public int size() {
    return deliveries.size();
  }

  /**
   * Says how one of them is to be settled; a second word on the same one replaces the first. It is
   * carried out when the handler returns or throws.
   *
   * @throws IllegalArgumentException when the delivery is not of this batch
   */
  public void settle(Delivery<T> delivery, Outcome outcome) {
    if (deliveries.stream().noneMatch(each -> each == delivery)) {
      throw new IllegalArgumentException("entry " + delivery.id() + " is not of this batch");
    }
    settled.put(delivery.id(), outcome);
  }

  /** What {@link #settle} said of a delivery. */
  public Optional<Outcome> outcome(Delivery<T> delivery) {
    return Optional.ofNullable(settled.get(delivery.id()));
  }

  @Override
  public Iterator<Delivery<T>> iterator() {
    return deliveries.iterator();
  }
}
