// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/**
 * Accepts connections until it is closed.
 *
 * <p>Promise: once {@link #close} has returned, connections are refused. A listening socket lives
 * on in the kernel as long as a thread is within accept, so close waits for that thread.
 */
final class Listener implements AutoCloseable {

  private final ServerSocket socket;
  private final Thread acceptor;

  Listener(ServerSocket socket, String name, Consumer<Socket> guests) {
    this.socket = socket;
    this.acceptor = Thread.ofPlatform().daemon().name(name).start(() -> accept(guests));
  }

  private void accept(Consumer<Socket> guests) {
    try {
      while (true) {
        guests.accept(socket.accept());
      }
    } catch (IOException e) {
      // closed
    }
  }

  /** Not to be called with a lock that the guests' consumer takes. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var interrupted = false;
    while (acceptor.isAlive()) {
      try {
        acceptor.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
