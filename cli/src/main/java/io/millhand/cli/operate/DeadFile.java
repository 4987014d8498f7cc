// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.FieldsJson;
import io.millhand.cli.Json;
import io.millhand.cli.send.LineReader;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.inspect.Actions.DeadLetterCopy;
import io.millhand.inspect.Snapshots.DeadLetter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * Dead letters in a file, a JSON object on each line: {@code {"id": its id, "facts": {...},
 * "fields": [[name, value], ...]}}. A name or value that is not UTF-8 is {@code {"base64": "..."}}.
 * So every byte comes back, and the order, and fields of one name.
 */
final class DeadFile {

  private DeadFile() {}

  /** One, as a line. */
  static String write(DeadLetter letter) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("id", letter.id().toString());
          json.writeObjectPropertyStart("facts");
          new TreeMap<>(letter.facts()).forEach(json::writeStringProperty);
          json.writeEndObject();
          json.writeArrayPropertyStart("fields");
          for (int i = 0; i < letter.fields().count(); i++) {
            json.writeStartArray();
            part(json, letter.fields().name(i));
            part(json, letter.fields().value(i));
            json.writeEndArray();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void part(JsonGenerator json, byte[] bytes) {
    var text = FieldsJson.text(bytes);
    if (text != null) {
      json.writeString(text);
    } else {
      json.writeStartObject();
      json.writeBinaryProperty("base64", bytes);
      json.writeEndObject();
    }
  }

  /** Those of a file, read as they are asked for; can be walked once. */
  static Iterable<DeadLetterCopy> read(InputStream in) {
    var lines = new LineReader(in);
    return () -> new Lines(lines);
  }

  private static final class Lines implements Iterator<DeadLetterCopy> {
    private final LineReader lines;
    private @Nullable DeadLetterCopy next;

    Lines(LineReader lines) {
      this.lines = lines;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null) {
          var line = lines.next();
          if (line.isEmpty()) {
            return false;
          }
          next = line.get().isEmpty() ? null : letter(line.get());
        }
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public DeadLetterCopy next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      var letter = next;
      next = null;
      return letter;
    }

    private DeadLetterCopy letter(LineReader.Line line) {
      try {
        if (line.size() == LineReader.Size.CUT) {
          throw new IllegalArgumentException("it is longer than " + LineReader.MAX_LINE + " bytes");
        }
        return letter(Json.tree(line.content()));
      } catch (JacksonException e) {
        throw bad(line, "it is not JSON", e);
      } catch (IllegalArgumentException e) {
        throw bad(line, String.valueOf(e.getMessage()), e);
      }
    }

    private static CommandFailure bad(LineReader.Line line, String why, Exception cause) {
      return new CommandFailure(
          ExitCode.FAILED,
          "line %d is no dead letter: %s. What stands before it was taken; import it again when it is mended."
              .formatted(line.number(), why),
          cause);
    }

    private static DeadLetterCopy letter(JsonNode json) {
      var facts = new LinkedHashMap<String, String>();
      for (var fact : object(json, "facts").properties()) {
        facts.put(fact.getKey(), text(fact.getValue()));
      }
      EntryId.parse(facts.getOrDefault("~id", "none")); // or it is refused
      var pairs = new ArrayList<byte[]>();
      for (var pair : array(json, "fields")) {
        if (!pair.isArray() || pair.size() != 2) {
          throw new IllegalArgumentException("a field is not a pair of name and value");
        }
        pairs.addAll(List.of(bytes(pair.get(0)), bytes(pair.get(1))));
      }
      return new DeadLetterCopy(facts, Fields.ofPairs(pairs.toArray(byte[][]::new)));
    }

    private static JsonNode object(JsonNode json, String name) {
      var value = json.get(name);
      if (value == null || !value.isObject()) {
        throw new IllegalArgumentException("it has no object \"" + name + "\"");
      }
      return value;
    }

    private static JsonNode array(JsonNode json, String name) {
      var value = json.get(name);
      if (value == null || !value.isArray()) {
        throw new IllegalArgumentException("it has no array \"" + name + "\"");
      }
      return value;
    }

    private static String text(JsonNode json) {
      if (!json.isString()) {
        throw new IllegalArgumentException("a fact is not a string");
      }
      return json.asString();
    }

    private static byte[] bytes(JsonNode json) {
      if (json.isString()) {
        return json.asString().getBytes(UTF_8);
      }
      var base64 = json.get("base64");
      if (base64 == null || !base64.isString()) {
        throw new IllegalArgumentException("a name or value is neither a string nor base64");
      }
      return java.util.Base64.getDecoder().decode(base64.asString());
    }
  }
}
