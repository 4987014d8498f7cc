// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.config.Credentials;
import io.millhand.config.RedisSettings;
import io.millhand.error.MillhandException;
import io.millhand.error.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.RedisCredentials;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

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

  private static final byte[] LOAD = "LOAD".getBytes(UTF_8);
  private static final byte[] KEY_COUNT = "8".getBytes(UTF_8);

  private final Connection connection;
  private final String where;
  private final int commandTimeoutMillis;
  private final Server server;
  private final Set<Script> loaded = EnumSet.noneOf(Script.class);

  private Wire(Connection connection, String where, int commandTimeoutMillis) {
    this.connection = connection;
    this.where = where;
    this.commandTimeoutMillis = commandTimeoutMillis;
    this.server = probe();
  }

  /** A command and its arguments. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and the client library takes arrays
  record Call(Verb verb, byte[]... args) {
    static Call of(Verb verb, Object... args) {
      var raw = new byte[args.length][];
      for (int i = 0; i < args.length; i++) {
        raw[i] = args[i] instanceof byte[] bytes ? bytes : args[i].toString().getBytes(UTF_8);
      }
      return new Call(verb, raw);
    }
  }

  /** Connects, authenticates, and probes the server. */
  static Wire open(RedisSettings settings, String role) {
    var credentials = credentials(settings);
    Connection connection;
    try {
      connection = new Connection(new Sockets(settings), config(settings, credentials, role));
    } catch (JedisException e) {
      throw connectError(settings, e);
    }
    try {
      return new Wire(
          connection, settings.address(), Math.toIntExact(settings.commandTimeout().toMillis()));
    } catch (UnavailableException e) {
      connection.close();
      // Nothing but questions was sent: no caller need fear that its command was carried out.
      throw e.mayHaveBeenDone() ? Errors.notConnected(settings.address(), e) : e;
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static MillhandException connectError(RedisSettings settings, JedisException error) {
    for (@Nullable Throwable each = error; each != null; each = each.getCause()) {
      if (each instanceof JedisDataException refusal && refusal.getMessage() != null) {
        return Errors.ofReply(refusal.getMessage(), "the connection", settings.address(), error);
      }
    }
    return Errors.notConnected(settings.address(), error);
  }

  private static DefaultJedisClientConfig config(
      RedisSettings settings, RedisCredentials credentials, String role) {
    return DefaultJedisClientConfig.builder()
        .resp2()
        .autoNegotiateProtocol(false)
        .connectionTimeoutMillis(Math.toIntExact(settings.connectTimeout().toMillis()))
        .socketTimeoutMillis(Math.toIntExact(settings.commandTimeout().toMillis()))
        .database(settings.database())
        .clientName("millhand-" + role)
        .clientSetInfoConfig(redis.clients.jedis.ClientSetInfoConfig.DISABLED)
        .credentialsProvider(() -> credentials)
        .build();
  }

  /**
   * Asked before the client library connects, which would leave its socket open when this throws.
   */
  private static RedisCredentials credentials(RedisSettings settings) {
    Credentials credentials;
    try {
      credentials = settings.credentials().get();
    } catch (MillhandException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Errors.noCredentials(settings.address(), e);
    }
    return new DefaultRedisCredentials(
        credentials.user().orElse(null),
        credentials.password().<CharSequence>map(word -> word).orElse(null));
  }

  Server server() {
    return server;
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
      return call(call);
    } finally {
      waitAtMost(commandTimeoutMillis);
    }
  }

  private void waitAtMost(int millis) {
    try {
      connection.setSoTimeout(millis);
    } catch (JedisConnectionException e) {
      // It was closed under us: the command that follows says so.
    }
  }

  /** Runs a script; the first three of its arguments are group, consumer and boot id. */
  @Nullable Object run(Script script, Keys keys, Object... args) {
    return unwrap(runAll(List.of(new Run(script, keys, args))).get(0), describe(script));
  }

  /** A script with its keys and arguments. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Run(Script script, Keys keys, Object... args) {}

  /** Runs scripts in one write; each result is its reply, or an {@link ErrorReply}. */
  List<@Nullable Object> runAll(List<Run> runs) {
    return send(List.of(), runs);
  }

  /**
   * Sends commands, then scripts, in one write; each result is its reply, or an {@link ErrorReply}.
   */
  List<@Nullable Object> send(List<Call> commands, List<Run> runs) {
    runs.forEach(run -> load(run.script()));
    var calls = new ArrayList<>(commands);
    runs.forEach(run -> calls.add(call(run)));
    var replies = new ArrayList<>(pipeline(calls));
    for (int i = 0; i < runs.size(); i++) {
      var at = commands.size() + i;
      if (replies.get(at) instanceof ErrorReply error && error.code().equals("NOSCRIPT")) {
        var run = runs.get(i);
        loaded.remove(run.script());
        load(run.script());
        replies.set(at, pipeline(List.of(call(run))).get(0));
      }
    }
    return replies;
  }

  /** Sends commands in one write; each result is its reply, or an {@link ErrorReply}. */
  List<@Nullable Object> pipeline(List<Call> calls) {
    try {
      for (var call : calls) {
        connection.sendCommand(call.verb(), call.args());
      }
      var replies = connection.getMany(calls.size());
      var results = new ArrayList<@Nullable Object>(replies.size());
      for (var reply : replies) {
        results.add(
            reply instanceof JedisDataException error
                ? new ErrorReply(String.valueOf(error.getMessage()), error)
                : reply);
      }
      return results;
    } catch (JedisConnectionException e) {
      connection.setBroken();
      close();
      throw Errors.lost(where, calls.isEmpty() ? "nothing" : calls.get(0).verb().name(), e);
    } catch (RuntimeException e) {
      // Whatever it was, replies may be left on the line that belong to nobody.
      connection.setBroken();
      close();
      throw e;
    }
  }

  /**
   * An error where a reply was expected.
   *
   * @param text the server's words
   * @param cause the client library's exception
   */
  record ErrorReply(String text, JedisDataException cause) {
    String code() {
      return Errors.code(text);
    }
  }

  /** A reply, or the error that it is. */
  @Nullable Object unwrap(@Nullable Object reply, String what) {
    if (reply instanceof ErrorReply error) {
      throw error(error, what);
    }
    return reply;
  }

  MillhandException error(ErrorReply error, String what) {
    var mapped = Errors.ofReply(error.text(), what, where, error.cause());
    if (mapped instanceof UnavailableException unavailable
        && unavailable.reason() == UnavailableException.Reason.READ_ONLY) {
      // A demoted master: another node has the stream now, and only a new connection finds it.
      connection.setBroken();
    }
    return mapped;
  }

  static String describe(Script script) {
    return "the script " + script.name().toLowerCase(java.util.Locale.ROOT);
  }

  boolean isBroken() {
    return connection.isBroken() || !connection.isConnected();
  }

  /** Closes the socket under a thread that waits on it; any thread may call this. */
  void abort() {
    try {
      connection.forceDisconnect();
    } catch (java.io.IOException e) {
      // Closing was all that was wanted.
    }
  }

  @Override
  public void close() {
    try {
      connection.disconnect();
    } catch (JedisException e) {
      // It was broken already; there is nothing left to close.
    }
  }

  private Call call(Run run) {
    var keys = run.keys().all();
    var args = new byte[2 + keys.length + run.args().length][];
    args[0] = run.script().forServer(server).sha();
    args[1] = KEY_COUNT;
    System.arraycopy(keys, 0, args, 2, keys.length);
    for (int i = 0; i < run.args().length; i++) {
      var arg = run.args()[i];
      args[2 + keys.length + i] =
          arg instanceof byte[] bytes ? bytes : arg.toString().getBytes(UTF_8);
    }
    return new Call(Verb.EVALSHA, args);
  }

  private void load(Script script) {
    if (loaded.add(script)) {
      try {
        call(new Call(Verb.SCRIPT, LOAD, script.forServer(server).source()));
      } catch (RuntimeException e) {
        loaded.remove(script);
        throw e;
      }
    }
  }

  private Server probe() {
    var replies =
        pipeline(
            List.of(
                Call.of(Verb.INFO),
                Call.of(Verb.CLIENT, "ID"),
                Call.of(Verb.CLIENT, "LIST", "ID", "1"),
                Call.of(Verb.HELLO)));
    var info =
        replies.get(0) instanceof byte[] text ? new String(text, UTF_8) : hello(replies.get(3));
    for (var reply : replies) {
      if (reply instanceof ErrorReply error && !error.code().equals("NOPERM") && isFatal(error)) {
        throw error(error, "the first command");
      }
    }
    Optional<Long> clientId =
        replies.get(1) instanceof Long id ? Optional.of(id) : Optional.empty();
    return Server.of(info, clientId, replies.get(2) instanceof byte[]);
  }

  /**
   * What INFO would tell of the version, from the reply to HELLO, which no user can be denied: by
   * the version it is known which scripts the server can read.
   */
  private static String hello(@Nullable Object reply) {
    if (reply instanceof ErrorReply) {
      return "";
    }
    var rows = Reply.list(reply);
    var product = "redis";
    var version = "";
    for (int i = 0; i + 1 < rows.size(); i += 2) {
      switch (Reply.text(rows.get(i))) {
        case "server" -> product = Reply.text(rows.get(i + 1));
        case "version" -> version = Reply.text(rows.get(i + 1));
        default -> {
          // not asked for
        }
      }
    }
    return "redis_version:%s\n%s_version:%s\n".formatted(version, product, version);
  }

  private static boolean isFatal(ErrorReply error) {
    return error.code().equals("NOAUTH") || Errors.unavailable(error.text()).isPresent();
  }
}
