// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import io.millhand.benchmarks.wire.Bytes;
import io.millhand.benchmarks.wire.Resp;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The yardstick: XADD in writes of so many, the next write when all of the last are confirmed. */
final class BareSender implements Sends.Sender {

  private final Resp redis;
  private final int outstanding;

  BareSender(String host, int port, int outstanding) throws IOException {
    this.redis = new Resp(host, port);
    this.outstanding = outstanding;
  }

  @Override
  public void send(String stream, long entries) throws IOException {
    var payload = "x".repeat(100);
    var out = new Bytes();
    for (long i = 0; i < entries; ) {
      var count = (int) Math.min(outstanding, entries - i);
      for (int n = 0; n < count; n++, i++) {
        out.command("XADD", stream, "*", "order_id", "" + i, "amount", "99.99", "payload", payload);
      }
      redis.send(out);
      for (int n = 0; n < count; n++) {
        redis.in().skipBulk();
      }
    }
  }

  @Override
  public void close() {
    try {
      redis.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
