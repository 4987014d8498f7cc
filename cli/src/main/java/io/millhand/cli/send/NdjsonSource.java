// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.cli.Json;
import io.millhand.delivery.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * A JSON object on each line. Strings are sent as they are, numbers and booleans as they are
 * written, objects and arrays as their JSON text; a field that is null is left out. Empty lines are
 * passed over.
 */
final class NdjsonSource implements EntrySource {

  private final LineReader lines;

  NdjsonSource(InputStream in) {
    this.lines = new LineReader(in);
  }

  @Override
  public Optional<Item> next() throws IOException {
    for (var line = lines.next(); line.isPresent(); line = lines.next()) {
      if (!line.get().isEmpty()) {
        return Optional.of(item(line.get()));
      }
    }
    return Optional.empty();
  }

  @Override
  public long bytesRead() {
    return lines.bytesRead();
  }

  private static Item item(LineReader.Line line) {
    if (line.size() == LineReader.Size.CUT) {
      return new Item.Bad(line.number(), "longer than %d bytes".formatted(LineReader.MAX_LINE));
    }
    try {
      var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(line.content())).toString();
      return new Item.Good(line.number(), fields(text));
    } catch (CharacterCodingException e) {
      return new Item.Bad(line.number(), "not UTF-8");
    } catch (JacksonException e) {
      return new Item.Bad(
          line.number(),
          "not JSON: %s (column %d)"
              .formatted(e.getOriginalMessage(), e.getLocation().getColumnNr()));
    } catch (Unfit e) {
      return new Item.Bad(line.number(), String.valueOf(e.getMessage()));
    }
  }

  private static Fields fields(String text) throws Unfit {
    var pairs = new ArrayList<byte[]>();
    try (var json = Json.factory().createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new Unfit("not a JSON object");
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        var name = json.currentName();
        if (json.nextToken() != JsonToken.VALUE_NULL) {
          pairs.add(bytes(name));
          pairs.add(bytes(value(json, text)));
        }
      }
      if (json.nextToken() != null) {
        throw new Unfit("more than one JSON object");
      }
    }
    if (pairs.isEmpty()) {
      throw new Unfit("an object without fields");
    }
    return Fields.ofPairs(pairs.toArray(byte[][]::new));
  }

  private static String value(JsonParser json, String text) {
    var token = json.currentToken();
    if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
      return json.getString();
    }
    var from = (int) json.currentTokenLocation().getCharOffset();
    json.skipChildren();
    return text.substring(from, (int) json.currentLocation().getCharOffset());
  }

  /** Half of a surrogate pair, which JSON can write, has no bytes. */
  private static byte[] bytes(String text) throws Unfit {
    try {
      var encoded = UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text));
      var bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new Unfit("holds half of a surrogate pair");
    }
  }

  /** JSON, but no entry. */
  private static final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String why) {
      super(why);
    }
  }
}
