// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.time.Duration;

/**
 * What a {@link FaultProxy} does to the bytes that pass. "Server" and "client" are the two ends, as
 * the proxy sees them.
 */
public sealed interface Fault {

  /** Nothing: bytes pass. */
  record Pass() implements Fault {}

  /**
   * Bytes arrive later, in order, in both directions.
   *
   * @param latency at least this late
   * @param jitter at most this much later than that, drawn from the proxy's seed
   */
  record Delay(Duration latency, Duration jitter) implements Fault {
    /** Checks that neither is negative. */
    public Delay {
      if (latency.isNegative() || jitter.isNegative()) {
        throw new IllegalArgumentException(
            "latency " + latency + " and jitter " + jitter + " must not be negative");
      }
    }
  }

  /** At most so many bytes a second, in each direction of each connection. */
  record Throttle(int bytesPerSecond) implements Fault {
    /** Checks that it is positive. */
    public Throttle {
      if (bytesPerSecond < 1) {
        throw new IllegalArgumentException(
            "bytesPerSecond " + bytesPerSecond + " must be positive");
      }
    }
  }

  /**
   * The server sees nothing of what the client sends, its end included. A connection that has lost
   * bytes is reset by the next byte that would pass.
   */
  record DropToServer() implements Fault {}

  /**
   * The client sees nothing of what the server sends: commands are executed and their replies are
   * lost. Else as {@link DropToServer}.
   */
  record DropToClient() implements Fault {}

  /**
   * Neither end sees anything of the other, not even its end, while connections stay open and new
   * ones are accepted: a link that is down. What was sent meanwhile arrives when the fault is over,
   * as TCP would repeat it.
   */
  record BlackHole() implements Fault {}

  /**
   * New connections are refused, as by a port on which nobody listens. Those there pass. For the
   * proxy, not for one connection.
   */
  record Refuse() implements Fault {}

  /** Connections are reset (RST) at once, new ones as soon as they are there. */
  record Reset() implements Fault {}

  /** The client sees the end of the server's bytes; what it sends still arrives. */
  record HalfClose() implements Fault {}

  /**
   * The server's bytes pass up to a number, counted from now on for each connection; the next byte
   * resets the connection instead. With 0 the next reply is lost, after its command was executed;
   * with more it ends somewhere in its middle.
   */
  record CutAfter(long bytes) implements Fault {
    /** Checks that it is not negative. */
    public CutAfter {
      if (bytes < 0) {
        throw new IllegalArgumentException("bytes " + bytes + " must not be negative");
      }
    }
  }

  /**
   * So many random bytes, drawn from the proxy's seed, come before the next bytes of the server;
   * once for each connection. They do not begin as a reply of one line does: with the line that
   * follows they would be one.
   */
  record Garbage(int bytes) implements Fault {
    /** Checks that it is positive. */
    public Garbage {
      if (bytes < 1) {
        throw new IllegalArgumentException("bytes " + bytes + " must be positive");
      }
    }
  }
}
