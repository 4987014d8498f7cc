// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.EmbeddedRedisException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A Redis that speaks TLS on a second port; where its program cannot, tests are skipped aloud. */
record TlsRedis(EmbeddedRedis redis, int port) implements AutoCloseable {

  /** Whether Redis wants a client's certificate. */
  enum Clients {
    MUST,
    NEED_NOT
  }

  static TlsRedis start(KeytoolAuthority.Issued server, Path clientCa, Clients clients)
      throws IOException {
    return start(server, clientCa, clients, "TLSv1.2 TLSv1.3");
  }

  static TlsRedis start(
      KeytoolAuthority.Issued server, Path clientCa, Clients clients, String protocols)
      throws IOException {
    var port = freePort();
    try {
      var redis =
          EmbeddedRedis.builder()
              .config("tls-port", Integer.toString(port))
              .config("tls-cert-file", server.certificate().toString())
              .config("tls-key-file", server.key().toString())
              .config("tls-ca-cert-file", clientCa.toString())
              .config("tls-auth-clients", clients == Clients.MUST ? "yes" : "no")
              .config("tls-protocols", protocols)
              .start();
      return new TlsRedis(redis, port);
    } catch (EmbeddedRedisException e) {
      if (String.valueOf(e.getMessage()).contains("tls-port")) {
        System.err.println("SKIPPED: this redis-server is built without TLS");
        return Assumptions.abort("this redis-server is built without TLS");
      }
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String url() {
    return "rediss://localhost:" + port;
  }

  /** Shows another certificate from now on, to whoever connects. */
  void shows(KeytoolAuthority.Issued server) {
    redis.command(
        "CONFIG",
        "SET",
        "tls-cert-file",
        server.certificate().toString(),
        "tls-key-file",
        server.key().toString());
  }

  @Override
  public void close() {
    redis.close();
  }
}
