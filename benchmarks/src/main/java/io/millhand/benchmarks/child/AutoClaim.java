// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import io.millhand.benchmarks.wire.Bytes;
import io.millhand.benchmarks.wire.Resp;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * The yardstick of taking over: XAUTOCLAIM, and XACK of what came in one write with the next, on a
 * bare socket. It asks nobody whether the owner is dead, and counts no crash.
 *
 * <p>Arguments: host, port, stream, group, entries, count.
 */
final class AutoClaim {

  private AutoClaim() {}

  static Figures run(Arguments arguments) throws Exception {
    var stream = arguments.text("stream");
    var group = arguments.text("group");
    var entries = arguments.number("entries");
    try (var redis = new Resp(arguments.text("host"), (int) arguments.number("port"))) {
      var out = new Bytes();
      var cursor = "0-0";
      var unconfirmed = false;
      long acked = 0;
      Child.ready();
      var cpu = redis.cpuSeconds();
      var from = Gauges.begin();
      while (true) {
        out.command(
            "XAUTOCLAIM", stream, group, "limit", "0", cursor, "COUNT", arguments.text("count"));
        redis.send(out);
        if (unconfirmed) {
          acked += redis.in().head(':');
          unconfirmed = false;
        }
        var reply = (List<?>) Objects.requireNonNull(redis.in().reply());
        cursor = Objects.toString(reply.get(0));
        var claimed = (List<?>) Objects.requireNonNull(reply.get(1));
        if (!claimed.isEmpty()) {
          ack(out, stream, group, claimed);
          unconfirmed = true;
        }
        if (cursor.equals("0-0")) {
          break;
        }
      }
      if (unconfirmed) {
        redis.send(out);
        acked += redis.in().head(':');
      }
      var to = Gauges.now();
      if (acked != entries) {
        throw new IOException("acked " + acked + " of " + entries);
      }
      return Consume.drained(entries, from, to)
          .with(Metric.SERVER_CPU, (redis.cpuSeconds() - cpu) * 1e6 / entries)
          .with(Metric.SECONDS, from.secondsTo(to));
    }
  }

  private static void ack(Bytes out, String stream, String group, List<?> claimed) {
    var words = new String[claimed.size() + 3];
    words[0] = "XACK";
    words[1] = stream;
    words[2] = group;
    for (int i = 0; i < claimed.size(); i++) {
      words[i + 3] = Objects.toString(((List<?>) Objects.requireNonNull(claimed.get(i))).get(0));
    }
    out.command(words);
  }
}
