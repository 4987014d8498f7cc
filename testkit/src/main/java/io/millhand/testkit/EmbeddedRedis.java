// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis (or Valkey) server of our own: a process on a free port of the loopback interface,
 * gone when this object is closed or this process ends, be it by {@code kill -9}.
 *
 * <pre>{@code
 * try (var redis = EmbeddedRedis.start()) {
 *   var client = connect(redis.url());
 *   ...
 *   redis.kill();
 *   redis.restart();
 *   assertThat(redis.command("XLEN", "orders")).isEqualTo(3L);
 * }
 * }</pre>
 *
 * <p>The program is, in this order: {@link Builder#executable}, what the environment variable
 * {@code MILLHAND_REDIS_SERVER} names, {@code redis-server} or {@code valkey-server} of the PATH if
 * 6.2 or newer, the one packaged with this library.
 *
 * <p>Without {@link Builder#dataDir} nothing is persisted and the server's folder is deleted at the
 * end. With it the server keeps an append-only file (fsync each second) there and finds it again.
 *
 * <p>Thread-safe. A Ctrl-C at the terminal does not reach the server: it lives until its owner has
 * finished. Linux and macOS.
 */
public final class EmbeddedRedis implements AutoCloseable {

  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(10);

  private final ServerPlan plan;
  private final int port;
  private final ReentrantLock lock = new ReentrantLock();
  private ServerRun run; // guarded by lock
  private boolean closed; // guarded by lock

  private EmbeddedRedis(ServerPlan plan, ServerPlan.Started started) {
    this.plan = plan;
    this.port = started.port();
    this.run = started.run();
  }

  /** Starts a server with default settings. */
  public static EmbeddedRedis start() {
    return builder().start();
  }

  /** For a server with settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** What to start, and how. */
  public static final class Builder {
    private final List<List<String>> directives = new ArrayList<>();
    private @Nullable Path dataDir;
    private @Nullable Path executable;
    private ServerAccess access = ServerAccess.OPEN;
    private ServerMode mode = ServerMode.STANDALONE;
    private @Nullable ClockShim clock;
    private int port;
    private Duration startTimeout = Duration.ofSeconds(30);

    private Builder() {}

    /**
     * Keeps the data in this folder, made if missing, and continues with what lies there. A kill of
     * the server may lose the last two seconds if the disk is slow; {@code config("appendfsync",
     * "always")} prevents that. Default: nothing is kept.
     */
    public Builder dataDir(Path folder) {
      this.dataDir = folder;
      return this;
    }

    /** The port to listen on. Default: a free one. */
    public Builder port(int number) {
      this.port = number;
      return this;
    }

    /**
     * A line of redis.conf, the name and its words: {@code config("save", "60", "1000")}. Overrides
     * a default of ours.
     */
    public Builder config(String name, String... words) {
      var line = new ArrayList<>(List.of(name));
      line.addAll(List.of(words));
      return config(line);
    }

    Builder config(List<String> line) {
      directives.add(List.copyOf(line));
      return this;
    }

    /** Asks of clients this password. Default: none. */
    public Builder password(String secret) {
      this.access = access.withPassword(secret);
      return this;
    }

    /**
     * Speaks TLS, and nothing else, with clients and other servers. Default: plain connections.
     *
     * @see #hasTls
     */
    public Builder tls(TlsFiles files) {
      this.access = access.withTls(files);
      return this;
    }

    /** Whether the program that would be started can speak TLS. */
    public boolean hasTls() {
      return ServerExecutable.find(executable).hasTls();
    }

    /**
     * A user, by a rule line as for {@code ACL SETUSER}: {@code user("ann on >secret ~orders
     * +xadd")}. Can be said for many; {@link AclUsers} changes them later. The default user should
     * keep its rights, this object speaks with the server as that one.
     */
    public Builder user(String rule) {
      return config("user", AclUsers.rule(rule));
    }

    /** The wall clock that the server lives by. Default: the real one. */
    public Builder clock(ClockShim shim) {
      this.clock = shim;
      return this;
    }

    Builder access(ServerAccess how) {
      this.access = how;
      return this;
    }

    /** What the program is to be. Default: a server on its own. */
    Builder mode(ServerMode as) {
      this.mode = as;
      return this;
    }

    /** The server program. Default: searched for, see {@link EmbeddedRedis}. */
    public Builder executable(Path program) {
      this.executable = program;
      return this;
    }

    /**
     * How long the server may take until it answers, loading of its data included. Default: 30 s.
     */
    public Builder startTimeout(Duration timeout) {
      this.startTimeout = timeout;
      return this;
    }

    /**
     * Starts the server, and returns when it answers.
     *
     * @throws EmbeddedRedisException with the end of the server's log, when it does not
     */
    public EmbeddedRedis start() {
      var program = program();
      var folder = dataDir == null ? ServerFolder.temporary() : ServerFolder.kept(dataDir, program);
      var plan =
          new ServerPlan(program, folder, mode, access, List.copyOf(directives), startTimeout);
      try {
        var started = port == 0 ? plan.startOnFreePort() : plan.startOn(port);
        return checked(new EmbeddedRedis(plan, started));
      } catch (RuntimeException e) {
        if (!folder.isTemporary()) { // a temporary one stays, for the log in it
          folder.close();
        }
        throw e;
      }
    }

    private ServerExecutable program() {
      var program = ServerExecutable.find(executable);
      return clock == null ? program : program.withWrapper(clock.wrapper());
    }

    private EmbeddedRedis checked(EmbeddedRedis redis) {
      if (clock != null && !clock.rules(redis.pid())) {
        redis.close();
        throw new EmbeddedRedisException(
            "%s does not follow another clock: it seems to be linked statically"
                .formatted(redis.executable()));
      }
      return redis;
    }
  }

  /**
   * {@code redis://127.0.0.1:port}, or {@code rediss://} with TLS, with the password if there is
   * one: not for logs.
   */
  public String url() {
    return plan.access().url(port);
  }

  /** The address it listens on. */
  public String host() {
    return Ports.LOOPBACK;
  }

  /** The port it listens on, the same after each restart. */
  public int port() {
    return port;
  }

  /** The version of the server, such as {@code 7.0.15}. */
  public String version() {
    return plan.executable().version();
  }

  /** The program that runs. */
  public Path executable() {
    return plan.executable().path();
  }

  /** The server's folder: its data, {@code redis.conf} and {@code redis.log}. */
  public Path dir() {
    return plan.folder().path();
  }

  /** What the server has to say, over all its starts. */
  public Path logFile() {
    return plan.folder().log();
  }

  /**
   * The process id of the server itself.
   *
   * @throws IllegalStateException when it does not run
   */
  public long pid() {
    return readLocked(() -> running().pid());
  }

  /** Whether the process is there; a paused one is. */
  public boolean isRunning() {
    return readLocked(() -> run.isAlive());
  }

  /** Whether {@link #pause} holds it. */
  public boolean isPaused() {
    return readLocked(() -> run.isPaused());
  }

  /**
   * Ends the server with SIGKILL, and returns when it is gone; nothing happens if it is. {@link
   * #restart} brings it back.
   */
  public void kill() {
    ifRunning(ServerRun::kill);
  }

  /**
   * Ends the server with SIGTERM, so that it writes what it persists. {@link #restart} brings it
   * back.
   */
  public void shutdown() {
    ifRunning(ServerRun::shutdown);
  }

  /** Stops the process with SIGSTOP: connections stay, nothing answers. */
  public void pause() {
    locked(() -> running().pause());
  }

  /** Lets a paused process go on. */
  public void resume() {
    ifRunning(ServerRun::resume);
  }

  /** Starts the server on the same port and folder; one that runs is shut down before. */
  public void restart() {
    locked(
        () -> {
          checkOpen();
          run.shutdown();
          run = plan.restartOn(port).run();
        });
  }

  /** Sends one command on a connection of its own; see {@link RedisProbe} for what a reply is. */
  public @Nullable Object command(String... words) {
    try (var probe = probe()) {
      return probe.command(words);
    }
  }

  /** Sends one command of any bytes; bulk strings of the reply are {@code byte[]}. */
  public @Nullable Object command(byte[]... words) {
    try (var probe = probe()) {
      return probe.command(words);
    }
  }

  /** A field of INFO, such as {@code connected_clients}; null when there is none. */
  public @Nullable String info(String field) {
    var all = String.valueOf(command("INFO", "everything"));
    return all.lines()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1))
        .findFirst()
        .orElse(null);
  }

  /** A connection for several commands; the caller closes it. */
  public RedisProbe probe() {
    return plan.access().probe(port, REPLY_TIMEOUT);
  }

  /** Ends the server for good. A temporary folder is deleted, a kept one given free. */
  @Override
  public void close() {
    locked(
        () -> {
          if (!closed) {
            closed = true;
            stopForGood();
          }
        });
  }

  boolean isClosed() {
    return readLocked(() -> closed);
  }

  @Override
  public String toString() {
    return "%s (%s, port %d, %s)"
        .formatted(
            plan.executable().path().getFileName(),
            plan.executable().version(),
            port,
            plan.folder().path());
  }

  private void stopForGood() {
    try (var folder = plan.folder()) {
      if (folder.isTemporary()) {
        run.kill();
      } else {
        run.shutdown();
      }
    }
  }

  private ServerRun running() {
    checkOpen();
    if (!run.isAlive()) {
      throw new IllegalStateException(
          "the server on port %d does not run; restart() starts it".formatted(port));
    }
    return run;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this server has been closed");
    }
  }

  private void ifRunning(Consumer<ServerRun> action) {
    locked(
        () -> {
          if (run.isAlive()) {
            action.accept(run);
          }
        });
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T readLocked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
