// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static io.millhand.testkit.RedisProbe.list;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter, read without the library under test.
 *
 * @param facts what Millhand says about it, such as {@code ~reason}
 * @param body names and values of the entry's own fields, byte for byte
 */
public record Letter(Map<String, String> facts, List<byte[]> body) {

  private static final String HEAD = "~millhand";

  /** From an entry of the dead-letter stream, read as bytes. */
  static Letter of(@Nullable Object entry) {
    var words =
        list(list(entry).get(1)).stream()
            .map(each -> (byte[]) Objects.requireNonNull(each))
            .toList();
    if (!text(words.get(0)).equals(HEAD)) {
      throw new IllegalArgumentException("a dead letter begins with " + HEAD);
    }
    var factWords = 2 * Integer.parseInt(text(words.get(1)));
    var facts = new HashMap<String, String>();
    for (int i = 0; i < factWords; i += 2) {
      facts.put(text(words.get(i)), text(words.get(i + 1)));
    }
    var body = words.subList(factWords, words.size());
    return new Letter(facts, "packed".equals(facts.get("~body")) ? unpacked(body.get(1)) : body);
  }

  /** Parts as {@code 5:hello}, one behind the other. */
  private static List<byte[]> unpacked(byte[] packed) {
    var parts = new ArrayList<byte[]>();
    for (int at = 0; at < packed.length; ) {
      int size = 0;
      for (; packed[at] != ':'; at++) {
        size = size * 10 + packed[at] - '0';
      }
      parts.add(java.util.Arrays.copyOfRange(packed, at + 1, at + 1 + size));
      at += 1 + size;
    }
    return parts;
  }

  /** The name of the entry in the ledger. */
  public String name() {
    for (int i = 0; i < body.size(); i += 2) {
      if (text(body.get(i)).equals(Load.NAME)) {
        return text(body.get(i + 1));
      }
    }
    throw new IllegalArgumentException("a dead letter without a name: " + facts);
  }

  /** One of the facts. */
  public String fact(String name) {
    return Objects.requireNonNull(facts.get(name), () -> name + " is not among " + facts);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
