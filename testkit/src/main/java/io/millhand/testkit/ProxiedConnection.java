// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millhand.testkit.LaneFault.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection through a {@link FaultProxy}, and what may be done to it alone.
 *
 * <p>Thread-safe.
 */
public final class ProxiedConnection {

  private static final int CONNECT_TIMEOUT_MS = 5_000;

  /** The longest text of a trigger, less one. */
  static final int MAX_TAIL = 255;

  private final FaultProxy proxy;
  private final int number;
  private final Socket client;
  private final Socket server = new Socket();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Lane toServer;
  private final Lane toClient;

  // guarded by lock
  private Fault fault = new Fault.Pass();
  private boolean over;
  private String tail = ""; // the end of the bytes searched so far

  ProxiedConnection(FaultProxy proxy, int number, Socket client, long seed) {
    this.proxy = proxy;
    this.number = number;
    this.client = client;
    this.toServer = new Lane(Direction.TO_SERVER, this, lock, changed, seed);
    this.toClient = new Lane(Direction.TO_CLIENT, this, lock, changed, ~seed);
  }

  /** 0 for the first connection that the proxy accepted. */
  public int number() {
    return number;
  }

  /**
   * The client's own port, by which {@code CLIENT LIST} does not know it: that shows the proxy's.
   */
  public int clientPort() {
    return client.getPort();
  }

  /**
   * The proxy's port towards the server, as in {@code addr=} of {@code CLIENT LIST}; -1 when not
   * connected yet.
   */
  public int serverSidePort() {
    return server.getLocalPort();
  }

  /**
   * Sets the fault of this connection.
   *
   * @throws IllegalArgumentException for {@link Fault.Refuse}, which is the proxy's alone
   */
  public void set(Fault next) {
    if (next instanceof Fault.Refuse) {
      throw new IllegalArgumentException("a connection that is there cannot be refused");
    }
    arm(next);
  }

  void arm(Fault next) {
    lock.lock();
    try {
      fault = next;
      toServer.arm(next);
      toClient.arm(next);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Resets both ends (RST), now. */
  public void reset() {
    end(true);
  }

  /** Whether it has not ended at both ends. */
  public boolean isOpen() {
    return !isOver();
  }

  /** How many bytes of the client went on to the server. */
  public long bytesToServer() {
    lock.lock();
    try {
      return toServer.passed();
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes of the server went on to the client. */
  public long bytesToClient() {
    lock.lock();
    try {
      return toClient.passed();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "connection %d from port %d".formatted(number, clientPort());
  }

  boolean isOver() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  /** The body of its first thread: connects, then reads what the client sends. */
  void run(String host, int port) {
    try {
      if (!awaitWay()) {
        reset();
        return;
      }
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MS);
    } catch (IOException e) {
      reset();
      return;
    }
    thread("from server", () -> toClient.read(server));
    thread("to server", () -> toServer.write(server));
    thread("to client", () -> toClient.write(client));
    toServer.read(client);
  }

  private void thread(String name, Runnable body) {
    Thread.ofPlatform()
        .daemon()
        .name("fault-proxy " + proxy.port() + " " + number + " " + name)
        .start(body);
  }

  /** A link that is down lets no connection through until it is up. */
  private boolean awaitWay() {
    lock.lock();
    try {
      while (!over && fault instanceof Fault.BlackHole) {
        changed.awaitUninterruptibly();
      }
      return !over && !(fault instanceof Fault.Reset);
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: sets off the first trigger whose text ends in these bytes. */
  void search(byte[] bytes) {
    var seen = tail.length();
    var text = tail + new String(bytes, ISO_8859_1);
    tail = text.substring(Math.max(0, text.length() - MAX_TAIL));
    var trigger = proxy.strike(text, seen);
    if (trigger != null) {
      tail = "";
      arm(trigger.fault());
      trigger.struck().completeAsync(() -> this); // not here: what hangs on it may want our lock
    }
  }

  /** Under the lock: closes the connection when both ends have finished. */
  void laneEnded() {
    if (toServer.hasEnded() && toClient.hasEnded()) {
      end(false);
    }
  }

  private void end(boolean hard) {
    lock.lock();
    try {
      if (over) {
        return;
      }
      over = true;
      changed.signalAll();
      for (var socket : List.of(client, server)) {
        close(socket, hard);
      }
    } finally {
      lock.unlock();
    }
    proxy.ended(this);
  }

  private static void close(Socket socket, boolean hard) {
    try (socket) {
      if (hard && !socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
    } catch (IOException e) {
      // The other end was faster, and has broken the connection: macOS then knows no options any
      // more.
    }
  }
}
