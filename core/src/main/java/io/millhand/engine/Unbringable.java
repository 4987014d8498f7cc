// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Entries of our own over which Redis ends the connection when they are asked for, each by itself:
 * they are larger than it sends. They are left alone for a while, so that the others go on. Used by
 * the intake's loop alone.
 */
final class Unbringable {

  /** Connections break for other reasons, too. */
  static final int PATIENCE = 3;

  static final long WAIT_NANOS = 10_000_000_000L;

  private final Map<EntryId, State> states = new HashMap<>();

  private record State(int failures, long notBefore) {}

  /** Whether to leave it alone now. */
  boolean waits(EntryId id, long now) {
    var state = states.get(id);
    return state != null && state.notBefore() - now > 0;
  }

  /** The connection broke over this one alone; answers whether it is to be left alone, and told. */
  boolean failed(EntryId id, long now) {
    var before = states.get(id);
    var failures = before == null ? 1 : before.failures() + 1;
    var enough = failures >= PATIENCE;
    states.put(id, new State(failures, enough ? now + WAIT_NANOS : now));
    return enough;
  }

  /** These came, or are not ours any more. */
  void forget(List<EntryId> ids) {
    ids.forEach(states::remove);
  }
}
