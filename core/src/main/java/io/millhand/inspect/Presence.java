// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.redis.Registration;
import java.util.Optional;
import java.util.Set;

/** Whether a registered worker is there. */
public enum Presence {
  /** Its connection to Redis exists. */
  ALIVE,
  /** Its connection is gone: killed, and not yet taken over. */
  GONE,
  /**
   * It cannot be told: the worker registered with another run of the server, or we may not list
   * clients.
   */
  UNSEEN;

  static Presence of(Registration worker, Optional<String> runId, Optional<Set<Long>> connected) {
    if (connected.isEmpty() || !worker.isOfRun(runId) || worker.clientId().isEmpty()) {
      return UNSEEN;
    }
    return connected.get().contains(worker.clientId().get()) ? ALIVE : GONE;
  }
}
