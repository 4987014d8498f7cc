// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

import io.millhand.error.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a stream is partitioned.
 *
 * @param counts how many partitions each generation has, the oldest first; entries go to the last
 * @param field the field whose value routes an entry; empty for turn by turn
 * @param next how many partitions the next generation will have, while the stream grows
 */
public record Catalogue(List<Integer> counts, Optional<String> field, Optional<Integer> next) {

  /** The form of the catalogue that this library writes, and reads. */
  private static final String VERSION = "1";

  /** Copies, so that nobody changes it. */
  public Catalogue {
    counts = List.copyOf(counts);
  }

  /**
   * Reads it; empty where there is none.
   *
   * @throws RefusedException when a newer library has made it
   */
  public static Optional<Catalogue> parse(String stream, Map<String, String> hash) {
    var generation = hash.get("generation");
    if (generation == null) {
      return Optional.empty();
    }
    if (!VERSION.equals(hash.get("version"))) {
      throw new RefusedException(
          "%s: its catalogue of partitions has the form %s, and this library reads form %s. Take a newer one."
              .formatted(stream, hash.get("version"), VERSION));
    }
    try {
      var counts = new ArrayList<Integer>();
      for (int i = 0; i <= Integer.parseInt(generation); i++) {
        counts.add(Integer.valueOf(hash.getOrDefault("count:" + i, "none")));
      }
      return Optional.of(
          new Catalogue(
              counts,
              Optional.ofNullable(hash.get("key")).filter(field -> !field.isEmpty()),
              Optional.ofNullable(hash.get("next")).map(Integer::valueOf)));
    } catch (NumberFormatException e) {
      throw new RefusedException(
          "%s: its catalogue of partitions is damaged; docs/protocol.md says what belongs there."
              .formatted(stream),
          e);
    }
  }

  /** The generation that entries go to. */
  public int generation() {
    return counts.size() - 1;
  }

  /** How many partitions that has. */
  public int count() {
    return counts.get(generation());
  }

  /** All partitions of a generation. */
  public static List<Partition> partitions(int generation, int count) {
    return IntStream.range(0, count).mapToObj(index -> new Partition(generation, index)).toList();
  }

  /** Those that entries go to. */
  public List<Partition> current() {
    return partitions(generation(), count());
  }
}
