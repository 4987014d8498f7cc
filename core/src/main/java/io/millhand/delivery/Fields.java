// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of an entry: names and values as bytes, in order, duplicates kept. Immutable; arrays
 * that go in or come out are not copied and must not be changed.
 */
public final class Fields {

  private static final Fields EMPTY = new Fields(new byte[0][]);

  /** Name, value, name, value. */
  private final byte[][] pairs;

  private final long byteSize;

  private Fields(byte[][] pairs) {
    this.pairs = pairs;
    long size = 0;
    for (var part : pairs) {
      size += part.length;
    }
    this.byteSize = size;
  }

  /** No fields; Redis refuses to add such an entry. */
  public static Fields empty() {
    return EMPTY;
  }

  /** The fields of a map, as UTF-8 text, in the map's order. */
  public static Fields of(Map<String, String> map) {
    var pairs = new byte[map.size() * 2][];
    var i = 0;
    for (var field : map.entrySet()) {
      pairs[i++] = field.getKey().getBytes(UTF_8);
      pairs[i++] = field.getValue().getBytes(UTF_8);
    }
    return new Fields(pairs);
  }

  /**
   * Names and values in turn, as UTF-8 text.
   *
   * @throws IllegalArgumentException when a value is missing
   */
  public static Fields of(String... namesAndValues) {
    var pairs = new byte[namesAndValues.length][];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = namesAndValues[i].getBytes(UTF_8);
    }
    return ofPairs(pairs);
  }

  /**
   * Names and values in turn, as bytes.
   *
   * @throws IllegalArgumentException when a value is missing
   */
  public static Fields ofPairs(byte[]... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "fields are pairs of name and value, but the last name has no value (%d items)"
              .formatted(namesAndValues.length));
    }
    return new Fields(namesAndValues);
  }

  /** How many fields there are. */
  public int count() {
    return pairs.length / 2;
  }

  /** Names and values together, in bytes. */
  public long byteSize() {
    return byteSize;
  }

  /** The name of the field at that index, from 0. */
  public byte[] name(int index) {
    return pairs[index * 2];
  }

  /** The value of the field at that index, from 0. */
  public byte[] value(int index) {
    return pairs[index * 2 + 1];
  }

  /** The value of the first field of that name. */
  public Optional<byte[]> find(String name) {
    var wanted = name.getBytes(UTF_8);
    for (int i = 0; i < pairs.length; i += 2) {
      if (Arrays.equals(pairs[i], wanted)) {
        return Optional.of(pairs[i + 1]);
      }
    }
    return Optional.empty();
  }

  /**
   * The value of the first field of that name, as UTF-8 text.
   *
   * @throws UndecodableException when there is no such field, or its value is not UTF-8: trying
   *     again would not help, so an entry whose handler lets this escape goes to the dead letters
   */
  public String text(String name) {
    var value =
        find(name)
            .orElseThrow(() -> new UndecodableException("the entry has no field \"" + name + "\""));
    try {
      return UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(value))
          .toString();
    } catch (CharacterCodingException e) {
      throw new UndecodableException("the field \"" + name + "\" is not UTF-8 text", e);
    }
  }

  /** All fields as text, malformed UTF-8 replaced; of fields with one name the first is kept. */
  public Map<String, String> toMap() {
    var map = new LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.putIfAbsent(new String(pairs[i], UTF_8), new String(pairs[i + 1], UTF_8));
    }
    return map;
  }

  /** Names and values in turn. */
  public List<byte[]> pairs() {
    return new ArrayList<>(Arrays.asList(pairs));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fields fields && Arrays.deepEquals(pairs, fields.pairs);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(pairs);
  }

  /** How many fields and bytes, never their content: it may be private. */
  @Override
  public String toString() {
    return "%d fields, %d bytes".formatted(count(), byteSize());
  }
}
