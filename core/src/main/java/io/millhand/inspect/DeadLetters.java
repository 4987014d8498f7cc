// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.inspect.Snapshots.DeadLetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the entries of a dead-letter stream: facts first, their number in the first of them, then
 * the entry's own fields.
 */
final class DeadLetters {

  private static final String HEAD = "~millhand";

  private DeadLetters() {}

  /** Reads one; what was not written by us is shown with what it has. */
  static DeadLetter read(Entry letter) {
    var fields = letter.fields();
    var count = factCount(fields);
    Map<String, String> facts = new HashMap<>();
    for (int i = 1; i < count; i++) {
      facts.put(new String(fields.name(i), UTF_8), new String(fields.value(i), UTF_8));
    }
    var body = facts.getOrDefault("~body", "fields");
    return new DeadLetter(
        letter.id(),
        entryId(facts, letter),
        facts.getOrDefault("~reason", "unknown"),
        Optional.ofNullable(facts.get("~error")),
        Optional.ofNullable(facts.get("~text")),
        Optional.ofNullable(facts.get("~stack")),
        (int) number(facts, "~attempts"),
        (int) number(facts, "~crashes"),
        number(facts, "~deliveries"),
        Instant.ofEpochMilli(number(facts, "~first")),
        Instant.ofEpochMilli(number(facts, "~last")),
        body(fields, count, body),
        body.equals("omitted") ? DeadLetter.Body.OMITTED : DeadLetter.Body.WHOLE,
        Map.copyOf(facts));
  }

  /** The fields of the dead-letter stream's entry; {@link #read} reads the same from it. */
  static Fields write(Map<String, String> factsOfIt, Fields body) {
    var facts = new TreeMap<>(factsOfIt);
    facts.put("~body", "omitted".equals(facts.get("~body")) ? "omitted" : "fields");
    var pairs = new ArrayList<byte[]>();
    pairs.add(HEAD.getBytes(UTF_8));
    pairs.add(Integer.toString(facts.size() + 1).getBytes(UTF_8));
    facts.forEach(
        (name, value) -> {
          pairs.add(name.getBytes(UTF_8));
          pairs.add(value.getBytes(UTF_8));
        });
    pairs.addAll(body.pairs());
    return Fields.ofPairs(pairs.toArray(byte[][]::new));
  }

  private static int factCount(Fields fields) {
    if (fields.count() == 0 || !new String(fields.name(0), UTF_8).equals(HEAD)) {
      return 0;
    }
    var text = new String(fields.value(0), UTF_8);
    return text.matches("\\d{1,4}") ? Math.min(Integer.parseInt(text), fields.count()) : 0;
  }

  private static EntryId entryId(Map<String, String> facts, Entry letter) {
    var text = facts.get("~id");
    return text == null ? letter.id() : EntryId.parse(text);
  }

  private static long number(Map<String, String> facts, String name) {
    var text = facts.getOrDefault(name, "0");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private static Fields body(Fields fields, int from, String kind) {
    if (kind.equals("packed") && fields.count() > from) {
      return Fields.ofPairs(unpack(fields.value(from)).toArray(byte[][]::new));
    }
    var pairs = fields.pairs();
    return Fields.ofPairs(pairs.subList(from * 2, pairs.size()).toArray(byte[][]::new));
  }

  /**
   * Each part as its length, a colon, and its bytes: for entries of more fields than a script can
   * pass on.
   */
  private static List<byte[]> unpack(byte[] packed) {
    var parts = new ArrayList<byte[]>();
    for (int at = 0; at < packed.length; ) {
      var length = 0;
      while (packed[at] != ':') {
        length = length * 10 + packed[at++] - '0';
      }
      var part = new byte[length];
      System.arraycopy(packed, at + 1, part, 0, length);
      parts.add(part);
      at += 1 + length;
    }
    return parts;
  }
}
