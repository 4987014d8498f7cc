// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Greets each client with the same bytes, whatever it is asked. */
final class LyingServer implements AutoCloseable {

  private final ServerSocket server;

  LyingServer(String greeting) {
    try {
      server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(() -> lie(greeting.getBytes(UTF_8)));
  }

  private void lie(byte[] greeting) {
    while (!server.isClosed()) {
      try (var client = server.accept()) {
        client.getOutputStream().write(greeting);
        client.getInputStream().readAllBytes();
      } catch (IOException e) {
        // The client has hung up, or this server is closed.
      }
    }
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
