// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static io.millhand.cli.keda.Caller.orders;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.autoscale.Signals;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whoever is no KEDA at all. */
class KedaGarbageTest {

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @Test
  void garbage_hurts_nobody_else() throws Exception {
    Signals signals = Sample.board();
    Sample.publish(signals, Sample.needs(1));
    var random = new Random(4);
    try (var server = Sample.server(signals);
        var keda = new Caller(server.address())) {
      var stream = keda.stream(orders());
      assertThat(stream.next()).isTrue();
      for (int i = 0; i < 100; i++) {
        var bytes = new byte[1 + random.nextInt(2_000)];
        random.nextBytes(bytes);
        throwAt(server, i % 2 == 0 ? new byte[0] : PREFACE, bytes);
      }
      throwAt(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      Sample.publish(signals, Sample.idle());
      assertThat(stream.next()).isFalse();
      try (var another = new Caller(server.address())) {
        assertThat(another.isActive(orders())).isFalse();
      }
    }
  }

  /** Sends that, and waits until the server has had enough of it. */
  private static void throwAt(KedaServer server, byte[]... parts) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      for (var part : parts) {
        socket.getOutputStream().write(part);
      }
      socket.shutdownOutput();
      drain(socket.getInputStream());
    } catch (IOException e) {
      // thrown out: as good as an end
    }
  }

  private static void drain(InputStream in) throws IOException {
    var buffer = new byte[4096];
    while (in.read(buffer) >= 0) {
      // go on
    }
  }

  @Test
  void a_method_that_is_not_there_is_unimplemented_and_costs_the_connection_nothing()
      throws Exception {
    Signals signals = Sample.board();
    Sample.publish(signals, Sample.needs(1));
    try (var server = Sample.server(signals);
        var keda = new Caller(server.address())) {
      // together more than a connection's window of 1 MiB
      for (int i = 0; i < 200; i++) {
        assertThat(keda.unknownMethod(orders("note", "x".repeat(10_000))))
            .isEqualTo("UNIMPLEMENTED");
      }
      assertThat(keda.isActive(orders())).isTrue();
    }
  }
}
