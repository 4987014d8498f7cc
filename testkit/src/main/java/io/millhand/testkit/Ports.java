// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface, below those that the system gives to outgoing connections.
 *
 * <p>Why: a client that reconnects in a loop to a port on which nobody listens may be given that
 * very port as its source, be connected with itself, and keep the server from coming back.
 */
final class Ports {

  static final String LOOPBACK = "127.0.0.1";

  private static final int FIRST = 20_000;
  private static final int END = 32_000;

  /** A cluster node talks with the others on its port and this. */
  private static final int BUS = 10_000;

  private Ports() {}

  /** Listens on a port that was free. */
  static ServerSocket listen() {
    while (true) {
      try {
        return listen(ThreadLocalRandom.current().nextInt(FIRST, END));
      } catch (UncheckedIOException e) {
        // taken; the next one
      }
    }
  }

  /** Listens on this port. */
  static ServerSocket listen(int port) {
    try {
      // On Linux and macOS this sets SO_REUSEADDR by itself.
      return new ServerSocket(port, 0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + port + ": " + e.getMessage(), e);
    }
  }

  /** A port on which nobody listens at the moment. */
  static int free() {
    try (var socket = listen()) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port that is free together with the one that a cluster node takes beside it. */
  static int freeWithBus() {
    while (true) {
      var port = ThreadLocalRandom.current().nextInt(FIRST - BUS, END - BUS);
      try (var socket = listen(port);
          var bus = listen(port + BUS)) {
        return Math.min(socket.getLocalPort(), bus.getLocalPort());
      } catch (UncheckedIOException e) {
        // one of the two is taken; the next pair
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Waits until a port on which we have ceased to listen refuses connections. A process that
   * another thread starts at this moment has a copy of our socket until it has become itself.
   */
  static void awaitRefusal(int port) {
    Polling.until(
        "a port " + port + " that refuses connections",
        Duration.ofSeconds(5),
        () -> isTaken(port) ? Optional.of("it accepts them") : Optional.empty());
  }

  private static boolean isTaken(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
