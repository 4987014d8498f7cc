// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.redis.ReplyReader.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A command is an array of bulk strings, which is what our own reader reads, too. */
class RequestWriterTest {

  private static final long SEED = 7;

  private static String written(Call... calls) throws IOException {
    var wire = new ByteArrayOutputStream();
    var writer = new RequestWriter(wire);
    for (var call : calls) {
      writer.add(call);
    }
    assertThat(wire.size()).as("before it is flushed").isZero();
    writer.flush();
    return wire.toString(UTF_8);
  }

  @Test
  void a_command_goes_out_as_RESP_has_it() throws IOException {
    assertThat(written(Call.of(Verb.XLEN, "orders"), Call.of(Verb.PING)))
        .isEqualTo("*2\r\n$4\r\nXLEN\r\n$6\r\norders\r\n*1\r\n$4\r\nPING\r\n");
  }

  @Test
  void ids_stand_behind_the_arguments() throws IOException {
    var ids =
        List.of(
            new EntryId(0, 0),
            new EntryId(1_700_000_000_000L, 0),
            new EntryId(1_700_000_000_000L, 10),
            new EntryId(9, 9_223_372_036_854_775_807L),
            new EntryId(-1, -1));
    assertThat(written(new Call(Verb.XACK, new byte[][] {"s".getBytes(UTF_8)}, ids, Shape.PARTS)))
        .isEqualTo(
            String.join(
                "\r\n",
                List.of(
                    "*7",
                    "$4",
                    "XACK",
                    "$1",
                    "s",
                    "$3",
                    "0-0",
                    "$15",
                    "1700000000000-0",
                    "$16",
                    "1700000000000-10",
                    "$21",
                    "9-9223372036854775807",
                    "$41",
                    "18446744073709551615-18446744073709551615",
                    "")));
  }

  @Test
  void whatever_is_written_is_read_again() throws IOException {
    var random = new Random(SEED);
    var wire = new ByteArrayOutputStream();
    var writer = new RequestWriter(wire);
    var calls = new ArrayList<Call>();
    for (int i = 0; i < 400; i++) {
      var args = new byte[random.nextInt(30)][];
      for (int a = 0; a < args.length; a++) {
        args[a] = new byte[random.nextInt(random.nextInt(40) == 0 ? 100_000 : 60)];
        random.nextBytes(args[a]);
      }
      var ids = new ArrayList<EntryId>();
      for (int d = random.nextInt(random.nextInt(20) == 0 ? 5000 : 10); d > 0; d--) {
        ids.add(new EntryId(random.nextLong() >>> random.nextInt(64), random.nextLong() >>> 40));
      }
      calls.add(new Call(Verb.XACK, args, ids, Shape.PARTS));
      writer.add(calls.get(i));
    }
    writer.flush();

    var reader = new ReplyReader(new ByteArrayInputStream(wire.toByteArray()));
    for (var call : calls) {
      var words = Reply.list(reader.read(Shape.PARTS));
      assertThat(Reply.text(words.get(0))).isEqualTo("XACK");
      for (int a = 0; a < call.args().length; a++) {
        assertThat(Reply.bytes(words.get(1 + a))).isEqualTo(call.args()[a]);
      }
      assertThat(words.subList(1 + call.args().length, words.size()).stream().map(Reply::id))
          .containsExactlyElementsOf(call.ids());
    }
    assertThat(reader.hasMore()).isFalse();
  }
}
