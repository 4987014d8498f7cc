// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Stands for ours in rewritten classes: leads to the server of the world. */
public final class SimSocket extends Socket {

  private final World world = World.current();
  private final SimProcess process = world.running().process();
  private byte[] inbound = new byte[0];
  private int timeout;
  private boolean connected;
  private boolean closed;
  private boolean ended;
  private boolean silent;
  private @Nullable Strand reader;
  private SimServer.@Nullable Link link;

  /** Its server takes whatever is written: how long that may last is of no account. */
  public SimSocket(Duration patience) {}

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    try {
      world.sleep(world.upTo(400_000) + 50_000);
    } catch (InterruptedException e) {
      world.running().interrupt();
      throw new SocketException("interrupted");
    }
    link = SimServer.of(world).connect(this);
    if (link == null) {
      throw new ConnectException("Connection refused");
    }
    connected = true;
    process.opened(this);
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  /** Bytes from the server. */
  void receive(byte[] bytes) {
    if (silent || closed) {
      return;
    }
    var at = inbound.length;
    inbound = Arrays.copyOf(inbound, at + bytes.length);
    System.arraycopy(bytes, 0, inbound, at, bytes.length);
    wakeReader();
  }

  /** The server has closed it. */
  void end() {
    if (!silent) {
      ended = true;
      wakeReader();
    }
  }

  private void wakeReader() {
    if (reader != null) {
      reader.unpark();
    }
  }

  /** Its process was killed. */
  void hangUp() {
    if (link != null) {
      link.finish();
    }
  }

  /** Its host is gone, or unreachable: nothing comes or goes any more. */
  void fallSilent() {
    silent = true;
  }

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int at, int most) throws IOException {
        awaitBytes();
        if (inbound.length == 0) {
          return -1;
        }
        var count = Math.min(most, inbound.length);
        System.arraycopy(inbound, 0, into, at, count);
        inbound = Arrays.copyOfRange(inbound, count, inbound.length);
        return count;
      }

      @Override
      public int available() {
        return inbound.length;
      }
    };
  }

  private void awaitBytes() throws IOException {
    var me = world.running();
    var end = timeout == 0 ? Long.MAX_VALUE : world.now() + timeout * 1_000_000L;
    while (inbound.length == 0 && !ended) {
      if (closed) {
        throw new SocketException("Socket closed");
      }
      if (world.now() >= end) {
        throw new SocketTimeoutException("Read timed out");
      }
      reader = me;
      // An interrupt does not end a read.
      var interrupted = me.takeInterrupt();
      me.park(end == Long.MAX_VALUE ? end : end - world.now());
      reader = null;
      if (interrupted || me.takeInterrupt()) {
        pendingInterrupt = true;
      }
    }
    if (pendingInterrupt) {
      pendingInterrupt = false;
      me.interrupt();
    }
  }

  private boolean pendingInterrupt;

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int at, int count) throws IOException {
        if (closed || link == null) {
          throw new SocketException("Socket closed");
        }
        if (ended) {
          throw new SocketException("Broken pipe");
        }
        if (!silent) {
          link.send(Arrays.copyOfRange(bytes, at, at + count));
        }
      }
    };
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      wakeReader();
      process.closed(this);
      if (link != null && !silent) {
        link.finish();
      }
    }
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    if (closed) {
      throw new SocketException("Socket is closed");
    }
    timeout = millis;
  }

  @Override
  public int getSoTimeout() {
    return timeout;
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public void setSoLinger(boolean on, int seconds) {}

  @Override
  public void setReuseAddress(boolean on) {}

  @Override
  public boolean isConnected() {
    return connected;
  }

  @Override
  public boolean isBound() {
    return connected;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public boolean isInputShutdown() {
    return false;
  }

  @Override
  public boolean isOutputShutdown() {
    return false;
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    return null;
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    return null;
  }

  /** Whose it is. */
  SimProcess process() {
    return process;
  }
}
