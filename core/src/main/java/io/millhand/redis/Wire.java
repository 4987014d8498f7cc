// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Credentials;
import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.error.MillhandException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import io.millhand.redis.ReplyReader.Shape;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis: sends commands, maps errors, knows the server at its other end.
 *
 * <p>Threads: one at a time, but for {@link #abort()}.
 *
 * <p>Owns: the socket.
 *
 * <p>Promise: a reply belongs to its command; after any doubt about that the connection is closed,
 * never used again.
 *
 * <p>Failure: whatever breaks it throws an {@link UnavailableException}; its owner opens another.
 */
final class Wire implements AutoCloseable {

  private static final long NOTHING = Long.MIN_VALUE;

  private final RedisSettings settings;
  private final Topology topology;
  private final Node node;
  private final String stream;
  private final Sockets sockets;
  private final Socket socket;
  private final RequestWriter requests;
  private final ReplyReader replies;
  private final Server server;
  private final Scripts scripts = new Scripts(this);

  /** Whether its socket was closed under its owner. */
  private volatile boolean aborted;

  /** Whether nothing but our name was said. Its owner's. */
  private boolean beginning = true;

  /** Whether it may not be used again. Written by its owner. */
  private volatile boolean broken;

  /** How long a reply may take. Its owner's. */
  private int waitMillis;

  /** When a reply is overdue, nanoTime; or that none is awaited. Written by its owner. */
  private volatile long overdueAt = NOTHING;

  /** Commands that were sent, and whose replies were not read. Its owner's. */
  private final ArrayDeque<Call> asked = new ArrayDeque<>();

  /** Its owner's. */
  private final Detour detour;

  private Wire(RedisSettings settings, Topology topology, Node node, String stream, String role) {
    var credentials = Login.credentials(settings);
    this.settings = settings;
    this.topology = topology;
    this.node = node;
    this.stream = stream;
    this.detour = new Detour(settings, node, stream);
    var patience = patience(settings, topology);
    this.waitMillis = Math.toIntExact(patience.toMillis());
    this.sockets = new Sockets(settings, node, patience);
    topology.opened(this);
    expect(waitMillis);
    this.socket = connect();
    try {
      this.requests = new RequestWriter(socket.getOutputStream());
      this.replies = new ReplyReader(socket.getInputStream());
      this.server = begin(credentials, role);
    } catch (IOException e) {
      throw lost("the first command", e);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    expectNothing();
    waitAtMost(Math.toIntExact(settings.commandTimeout().toMillis()));
  }

  /** A node that has frozen must not hold up who could go to another. */
  private static Duration patience(RedisSettings settings, Topology topology) {
    return topology.canMove()
        ? Shorter.of(settings.connectTimeout(), settings.commandTimeout())
        : settings.commandTimeout();
  }

  /** Connects to the node that serves that stream now, authenticates, and probes it. */
  static Wire open(RedisSettings settings, Topology topology, String stream, String role) {
    return open(settings, topology, topology.locate(stream), stream, role);
  }

  /** The same for a node, whatever it serves. */
  static Wire open(
      RedisSettings settings, Topology topology, Node node, String stream, String role) {
    var where = where(settings, node);
    Wire wire;
    try {
      wire = new Wire(settings, topology, node, stream, role);
    } catch (UnavailableException e) {
      // Nothing but questions was sent: no caller need fear that its command was carried out.
      throw e.mayHaveBeenDone() ? Errors.notConnected(where, e) : e;
    }
    if (wire.server.replica() && topology.canMove()) {
      wire.close();
      topology.doubt(node);
      throw new UnavailableException(
          Reason.READ_ONLY,
          where + " is a replica now. A failover is under way, or nobody has told yet.",
          null);
    }
    return wire;
  }

  private static String where(RedisSettings settings, Node node) {
    return new RedisSettings(
            new Target.Single(node),
            settings.database(),
            settings.tls(),
            settings.credentials(),
            settings.connectTimeout(),
            settings.commandTimeout())
        .address();
  }

  private Socket connect() {
    try {
      return sockets.open();
    } catch (IOException e) {
      sockets.abort();
      topology.closed(this);
      topology.doubt(node);
      throw Errors.notConnected(where(), e);
    } catch (RuntimeException | Error e) {
      sockets.abort();
      topology.closed(this);
      throw e;
    }
  }

  private Server begin(Credentials credentials, String role) {
    try {
      Login.say(this, settings, credentials, role);
    } catch (UnavailableException e) {
      topology.doubt(node);
      throw e;
    }
    var asked = Probe.ask(this);
    beginning = false;
    return asked;
  }

  Server server() {
    return server;
  }

  Scripts scripts() {
    return scripts;
  }

  /** Where it goes. */
  Node node() {
    return node;
  }

  /** The stream that it is for; empty where it is for a node, whatever that serves. */
  String stream() {
    return stream;
  }

  private String where() {
    return where(settings, node);
  }

  /** How long a reply is overdue; 0 where none is, or none is awaited. Any thread may ask. */
  long overdueNanos() {
    var at = overdueAt;
    return at == NOTHING ? 0 : Math.max(0, System.nanoTime() - at);
  }

  /** A reply is awaited, which the server may hold back for so long. */
  private void expect(long millis) {
    var at = System.nanoTime() + millis * 1_000_000;
    overdueAt = at == NOTHING ? at + 1 : at;
  }

  private void expectNothing() {
    overdueAt = NOTHING;
  }

  /** One command, one reply. */
  @Nullable Object call(Verb verb, Object... args) {
    return call(Call.of(verb, args));
  }

  /** One command, one reply. */
  @Nullable Object call(Call call) {
    return unwrap(pipeline(List.of(call)).get(0), call.verb().name());
  }

  /**
   * A command that may block on the server for that long; no reply by then and a margin closes the
   * connection.
   */
  @Nullable Object callBlocking(Call call, Duration block, Duration margin) {
    waitAtMost(Math.toIntExact(block.plus(margin).toMillis()));
    try {
      return unwrap(pipeline(List.of(call), block).get(0), call.verb().name());
    } finally {
      waitAtMost(Math.toIntExact(settings.commandTimeout().toMillis()));
    }
  }

  /** As {@link #pipeline}, where one of the commands may block on the server for that long. */
  List<@Nullable Object> pipelineBlocking(List<Call> calls, Duration block) {
    waitAtMost(Math.toIntExact(block.plus(settings.commandTimeout()).toMillis()));
    try {
      return pipeline(calls, block);
    } finally {
      waitAtMost(Math.toIntExact(settings.commandTimeout().toMillis()));
    }
  }

  /**
   * Sends a command and does not wait: {@link #answer} has its reply. Until then nothing else may
   * be sent, but more like it.
   */
  void ask(Call call) {
    guarded(
        call.verb().name(),
        () -> {
          if (asked.isEmpty()) {
            expect(0);
            refuseMore();
          }
          requests.add(call);
          requests.flush();
          asked.add(call);
        });
  }

  /** The reply to the first {@link #ask} that has none yet. */
  @Nullable Object answer() {
    var call = asked.remove();
    var replied = new ArrayList<@Nullable Object>(1);
    guarded(
        call.verb().name(),
        () -> {
          expect(0);
          replied.add(replies.read(call.shape()));
        });
    if (asked.isEmpty()) {
      expectNothing();
    }
    var taken =
        topology.canMove() && Detour.isAsk(replied.get(0))
            ? detour.take(List.of(call), replied, Duration.ZERO)
            : replied;
    return unwrap(taken.get(0), call.verb().name());
  }

  private void waitAtMost(int millis) {
    waitMillis = millis;
    try {
      socket.setSoTimeout(millis);
    } catch (SocketException e) {
      // It was closed under us: the command that follows says so.
    }
  }

  /** Runs a script; the first three of its arguments are group, consumer and boot id. */
  @Nullable Object run(Script script, Keys keys, Object... args) {
    return unwrap(
        runAll(List.of(new Scripts.Run(script, keys, args))).get(0), Scripts.describe(script));
  }

  /** Runs scripts in one write; each result is its reply, or an {@link ErrorReply}. */
  List<@Nullable Object> runAll(List<Scripts.Run> runs) {
    return send(List.of(), runs);
  }

  /**
   * Sends commands, then scripts, in one write; each result is its reply, or an {@link ErrorReply}.
   */
  List<@Nullable Object> send(List<Call> commands, List<Scripts.Run> runs) {
    return scripts.send(commands, runs);
  }

  /** Sends commands in one write; each result is its reply, or an {@link ErrorReply}. */
  List<@Nullable Object> pipeline(List<Call> calls) {
    return pipeline(calls, Duration.ZERO);
  }

  private List<@Nullable Object> pipeline(List<Call> calls, Duration block) {
    var results = exchange(calls, block);
    return topology.canMove() && results.stream().anyMatch(Detour::isAsk)
        ? detour.take(calls, results, block)
        : results;
  }

  /** A command whose slot is on its way here; it may block on the server for that long. */
  @Nullable Object askedFor(Call call, Duration block) {
    waitAtMost(Math.toIntExact(block.plus(settings.commandTimeout()).toMillis()));
    return exchange(List.of(Call.of(Verb.ASKING), call), block).get(1);
  }

  private List<@Nullable Object> exchange(List<Call> calls, Duration block) {
    if (!asked.isEmpty()) {
      throw new IllegalStateException("a reply is awaited that belongs to an earlier command");
    }
    var results = new ArrayList<@Nullable Object>(calls.size());
    try {
      guarded(
          calls.isEmpty() ? "nothing" : calls.get(0).verb().name(),
          () -> converse(calls, block, results));
    } finally {
      expectNothing();
    }
    return results;
  }

  private void converse(List<Call> calls, Duration block, List<@Nullable Object> results)
      throws IOException {
    expect(block.toMillis());
    refuseMore();
    for (var call : calls) {
      requests.add(call);
    }
    requests.flush();
    for (var call : calls) {
      results.add(replies.read(call.shape()));
    }
    refuse(replies.holdsMore());
  }

  /** What talks to the server. */
  @FunctionalInterface
  private interface Talk {
    void run() throws IOException;
  }

  /** Closes the connection where anything was thrown. */
  private void guarded(String what, Talk talk) {
    try {
      talk.run();
    } catch (IOException e) {
      if (beginning) {
        turnedAway(e);
      }
      throw lost(what, e);
    } catch (RuntimeException | Error e) {
      // Whatever it was, replies may be left on the line that belong to nobody. First without a
      // call: there may be no stack for one.
      aborted = true;
      fail();
      throw e;
    }
  }

  /** What nobody asked for is part of a reply that was read wrongly, or of somebody else's. */
  private void refuseMore() throws IOException {
    refuse(replies.hasMore());
  }

  private static void refuse(boolean more) throws IOException {
    if (more) {
      throw new ProtocolException("more was answered than was asked");
    }
  }

  /** A server that has no room says so unasked, and hangs up. */
  private void turnedAway(IOException how) {
    try {
      if (replies.hasMore() && replies.read(Shape.PARTS) instanceof ErrorReply error) {
        fail();
        throw error(error, "the connection");
      }
    } catch (IOException e) {
      how.addSuppressed(e);
    }
  }

  private UnavailableException lost(String what, IOException cause) {
    fail();
    return Errors.lost(where(), what, cause);
  }

  private void fail() {
    // First without a word to the other end: a farewell in TLS may wait for it.
    abort();
    broken = true;
    close();
    topology.doubt(node);
  }

  /** A reply, or the error that it is. */
  @Nullable Object unwrap(@Nullable Object reply, String what) {
    if (reply instanceof ErrorReply error) {
      throw error(error, what);
    }
    return reply;
  }

  MillhandException error(ErrorReply error, String what) {
    if (topology.canMove()
        && error.text().startsWith("UNBLOCKED")
        && error.code().equals("NOGROUP")) {
      // A key that moves to another node is deleted here under whoever waits for it.
      leave(error);
      return new UnavailableException(
          Reason.CLUSTER,
          "%s: the stream %s is not here any more; its slot may have moved."
              .formatted(where(), stream),
          null);
    }
    if (!topology.canMove() && error.code().equals("MOVED")) {
      return Errors.notFollowed(error.text(), what, where());
    }
    var mapped = Errors.ofReply(error.text(), what, where());
    if (mapped instanceof UnavailableException unavailable && isElsewhere(unavailable, error)) {
      leave(error);
    }
    return mapped;
  }

  /** Whether another node may do what this one refuses, which only a new connection finds. */
  private static boolean isElsewhere(UnavailableException unavailable, ErrorReply error) {
    return switch (unavailable.reason()) {
      case READ_ONLY -> true;
      case CLUSTER -> error.code().equals("MOVED") || error.code().equals("CLUSTERDOWN");
      case NOT_CONNECTED,
          CONNECTION_LOST,
          LOADING,
          BUSY,
          OUT_OF_MEMORY,
          DISK,
          NO_REPLICAS,
          TOO_MANY_CLIENTS ->
          false;
    };
  }

  private void leave(ErrorReply error) {
    broken = true;
    if (error.code().equals("MOVED")) {
      topology.moved(node, error.text());
    } else {
      topology.doubt(node);
    }
  }

  /** What is known of the topology may be old: it is asked anew, and another connection opened. */
  void doubt() {
    broken = true;
    topology.doubt(node);
  }

  /** Whether another node may serve the stream later. */
  boolean canMove() {
    return topology.canMove();
  }

  /** Whether that stream is served by the same node. */
  boolean serves(String other) {
    return !topology.canMove() || topology.locate(other).equals(node);
  }

  boolean isBroken() {
    return aborted || broken || socket.isClosed();
  }

  /** Closes the socket under a thread that waits on it; any thread may call this. */
  void abort() {
    aborted = true;
    sockets.abort();
  }

  @Override
  public void close() {
    topology.closed(this);
    detour.close();
    try {
      socket.close();
    } catch (IOException e) {
      // It was broken already; there is nothing left to close.
    }
  }
}
