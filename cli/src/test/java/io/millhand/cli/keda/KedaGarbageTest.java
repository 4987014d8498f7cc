// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static io.millhand.cli.keda.Caller.orders;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.autoscale.Signals;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Executors;
import javax.net.ServerSocketFactory;
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
  void connections_beyond_the_most_are_shut_out_until_others_have_gone() throws Exception {
    try (var door = Door.forAtMost(2).createServerSocket();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var inside = new ArrayList<Socket>();
      var accepting = threads.submit(() -> acceptThree(door, inside));
      try (var first = connect(door);
          var second = connect(door)) {
        await().until(() -> size(inside) == 2);
        try (var third = connect(door)) {
          assertThat(third.getInputStream().read()).isEqualTo(-1);
        }
        inside.getFirst().close();
        inside.getFirst().close();
        try (var fourth = connect(door)) {
          accepting.get();
          assertThat(inside).hasSize(3);
        }
      }
    }
  }

  private static int size(ArrayList<Socket> sockets) {
    synchronized (sockets) {
      return sockets.size();
    }
  }

  private static Void acceptThree(ServerSocket door, ArrayList<Socket> inside) throws IOException {
    while (size(inside) < 3) {
      var socket = door.accept();
      synchronized (inside) {
        inside.add(socket);
      }
    }
    return null;
  }

  private static Socket connect(ServerSocket door) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), door.getLocalPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  @Test
  void an_accept_that_fails_is_not_the_last_one() throws Exception {
    ServerSocketFactory doors = Door.forAtMost(1);
    try (var door = doors.createServerSocket();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      door.setSoTimeout(1); // so that it fails again and again
      var begun = System.nanoTime();
      var accepted = threads.submit(door::accept);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> System.nanoTime() - begun > Duration.ofMillis(250).toNanos());
      assertThat(accepted).isNotDone();
      try (var guest = connect(door)) {
        assertThat(accepted.get().getPort()).isEqualTo(guest.getLocalPort());
      }
    }
  }
}
