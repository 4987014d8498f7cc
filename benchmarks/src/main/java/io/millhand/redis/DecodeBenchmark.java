// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millhand.delivery.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumer;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.PushMessage;
import redis.clients.jedis.util.RedisInputStream;

/** From the bytes of a reply to entries: 500 of three fields, 100 B of payload. Per entry. */
@State(Scope.Thread)
public class DecodeBenchmark {

  private static final int ENTRIES = 500;

  private static final PushConsumerChain NO_PUSHES = new NoPushes();

  private final byte[] wire = wire();

  /** RESP2 has none. */
  private record NoPushes() implements PushConsumerChain {
    @Override
    public PushMessage process(PushMessage message) {
      return message;
    }

    @Override
    public List<PushConsumer> getConsumers() {
      return List.of();
    }
  }

  private static byte[] wire() {
    var text = new StringBuilder("*").append(ENTRIES).append("\r\n");
    for (int i = 0; i < ENTRIES; i++) {
      text.append("*2\r\n");
      bulk(text, "1700000000000-" + i);
      text.append("*6\r\n");
      for (var word : List.of("order_id", "" + i, "amount", "99.99", "payload", "x".repeat(100))) {
        bulk(text, word);
      }
    }
    return text.toString().getBytes(US_ASCII);
  }

  private static void bulk(StringBuilder text, String word) {
    text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
  }

  /** Our reader, which makes entries at once. */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public List<Entry> entries() throws IOException {
    return Reply.readEntries(
        new ReplyReader(new ByteArrayInputStream(wire)).read(ReplyReader.Shape.ENTRIES));
  }

  /** The reader of Jedis, which makes lists of arrays, and entries out of those. */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public List<Entry> entriesOfLists() {
    return Reply.entries(
        Protocol.read(new RedisInputStream(new ByteArrayInputStream(wire)), NO_PUSHES));
  }

  /** The reader of Jedis alone. */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public Object lists() {
    return Protocol.read(new RedisInputStream(new ByteArrayInputStream(wire)), NO_PUSHES);
  }
}
