// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * An entry handed to a handler. Immutable but for {@link #isOwned()}; safe to share between
 * threads.
 *
 * @param <T> what the codec makes of the fields; without a codec the {@link Entry} itself
 */
public final class Delivery<T> {

  private final Source source;
  private final Entry entry;
  private final T payload;
  private final Count count;
  private final Origin origin;
  private final BooleanSupplier owned;

  /**
   * For tests of handlers, and for the worker.
   *
   * @param source stream and group
   * @param entry the entry
   * @param payload what the codec made of it
   * @param count how often it was handed out, failed and crashed
   * @param origin how it came here
   * @param owned answers {@link #isOwned()}
   */
  public Delivery(
      Source source, Entry entry, T payload, Count count, Origin origin, BooleanSupplier owned) {
    this.source = source;
    this.entry = entry;
    this.payload = payload;
    this.count = count;
    this.origin = origin;
    this.owned = owned;
  }

  /**
   * Stream and group of a delivery.
   *
   * @param stream the stream's key
   * @param group the group's name
   */
  public record Source(String stream, String group) {
    @Override
    public String toString() {
      return stream + "/" + group;
    }
  }

  /**
   * What is known of an entry's earlier deliveries.
   *
   * @param deliveries Redis' own count, from 1; it also rises by crashes and foreign claims
   * @param attempts how often a handler ran and failed, from 0
   * @param crashes how often a worker died while it held the entry, from 0
   */
  public record Count(long deliveries, int attempts, int crashes) {
    /** A first delivery. */
    public static final Count FIRST = new Count(1, 0, 0);
  }

  /** The entry. */
  public Entry entry() {
    return entry;
  }

  /** The entry's id. */
  public EntryId id() {
    return entry.id();
  }

  /** What the codec made of the fields. */
  public T payload() {
    return payload;
  }

  /**
   * The first field of that name as UTF-8 text.
   *
   * @throws UndecodableException when it is missing or not UTF-8
   */
  public String text(String name) {
    return entry.text(name);
  }

  /**
   * Where the entry belongs in a distributed trace, if its sender said so; what its fields hold is
   * checked at each call.
   */
  public Optional<TraceContext> trace() {
    return TraceContext.of(entry.fields());
  }

  /** The stream and the group. */
  public Source source() {
    return source;
  }

  /** Which attempt this is, from 1: the failed ones and this. */
  public int attempt() {
    return count.attempts() + 1;
  }

  /** What is known of earlier deliveries. */
  public Count count() {
    return count;
  }

  /** How it came here. */
  public Origin origin() {
    return origin;
  }

  /**
   * Whether this worker still owns the entry as far as it knows. A handler that works for long, or
   * is about to do what cannot be repeated, asks this: {@code false} means that another worker has,
   * or may soon have, the same entry.
   */
  public boolean isOwned() {
    return owned.getAsBoolean();
  }

  @Override
  public String toString() {
    return "%s %s (attempt %d, %s)".formatted(source, entry.id(), attempt(), origin);
  }
}
