// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a stopping worker hands on. */
public final class HandedOn {

  private HandedOn() {}

  /**
   * How long it took from the signal until the last of what a worker released began elsewhere;
   * empty when it released nothing.
   */
  public static Optional<Duration> longestWait(Rig rig, WorkerProcess leaver, Instant stopped) {
    Map<String, String> names = new HashMap<>();
    rig.lines("ADD").forEach(words -> names.put(words.get(3), words.get(2)));
    Map<String, Long> begun = new HashMap<>();
    rig.lines("BEG").stream()
        .filter(words -> !words.get(3).equals(leaver.name()))
        .forEach(words -> begun.put(words.get(2), micros(words)));
    return leaver.lines("RELEASED").stream()
        .map(line -> begun.get(names.get(line.substring("RELEASED ".length()))))
        .max(Long::compare)
        .map(last -> Duration.ofMillis(last / 1000 - stopped.toEpochMilli()));
  }

  private static long micros(List<String> words) {
    return Long.parseLong(words.get(1));
  }
}
