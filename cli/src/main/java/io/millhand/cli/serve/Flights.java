// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.delivery.EntryId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * When probes of this process were sent. Those that others handle never come back: the oldest are
 * forgotten. Thread-safe.
 */
final class Flights {

  private static final int MOST = 100;

  private final Map<String, Long> sent = bounded(); // guarded by this
  private final Map<EntryId, Long> landed = bounded(); // guarded by this

  private static <K> Map<K, Long> bounded() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, Long> eldest) {
        return size() > MOST;
      }
    };
  }

  /** Begins now; answers the token to send. */
  synchronized String begin(long nanoTime) {
    var token = UUID.randomUUID().toString();
    sent.put(token, nanoTime);
    return token;
  }

  /** An entry with that token came in. */
  synchronized void land(String token, EntryId id) {
    var began = sent.remove(token);
    if (began != null) {
      landed.put(id, began);
    }
  }

  /** The entry was acked: how long it took; empty where it was not ours. */
  synchronized Optional<Duration> end(EntryId id, long nanoTime) {
    return Optional.ofNullable(landed.remove(id)).map(began -> Duration.ofNanos(nanoTime - began));
  }
}
