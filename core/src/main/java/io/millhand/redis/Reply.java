// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a reply: bytes, numbers, lists, nothing. */
final class Reply {

  private Reply() {}

  @SuppressWarnings("unchecked")
  static List<@Nullable Object> list(@Nullable Object reply) {
    return reply == null ? List.of() : (List<@Nullable Object>) reply;
  }

  static byte[] bytes(@Nullable Object reply) {
    if (reply instanceof byte[] bytes) {
      return bytes;
    }
    throw new IllegalStateException(
        "Redis answered in a form that was not expected: " + kind(reply));
  }

  static String text(@Nullable Object reply) {
    return reply instanceof Long number ? number.toString() : new String(bytes(reply), UTF_8);
  }

  static Optional<String> maybeText(@Nullable Object reply) {
    return reply == null ? Optional.empty() : Optional.of(text(reply));
  }

  static long number(@Nullable Object reply) {
    return reply instanceof Long number ? number : Long.parseLong(text(reply));
  }

  /**
   * Names and values, as XINFO and CONFIG list them; of an entry the id. What is nothing is
   * missing.
   */
  static Map<String, String> map(@Nullable Object reply) {
    var rows = list(reply);
    var map = new HashMap<String, String>();
    for (int i = 0; i + 1 < rows.size(); i += 2) {
      var value = rows.get(i + 1);
      var name = text(rows.get(i));
      if (value instanceof byte[] || value instanceof Long) {
        map.put(name, text(value));
      } else if (value instanceof List<?> entry && !entry.isEmpty() && name.endsWith("-entry")) {
        map.put(name, text(entry.get(0)));
      }
    }
    return map;
  }

  static EntryId id(@Nullable Object reply) {
    return EntryId.parse(bytes(reply));
  }

  /** Entries that were read as such. */
  @SuppressWarnings("unchecked") // by the shape that was asked for
  static List<Entry> readEntries(@Nullable Object reply) {
    return reply == null ? List.of() : (List<Entry>) reply;
  }

  /** Entries as XRANGE lists them; those whose body is gone (nil, up to 6.2) have no fields. */
  static List<Entry> entries(@Nullable Object reply) {
    var rows = list(reply);
    var entries = new ArrayList<Entry>(rows.size());
    for (var row : rows) {
      entries.add(entry(row));
    }
    return entries;
  }

  private static Entry entry(@Nullable Object row) {
    var parts = list(row);
    var fields = list(parts.get(1));
    var pairs = new byte[fields.size()][];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = bytes(fields.get(i));
    }
    return new Entry(id(parts.get(0)), Fields.ofPairs(pairs));
  }

  private static String kind(@Nullable Object reply) {
    return reply == null ? "nothing" : reply.getClass().getSimpleName();
  }
}
