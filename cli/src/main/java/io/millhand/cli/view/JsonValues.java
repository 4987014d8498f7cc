// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.Fields;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Values as the views write them: what is not known is null. */
final class JsonValues {

  private JsonValues() {}

  static void text(JsonGenerator json, String name, Optional<String> value) {
    json.writeName(name);
    value.ifPresentOrElse(json::writeString, json::writeNull);
  }

  static void seconds(JsonGenerator json, String name, Optional<Duration> value) {
    json.writeName(name);
    value.map(time -> time.toMillis() / 1000.0).ifPresentOrElse(json::writeNumber, json::writeNull);
  }

  /**
   * Fields, as handlers of {@code millhand work} get them: a value is a string where it is UTF-8,
   * otherwise {@code {"base64": "..."}}; a name that occurs more than once has an array. Fields
   * whose names are not UTF-8 stand in {@code binaryFields}.
   */
  static void fields(JsonGenerator json, Fields fields) {
    var named = new LinkedHashMap<String, List<byte[]>>();
    var binary = new ArrayList<Integer>();
    for (int i = 0; i < fields.count(); i++) {
      var value = fields.value(i);
      utf8(fields.name(i))
          .ifPresentOrElse(
              name -> named.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value),
              binaryAt(binary, i));
    }
    json.writeObjectPropertyStart("fields");
    named.forEach((name, values) -> field(json, name, values));
    json.writeEndObject();
    if (!binary.isEmpty()) {
      json.writeArrayPropertyStart("binaryFields");
      binary.forEach(
          i -> {
            json.writeStartObject();
            json.writeName("name");
            value(json, fields.name(i));
            json.writeName("value");
            value(json, fields.value(i));
            json.writeEndObject();
          });
      json.writeEndArray();
    }
  }

  private static Runnable binaryAt(List<Integer> binary, int index) {
    return () -> binary.add(index);
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
    utf8(bytes)
        .ifPresentOrElse(
            json::writeString,
            () -> {
              json.writeStartObject();
              json.writeBinaryProperty("base64", bytes);
              json.writeEndObject();
            });
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
