// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What hard caps took from a group so far.
 *
 * @param pending entries that were pending
 * @param unread entries that it had not been given
 * @param first when any went first, server milliseconds
 * @param last when any went last
 */
public record Losses(long pending, long unread, long first, long last) {

  private static final String FIELD = "~lost:";

  /** What one keeper took, from its own group and from others of the stream, by group. */
  static Map<String, Losses> among(Map<String, String> info) {
    var losses = new HashMap<String, Losses>();
    info.forEach(
        (field, text) -> {
          if (field.startsWith(FIELD)) {
            parse(text).ifPresent(each -> losses.put(field.substring(FIELD.length()), each));
          }
        });
    return losses;
  }

  private static Optional<Losses> parse(String text) {
    return text.matches("\\d{1,18} \\d{1,18} \\d{1,18} \\d{1,18}")
        ? Optional.of(of(Stream.of(text.split(" ", -1)).mapToLong(Long::parseLong).toArray()))
        : Optional.empty();
  }

  private static Losses of(long[] parts) {
    return new Losses(parts[0], parts[1], parts[2], parts[3]);
  }

  /** Both. */
  public Losses plus(Losses other) {
    return new Losses(
        pending + other.pending,
        unread + other.unread,
        Math.min(first, other.first),
        Math.max(last, other.last));
  }
}
