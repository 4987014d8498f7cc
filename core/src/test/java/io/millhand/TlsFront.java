// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.testkit.EmbeddedRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Speaks TLS before a Redis that does not, with a certificate made for this test. */
final class TlsFront implements AutoCloseable {

  private static final String PASSWORD = "not-a-secret";

  private final EmbeddedRedis redis;
  private final KeyStore keys;
  private final ServerSocket server;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

  private TlsFront(EmbeddedRedis redis, KeyStore keys) throws Exception {
    this.redis = redis;
    this.keys = keys;
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    this.server =
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::acceptAll);
  }

  /**
   * Starts one.
   *
   * @param names such as {@code dns:localhost,ip:127.0.0.1}
   */
  static TlsFront before(EmbeddedRedis redis, Path folder, String names) throws Exception {
    var file = Files.createTempDirectory(folder, "keys").resolve("keys.p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "redis",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "SAN=" + names,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed");
    }
    var keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return new TlsFront(redis, keys);
  }

  int port() {
    return server.getLocalPort();
  }

  /** What a client needs to trust its certificate. */
  SSLContext trust() throws GeneralSecurityException, IOException {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("redis", keys.getCertificate("redis"));
    var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        var client = server.accept();
        var behind = new Socket(redis.host(), redis.port());
        open.add(client);
        open.add(behind);
        Thread.ofVirtual().start(() -> copy(client, behind));
        Thread.ofVirtual().start(() -> copy(behind, client));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // A handshake that failed, or the end.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
