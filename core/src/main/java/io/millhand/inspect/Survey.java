// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * One look at many streams and groups.
 *
 * @param at when, by the server's clock
 * @param streams those of the streams that exist, in the order in which they were named
 * @param groups those of their groups that were wanted, by stream and name
 */
public record Survey(Instant at, List<StreamSnapshot> streams, List<GroupSnapshot> groups) {

  /** Before there were streams. An id below it was chosen by hand, and is no time. */
  private static final Instant FIRST = Instant.parse("2018-01-01T00:00:00Z");

  /**
   * Of looks at several nodes, each by its own clock.
   *
   * @param keys all that were named, in that order
   */
  static Survey of(List<String> keys, List<Survey> parts) {
    var streams = new HashMap<String, StreamSnapshot>();
    parts.forEach(part -> part.streams().forEach(each -> streams.put(each.key(), each)));
    return new Survey(
        parts.stream().map(Survey::at).min(Comparator.naturalOrder()).orElse(Instant.EPOCH),
        keys.stream().flatMap(key -> Optional.ofNullable(streams.get(key)).stream()).toList(),
        parts.stream()
            .flatMap(part -> part.groups().stream())
            .sorted(Comparator.comparing(GroupSnapshot::stream).thenComparing(GroupSnapshot::name))
            .toList());
  }

  /** How long before this look an entry was added, by its id; empty where that is no time. */
  public Optional<Duration> age(EntryId id) {
    return age(id, at);
  }

  /** The same, at that moment. */
  public static Optional<Duration> age(EntryId id, Instant now) {
    return Optional.of(id.time())
        .filter(FIRST::isBefore)
        .map(time -> time.isBefore(now) ? Duration.between(time, now) : Duration.ZERO);
  }
}
