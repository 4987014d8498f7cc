// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import java.util.Arrays;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The unfinished entries of one key, by id. Guarded by the lock of its {@link KeyOrder}. */
final class KeyChain {

  /**
   * A key's bytes.
   *
   * @param bytes never changed
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by content, below
  record Key(byte[] bytes) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** An unfinished entry. */
  static final class Link {
    final EntryId id;
    final KeyChain chain;

    /** Its delivery, while it is in this worker's hands. */
    @Nullable Held held;

    /** Whether it is held here until it is its turn. */
    boolean waits;

    /** Whether Redis has confirmed that nothing follows for it. */
    boolean finished;

    /** Until when it is away, as far as we know; nanoTime. */
    long dueAt;

    /** When Redis was last asked whether it is still pending; nanoTime. */
    long checkedAt;

    Link(EntryId id, KeyChain chain, long now) {
      this.id = id;
      this.chain = chain;
      this.dueAt = now;
      this.checkedAt = now;
    }
  }

  final Key key;
  final TreeMap<EntryId, Link> links = new TreeMap<>();

  /** The one that may run: in the queue, in a handler, or on its way to Redis. */
  @Nullable Link running;

  /** Since when; nanoTime. */
  long runningSince;

  /** How many of its entries are held until it is their turn. */
  int waiting;

  /** And their bytes. */
  long waitingBytes;

  /** Whether they are counted as waiting behind one that is away. */
  boolean countedAway;

  KeyChain(Key key) {
    this.key = key;
  }

  /** The first unfinished one; null where there is none. */
  @Nullable Link head() {
    return links.isEmpty() ? null : links.firstEntry().getValue();
  }

  /** Whether nothing of it can go on here: the first one is elsewhere, such as in its back-off. */
  boolean isAway() {
    var head = head();
    return running == null && head != null && head.held == null;
  }
}
