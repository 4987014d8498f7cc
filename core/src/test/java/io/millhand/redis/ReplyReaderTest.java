// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.redis.ReplyReader.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies as a server writes them, in whatever pieces they come, and what is none. */
class ReplyReaderTest {

  private static final long SEED = 6;

  private static ReplyReader reader(String reply) {
    return new ReplyReader(new ByteArrayInputStream(reply.getBytes(ISO_8859_1)));
  }

  private static Object parts(String reply) throws IOException {
    return reader(reply).read(Shape.PARTS);
  }

  @Test
  void each_type_of_RESP2_is_read() throws IOException {
    assertThat(parts("+OK\r\n")).isEqualTo("OK".getBytes(UTF_8));
    assertThat(parts(":-42\r\n")).isEqualTo(-42L);
    assertThat(parts(":9223372036854775807\r\n")).isEqualTo(Long.MAX_VALUE);
    assertThat(parts(":-9223372036854775808\r\n")).isEqualTo(Long.MIN_VALUE);
    assertThat(parts("$4\r\na\r\nb\r\n")).isEqualTo("a\r\nb".getBytes(UTF_8));
    assertThat(parts("$0\r\n\r\n")).isEqualTo(new byte[0]);
    assertThat(parts("$-1\r\n")).isNull();
    assertThat(parts("*-1\r\n")).isNull();
    assertThat(parts("*0\r\n")).isEqualTo(List.of());
    assertThat(parts("-ERR no\r\n")).isEqualTo(new ErrorReply("ERR no"));
    assertThat((List<?>) parts("*3\r\n:1\r\n*1\r\n$1\r\nx\r\n-LOADING wait\r\n"))
        .satisfiesExactly(
            one -> assertThat(one).isEqualTo(1L),
            list -> assertThat((List<?>) list).hasSize(1),
            error -> assertThat(error).isEqualTo(new ErrorReply("LOADING wait")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?\r\n",
        "%1\r\n",
        "OK\r\n",
        "\r\n",
        ":\r\n",
        ":-\r\n",
        ":1x\r\n",
        ": 1\r\n",
        ":12345678901234567890\r\n",
        ":1\n",
        ":1\rx",
        "$-2\r\n",
        "$536870913\r\n",
        "$1\r\nxy\r\n",
        "$1\r\nx\n\n",
        "*-2\r\n",
        "*1\r\n?\r\n",
        "+OK\rx",
      })
  void what_is_no_reply_breaks_the_connection(String reply) {
    assertThatThrownBy(() -> parts(reply)).isInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*1\r\n:1\r\n",
        "*1\r\n*3\r\n$3\r\n1-1\r\n*0\r\n:1\r\n",
        "*1\r\n*2\r\n$3\r\n1x1\r\n*0\r\n",
        "*1\r\n*2\r\n$3\r\n-11\r\n*0\r\n",
        "*1\r\n*2\r\n$2\r\n1-\r\n*0\r\n",
        "*1\r\n*2\r\n$23\r\n123456789012345678901-1\r\n*0\r\n",
        "*1\r\n*2\r\n$3\r\n1-1\r\n*1\r\n$1\r\na\r\n",
        "*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$-1\r\n",
        "*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$-1\r\n$1\r\na\r\n",
        "*1\r\n*2\r\n$3\r\n1-1\r\n:2\r\n",
      })
  void what_is_no_entry_breaks_the_connection(String reply) {
    assertThatThrownBy(() -> reader(reply).read(Shape.ENTRIES))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void a_reply_of_another_shape_than_was_asked_for_breaks_the_connection() {
    for (var reply : List.of("*2\r\n*2\r\n", "*1\r\n:1\r\n", "*1\r\n*2\r\n:1\r\n", "$1\r\nx\r\n")) {
      assertThatThrownBy(() -> reader(reply).read(Shape.ENTRIES_OF_STREAM))
          .as(reply)
          .isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void a_reply_that_never_ends_is_told_as_a_closed_connection() {
    for (var reply : List.of("", "$5\r\nab", "*2\r\n:1\r\n", "+OK", ":12", "$100000\r\nx")) {
      assertThatThrownBy(() -> parts(reply)).as(reply).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void no_room_is_made_for_what_has_not_come() {
    assertThatThrownBy(() -> parts("$536870912\r\nx")).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> parts("*536870912\r\n:1\r\n")).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> reader("*536870912\r\n").read(Shape.ENTRIES))
        .isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> reader("*1\r\n*2\r\n$3\r\n1-1\r\n*536870912\r\n").read(Shape.ENTRIES))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void lists_in_lists_without_end_are_no_reply() {
    assertThatThrownBy(() -> parts("*1\r\n".repeat(1000))).isInstanceOf(ProtocolException.class);
  }

  @Test
  void where_there_are_no_entries_the_list_is_empty() throws IOException {
    for (var nothing : List.of("*-1\r\n", "$-1\r\n", "*0\r\n")) {
      assertThat(reader(nothing).read(Shape.ENTRIES)).isEqualTo(List.of());
    }
    assertThat(reader("*-1\r\n").read(Shape.ENTRIES_OF_STREAM)).isEqualTo(List.of());
    assertThat(reader("-NOGROUP gone\r\n").read(Shape.ENTRIES_OF_STREAM))
        .isEqualTo(new ErrorReply("NOGROUP gone"));
  }

  @Test
  void an_entry_without_a_body_has_no_fields() throws IOException {
    assertThat(reader("*1\r\n*2\r\n$3\r\n7-1\r\n*-1\r\n").read(Shape.ENTRIES))
        .isEqualTo(List.of(new Entry(new EntryId(7, 1), Fields.empty())));
  }

  /** What is left over is somebody else's. */
  @Test
  void it_can_tell_whether_more_has_come() throws IOException {
    var reader = reader(":1\r\n:2\r\n");
    reader.read(Shape.PARTS);
    assertThat(reader.hasMore()).isTrue();
    reader.read(Shape.PARTS);
    assertThat(reader.hasMore()).isFalse();
  }

  @Test
  void entries_are_what_was_written_in_whatever_pieces_they_come() throws IOException {
    var random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      var entries = entries(random);
      var wire = new ByteArrayOutputStream();
      wire.writeBytes("*1\r\n*2\r\n$6\r\norders\r\n".getBytes(UTF_8));
      write(wire, entries);
      write(wire, entries);
      wire.writeBytes(":5\r\n".getBytes(UTF_8));
      var reader = new ReplyReader(new InPieces(wire.toByteArray(), random));

      assertThat(reader.read(Shape.ENTRIES_OF_STREAM)).isEqualTo(entries);
      assertThat(reader.read(Shape.ENTRIES)).isEqualTo(entries);
      assertThat(reader.read(Shape.PARTS)).isEqualTo(5L);
      assertThat(reader.hasMore()).isFalse();
    }
  }

  private static List<Entry> entries(Random random) {
    var entries = new ArrayList<Entry>();
    for (int i = 1 + random.nextInt(60); i > 0; i--) {
      var pairs = new byte[2 * (1 + random.nextInt(random.nextInt(20) == 0 ? 1500 : 6))][];
      for (int p = 0; p < pairs.length; p++) {
        pairs[p] = new byte[length(random, p)];
        random.nextBytes(pairs[p]);
        if (p % 2 == 0 && random.nextInt(3) > 0) {
          pairs[p] = ("name" + p).getBytes(UTF_8);
        }
      }
      var id =
          random.nextInt(10) == 0
              ? new EntryId(random.nextLong(), random.nextLong())
              : new EntryId(1_700_000_000_000L + random.nextInt(1000), random.nextInt(50));
      entries.add(new Entry(id, Fields.ofPairs(pairs)));
    }
    return entries;
  }

  private static int length(Random random, int place) {
    return switch (random.nextInt(100)) {
      case 0 -> 0;
      case 1 -> place < 40 ? random.nextInt(200_000) : 3;
      case 2, 3 -> random.nextInt(2_000);
      default -> random.nextInt(40);
    };
  }

  private static void write(ByteArrayOutputStream wire, List<Entry> entries) {
    line(wire, "*" + entries.size());
    for (var entry : entries) {
      line(wire, "*2");
      bulk(wire, entry.id().bytes());
      line(wire, "*" + 2 * entry.fields().count());
      entry.fields().pairs().forEach(part -> bulk(wire, part));
    }
  }

  private static void line(ByteArrayOutputStream wire, String text) {
    wire.writeBytes((text + "\r\n").getBytes(UTF_8));
  }

  private static void bulk(ByteArrayOutputStream wire, byte[] bytes) {
    line(wire, "$" + bytes.length);
    wire.writeBytes(bytes);
    line(wire, "");
  }

  /** A socket that gives what it likes. */
  private static final class InPieces extends InputStream {
    private final ByteArrayInputStream all;
    private final Random random;

    InPieces(byte[] bytes, Random random) {
      this.all = new ByteArrayInputStream(bytes);
      this.random = random;
    }

    @Override
    public int read() {
      return all.read();
    }

    @Override
    public int read(byte[] into, int at, int most) {
      return all.read(
          into, at, Math.min(most, 1 + random.nextInt(random.nextBoolean() ? 8 : 9000)));
    }

    @Override
    public int available() {
      return all.available();
    }
  }
}
