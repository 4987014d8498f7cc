// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy of the loopback interface that does to connections what networks do, on command.
 *
 * <pre>{@code
 * try (var proxy = FaultProxy.to(redis)) {
 *   var client = connect(proxy.url());
 *   proxy.when("XACK", new Fault.CutAfter(0));     // the next XACK is executed, its reply lost
 *   ...
 *   proxy.set(new Fault.BlackHole());              // a half-open link
 *   ...
 *   proxy.pass();
 * }
 * }</pre>
 *
 * <p>A fault holds for all connections, those there and those to come, until the next one is set;
 * {@link ProxiedConnection#set} is for one. What is random in it depends on the seed and the
 * connection's number alone.
 *
 * <p>Thread-safe. It waits on sockets and conditions, never for time alone, except where a fault is
 * about time.
 */
public final class FaultProxy implements AutoCloseable {

  record Trigger(String text, Fault fault, CompletableFuture<ProxiedConnection> struck) {}

  private final String host;
  private final int target;
  private final String url;
  private final long seed;
  private final int port;
  private final List<Trigger> triggers = new CopyOnWriteArrayList<>();

  private final ReentrantLock setting = new ReentrantLock(); // one fault at a time
  private @Nullable Listener listener; // guarded by setting

  // Never held while a connection's lock is asked for: connections come here with theirs.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // guarded by lock
  private final List<ProxiedConnection> open = new ArrayList<>();
  private Fault fault = new Fault.Pass();
  private int accepted;
  private boolean closed;

  private FaultProxy(String host, int target, String urlOfTarget, long seed, int port) {
    this.host = host;
    this.target = target;
    this.seed = seed;
    this.port = port;
    this.url = urlOfTarget.replaceFirst(":" + target + "$", ":" + port);
  }

  /** A proxy in front of a server of ours. */
  public static FaultProxy to(EmbeddedRedis redis) {
    return start(redis.host(), redis.port(), redis.url(), 0);
  }

  /** A proxy in front of any port. */
  public static FaultProxy to(String host, int port) {
    return to(host, port, 0);
  }

  /**
   * A proxy in front of any port, whose random faults are drawn from this seed (0 for the others).
   */
  public static FaultProxy to(String host, int port, long seed) {
    return start(host, port, "redis://" + host + ":" + port, seed);
  }

  private static FaultProxy start(String host, int target, String url, long seed) {
    var socket = Ports.listen();
    var proxy = new FaultProxy(host, target, url, seed, socket.getLocalPort());
    proxy.listener = proxy.listener(socket);
    return proxy;
  }

  /** The address to connect to instead of the target's. */
  public String host() {
    return Ports.LOOPBACK;
  }

  /** The port to connect to instead of the target's; it stays the same. */
  public int port() {
    return port;
  }

  /** The target's URL with our port, {@code redis://127.0.0.1:port}. */
  public String url() {
    return url;
  }

  /** Sets the fault of all connections, those there and those to come. */
  public void set(Fault next) {
    setting.lock();
    try {
      var affected = change(next);
      if (next instanceof Fault.Refuse) {
        stopListening();
      } else if (listener == null) {
        listener = listener(Ports.listen(port));
      }
      affected.forEach(connection -> connection.arm(next));
    } finally {
      setting.unlock();
    }
  }

  private List<ProxiedConnection> change(Fault next) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("this proxy has been closed");
      }
      fault = next;
      return List.copyOf(open);
    } finally {
      lock.unlock();
    }
  }

  /** No fault any more. */
  public void pass() {
    set(new Fault.Pass());
  }

  /** Resets all connections that are there, once; the fault stays what it is. */
  public void resetAll() {
    connections().forEach(ProxiedConnection::reset);
  }

  /**
   * Sets a fault for the one connection, of those there and those to come, on which the client next
   * sends this text, such as {@code XACK}. It holds from before the server sees the text; once.
   *
   * @param text in ISO 8859-1, case-sensitive, 256 characters at most
   * @return completed with that connection when it has happened; cancel it to call it off
   */
  public CompletableFuture<ProxiedConnection> when(String text, Fault then) {
    if (text.isEmpty()
        || text.length() > ProxiedConnection.MAX_TAIL + 1
        || then instanceof Fault.Refuse) {
      throw new IllegalArgumentException(
          "\"%s\", %s: needs 1 to 256 characters, and a fault for one connection"
              .formatted(text, then));
    }
    var trigger = new Trigger(text, then, new CompletableFuture<>());
    triggers.add(trigger);
    return trigger.struck();
  }

  /**
   * The trigger for what a connection sends, if there is one; it is used up. Its text must end
   * behind the first {@code seen} characters: what has gone by before sets nothing off.
   */
  @Nullable Trigger strike(String text, int seen) {
    for (var trigger : List.copyOf(triggers)) {
      if (text.indexOf(trigger.text(), seen - trigger.text().length() + 1) >= 0
          && triggers.remove(trigger)
          && !trigger.struck().isCancelled()) {
        return trigger;
      }
    }
    return null;
  }

  /** The connections that are open, oldest first. */
  public List<ProxiedConnection> connections() {
    lock.lock();
    try {
      return List.copyOf(open);
    } finally {
      lock.unlock();
    }
  }

  /** How many connections it has ever accepted. */
  public int accepted() {
    lock.lock();
    try {
      return accepted;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until at least so many connections are open.
   *
   * @throws AssertionError when they are not in time
   */
  public void awaitConnections(int count, Duration timeout) {
    await(() -> open.size() >= count, count + " open connections", timeout);
  }

  /**
   * Waits until at least so many connections have ever been accepted: the way to see a reconnect.
   *
   * @throws AssertionError when they have not in time
   */
  public void awaitAccepted(int count, Duration timeout) {
    await(() -> accepted >= count, count + " accepted connections", timeout);
  }

  /**
   * Waits until no connection is open.
   *
   * @throws AssertionError when one still is after the timeout
   */
  public void awaitNoConnections(Duration timeout) {
    await(open::isEmpty, "no open connection", timeout);
  }

  /** Stops to listen and resets all connections. */
  @Override
  public void close() {
    setting.lock();
    try {
      markClosed();
      stopListening();
      resetAll();
    } finally {
      setting.unlock();
    }
  }

  private void markClosed() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "fault proxy %s:%d to %s:%d".formatted(Ports.LOOPBACK, port, host, target);
  }

  private void await(BooleanSupplier condition, String what, Duration timeout) {
    lock.lock();
    try {
      var nanos = timeout.toNanos();
      while (!condition.getAsBoolean()) {
        if (nanos <= 0) {
          throw new AssertionError(
              "%s: not %s within %s; open %s, accepted %d"
                  .formatted(this, what, timeout, open, accepted));
        }
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    } finally {
      lock.unlock();
    }
  }

  private Listener listener(ServerSocket socket) {
    return new Listener(socket, "fault-proxy " + port, this::welcome);
  }

  private void stopListening() {
    if (listener != null) {
      listener.close();
      listener = null;
    }
  }

  private void welcome(Socket client) {
    lock.lock();
    try {
      var connection = new ProxiedConnection(this, accepted, client, seed + accepted);
      if (closed || fault instanceof Fault.Refuse) { // it came in while the door was being shut
        connection.reset();
        return;
      }
      connection.arm(fault); // nobody knows it yet, so its lock is free
      accepted++;
      open.add(connection);
      changed.signalAll();
      var name = "fault-proxy " + port + " " + connection.number() + " from client";
      Thread.ofPlatform().daemon().name(name).start(() -> connection.run(host, target));
    } finally {
      lock.unlock();
    }
  }

  void ended(ProxiedConnection connection) {
    lock.lock();
    try {
      open.remove(connection);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
