// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.delivery.EntryId;
import java.io.Serial;
import java.io.StringWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * Our JSON. Records become objects with the names of their components; times are ISO-8601 in UTC,
 * durations are seconds, entry ids are strings, an empty Optional is null.
 */
public final class Json {

  /** What others write is read within these; text is bounded by whoever reads its lines. */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxNestingDepth(100).maxNumberLength(1_000).build();

  private static final JsonFactory FACTORY =
      JsonFactory.builder().characterEscapes(new Visible()).streamReadConstraints(LIMITS).build();

  private Json() {}

  /** A value on one line. */
  public static String of(Object value) {
    return Mapper.INSTANCE.writeValueAsString(value);
  }

  /** For what is written token by token: much quicker to start than {@link #of}, and to run. */
  public static JsonFactory factory() {
    return FACTORY;
  }

  /**
   * Reads a value that others wrote, as a tree: 100 levels deep at most, numbers of 1,000 digits at
   * most, and never as an object of a class that it names.
   *
   * @throws tools.jackson.core.JacksonException when it is no JSON, or beyond that
   */
  public static JsonNode tree(String text) {
    return Mapper.INSTANCE.readTree(text);
  }

  /** The same, of UTF-8. */
  public static JsonNode tree(byte[] text) {
    return Mapper.INSTANCE.readTree(text);
  }

  /** Writes one JSON text token by token. */
  public static String write(Writing writing) {
    var text = new StringWriter();
    try (var json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      writing.to(json);
    }
    return text.toString();
  }

  /** Writes tokens. */
  @FunctionalInterface
  public interface Writing {
    /** Writes one value. */
    void to(JsonGenerator json);
  }

  /** Made when first needed: it loads hundreds of classes. */
  private static final class Mapper {
    private static final JsonMapper INSTANCE =
        JsonMapper.builder(FACTORY)
            .addModule(
                new SimpleModule()
                    .addSerializer(EntryId.class, ToStringSerializer.instance)
                    .addSerializer(Duration.class, new Seconds()))
            .build();
  }

  /**
   * JSON is looked at in terminals too: what {@link Escape} escapes there, is escaped here in
   * JSON's own way.
   */
  private static final class Visible extends CharacterEscapes {
    @Serial private static final long serialVersionUID = 1L;

    private final int[] ascii = standardAsciiEscapesForJSON();

    Visible() {
      ascii[0x7f] = ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int point) {
      var escapes = !Character.isSurrogate((char) point) && Escape.isTreacherous(point);
      return escapes ? new SerializedString("\\u%04x".formatted(point)) : null;
    }
  }

  private static final class Seconds extends StdSerializer<Duration> {
    Seconds() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator json, SerializationContext context) {
      json.writeNumber(value.toNanos() / 1e9);
    }
  }
}
