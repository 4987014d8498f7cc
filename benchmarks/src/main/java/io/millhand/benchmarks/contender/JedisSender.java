// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;

/** XADD by Jedis, one by one or by pipelines. */
final class JedisSender implements Sends.Sender {

  private final Jedis jedis;
  private final int batch;

  JedisSender(String host, int port, int batch) {
    this.jedis = new Jedis(host, port);
    this.batch = batch;
  }

  @Override
  public void send(String stream, long entries) {
    var payload = "x".repeat(100);
    for (long i = 0; i < entries; i += batch) {
      if (batch == 1) {
        jedis.xadd(stream, StreamEntryID.NEW_ENTRY, fields(i, payload));
        continue;
      }
      try (var pipeline = jedis.pipelined()) {
        for (long n = i; n < Math.min(entries, i + batch); n++) {
          pipeline.xadd(stream, StreamEntryID.NEW_ENTRY, fields(n, payload));
        }
        pipeline.sync();
      }
    }
  }

  private static Map<String, String> fields(long number, String payload) {
    return Map.of("order_id", "" + number, "amount", "99.99", "payload", payload);
  }

  @Override
  public void close() {
    jedis.close();
  }
}
