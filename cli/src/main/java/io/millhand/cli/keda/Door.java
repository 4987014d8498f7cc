// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets connections in, so many at once at most. gRPC's own loop would end for ever when one accept
 * fails, as it does while this process has no file descriptor left; this goes on.
 */
final class Door extends ServerSocket {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private final int most;
  private final AtomicInteger inside = new AtomicInteger();
  private final CountDownLatch shut = new CountDownLatch(1);

  private Door(int most) throws IOException {
    this.most = most;
  }

  /** Makes doors for so many connections at once. */
  static ServerSocketFactory forAtMost(int most) {
    return new Doors(most);
  }

  @Override
  public Socket accept() throws IOException {
    while (true) {
      var guest = new Guest();
      try {
        implAccept(guest);
      } catch (IOException e) {
        if (isClosed()) {
          throw e;
        }
        log.warn("KEDA's port: a connection was not taken ({}); trying again", e.toString());
        rest(e);
        continue;
      }
      if (guest.enter()) {
        return guest;
      }
      log.debug("KEDA's port: there are {} connections already; one more was refused", most);
      guest.close();
    }
  }

  /** Waits a little, less where the door shuts. */
  private void rest(IOException why) throws IOException {
    try {
      if (shut.await(100, TimeUnit.MILLISECONDS)) {
        throw why;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw why;
    }
  }

  @Override
  public void close() throws IOException {
    shut.countDown();
    super.close();
  }

  /** A connection that counts while it is open. */
  private final class Guest extends Socket {
    private final AtomicBoolean counts = new AtomicBoolean();

    boolean enter() {
      if (inside.incrementAndGet() > most) {
        inside.decrementAndGet();
        return false;
      }
      counts.set(true);
      return true;
    }

    @Override
    public void close() throws IOException {
      if (counts.getAndSet(false)) {
        inside.decrementAndGet();
      }
      super.close();
    }
  }

  private static final class Doors extends ServerSocketFactory {
    private final int most;

    Doors(int most) {
      this.most = most;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
      return new Door(most);
    }

    @Override
    public ServerSocket createServerSocket(int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
      throw new UnsupportedOperationException();
    }
  }
}
