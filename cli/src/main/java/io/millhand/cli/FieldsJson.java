// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.Fields;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * An entry's fields as JSON, the same for handlers and for those who look.
 *
 * <p>A value is a string where it is UTF-8, otherwise {@code {"base64": "..."}}; a name that occurs
 * more than once has an array of its values. Fields whose names are not UTF-8 stand in {@code
 * binaryFields}, as pairs.
 */
public final class FieldsJson {

  private FieldsJson() {}

  /** Bytes as UTF-8 text; null where they are not. */
  public static @Nullable String text(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Writes the properties {@code fields} and, where there are any, {@code binaryFields}. */
  public static void write(JsonGenerator json, Fields fields) {
    var named = new LinkedHashMap<String, List<byte[]>>();
    var unnamed = new ArrayList<byte[][]>();
    for (int i = 0; i < fields.count(); i++) {
      var name = text(fields.name(i));
      if (name == null) {
        unnamed.add(new byte[][] {fields.name(i), fields.value(i)});
      } else {
        named.computeIfAbsent(name, key -> new ArrayList<>(1)).add(fields.value(i));
      }
    }
    json.writeObjectPropertyStart("fields");
    named.forEach((name, values) -> field(json, name, values));
    json.writeEndObject();
    if (!unnamed.isEmpty()) {
      binary(json, unnamed);
    }
  }

  private static void field(JsonGenerator json, String name, List<byte[]> values) {
    json.writeName(name);
    if (values.size() == 1) {
      value(json, values.getFirst());
      return;
    }
    json.writeStartArray();
    values.forEach(value -> value(json, value));
    json.writeEndArray();
  }

  private static void value(JsonGenerator json, byte[] bytes) {
    var text = text(bytes);
    if (text != null) {
      json.writeString(text);
      return;
    }
    json.writeStartObject();
    json.writeBinaryProperty("base64", bytes);
    json.writeEndObject();
  }

  private static void binary(JsonGenerator json, List<byte[][]> pairs) {
    json.writeArrayPropertyStart("binaryFields");
    for (var pair : pairs) {
      json.writeStartObject();
      json.writeName("name");
      value(json, pair[0]);
      json.writeName("value");
      value(json, pair[1]);
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
