// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.testkit.EmbeddedRedis;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;

/** Stands before a Redis and puts bytes of its own before the next reply. */
final class GarblingRelay implements AutoCloseable {

  private final ServerSocket door;
  private final EmbeddedRedis redis;
  private final AtomicReference<String> garbage = new AtomicReference<>("");

  GarblingRelay(EmbeddedRedis redis) {
    this.redis = redis;
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::welcome);
  }

  int port() {
    return door.getLocalPort();
  }

  /** Before the next reply, of whichever connection. */
  void garble(String bytes) {
    garbage.set(bytes);
  }

  private void welcome() {
    while (!door.isClosed()) {
      try {
        var client = door.accept();
        var server = new Socket(redis.host(), redis.port());
        Thread.ofVirtual().start(() -> copy(client, server, new AtomicReference<>("")));
        Thread.ofVirtual().start(() -> copy(server, client, garbage));
      } catch (IOException e) {
        // The door was closed.
      }
    }
  }

  private static void copy(Socket from, Socket to, AtomicReference<String> first) {
    try (from;
        to) {
      copy(from.getInputStream(), to.getOutputStream(), first);
    } catch (IOException e) {
      // One of them has gone; so does the other.
    }
  }

  private static void copy(InputStream in, OutputStream out, AtomicReference<String> first)
      throws IOException {
    var buffer = new byte[65536];
    for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
      var before = first.getAndSet("").getBytes(UTF_8);
      var all = new byte[before.length + count];
      System.arraycopy(before, 0, all, 0, before.length);
      System.arraycopy(buffer, 0, all, before.length, count);
      out.write(all);
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
