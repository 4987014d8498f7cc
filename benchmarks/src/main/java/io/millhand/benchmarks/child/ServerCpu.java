// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.wire.Resp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the server of a measurement has used of the CPU. */
interface ServerCpu extends AutoCloseable {

  /** Seconds so far. */
  double seconds() throws IOException;

  @Override
  void close() throws IOException;

  /**
   * Of the process that the argument server-pid names, else of the Redis, which tells it itself.
   */
  static ServerCpu of(Arguments arguments) throws IOException {
    var pid = arguments.number("server-pid", 0);
    return pid > 0
        ? new OfProcess(Path.of("/proc", "" + pid, "stat"))
        : new OfRedis(new Resp(arguments.text("host"), (int) arguments.number("port")));
  }

  /** Asks Redis. */
  record OfRedis(Resp redis) implements ServerCpu {
    @Override
    public double seconds() throws IOException {
      return redis.cpuSeconds();
    }

    @Override
    public void close() throws IOException {
      redis.close();
    }
  }

  /** Looks at a process; 0 where the system does not tell. */
  record OfProcess(Path stat) implements ServerCpu {
    private static final double TICKS_PER_SECOND = 100;

    @Override
    public double seconds() throws IOException {
      if (!Files.exists(stat)) {
        return 0;
      }
      var text = Files.readString(stat);
      // the name stands in brackets and may hold spaces; user and system time are the 12th and 13th
      // after it
      var words = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(words[11]) + Long.parseLong(words[12])) / TICKS_PER_SECOND;
    }

    @Override
    public void close() {}
  }
}
