// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * One process of the server, from its start to its end. {@link EmbeddedRedis} has one after the
 * other.
 */
final class ServerRun {

  /** How a start ended. */
  sealed interface Start {
    /** It answers. */
    record Ready(ServerRun run) implements Start {}

    /** Another process listens on the port. */
    record PortTaken() implements Start {}

    /** It ended, or did not answer in time. */
    record Failed(String why) implements Start {}
  }

  private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(10);

  /** EADDRINUSE in the words of glibc and macOS, and in those of musl. */
  private static final Pattern ADDRESS_IN_USE = Pattern.compile("Address (already )?in use");

  private static final Duration POLL = Duration.ofMillis(2);

  /**
   * Short, since what answers late is asked again, and what does not answer at all may be a
   * stranger on our port.
   */
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(250);

  private final Process process;
  private boolean paused; // owned by EmbeddedRedis, under its lock

  private ServerRun(Process process) {
    this.process = process;
  }

  /**
   * Starts the server whose configuration has been written for this port, and waits until it
   * answers.
   */
  static Start start(ServerPlan plan, int port) {
    var log = plan.folder().log();
    var timeout = plan.startTimeout();
    var logStart = size(log);
    var run = new ServerRun(launch(plan));
    var deadline = System.nanoTime() + timeout.toNanos();
    while (run.isAlive()) {
      if (run.answers(port, plan.access())) {
        return new Start.Ready(run);
      }
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        run.kill();
        return new Start.Failed("it does not answer within " + timeout);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return ADDRESS_IN_USE.matcher(logTail(log, logStart)).find()
        ? new Start.PortTaken()
        : new Start.Failed("it ended at once with status " + run.process.exitValue());
  }

  private static Process launch(ServerPlan plan) {
    var folder = plan.folder();
    var command = new ArrayList<>(plan.executable().wrapper());
    command.add(plan.executable().path().toString());
    command.add(folder.configuration().toString());
    command.addAll(plan.mode().arguments());
    var leash =
        folder.isTemporary()
            ? new Leash.Leashed(command, Duration.ZERO, folder.path(), null)
            : new Leash.Leashed(command, EXIT_TIMEOUT, null, null);
    try {
      return new ProcessBuilder(leash.words())
          .directory(folder.path().toFile())
          .redirectErrorStream(true)
          .redirectOutput(Redirect.appendTo(folder.log().toFile()))
          .start();
    } catch (IOException e) {
      throw new EmbeddedRedisException(
          "cannot start %s: %s".formatted(plan.executable().path(), e.getMessage()), e);
    }
  }

  /** Whether it is this process that answers, not another that took the port before us. */
  private boolean answers(int port, ServerAccess access) {
    try (var probe = access.probe(port, PROBE_TIMEOUT)) {
      probe.command("PING"); // says LOADING, where INFO would answer
      var info = String.valueOf(probe.command("INFO", "server"));
      return info.lines().anyMatch(("process_id:" + pid())::equals);
    } catch (RedisProbe.ErrorReply e) {
      return switch (e.code()) {
        case "LOADING", "BUSY", "MASTERDOWN" -> false;
        default -> true; // the user's own access rules; it runs, and more we may not know
      };
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean isPaused() {
    return paused;
  }

  void pause() {
    paused = Leash.signal(process, "STOP");
  }

  void resume() {
    Leash.signal(process, "CONT");
    paused = false;
  }

  /** Ends it with SIGKILL and waits until it is gone, and its port free. */
  void kill() {
    process
        .toHandle()
        .destroyForcibly(); // Process.destroy would also close the leash, see leash.sh
    if (!Leash.awaitExit(process, EXIT_TIMEOUT)) {
      throw new EmbeddedRedisException(
          "process %d survives SIGKILL for %s".formatted(pid(), EXIT_TIMEOUT));
    }
    paused = false;
  }

  /**
   * Ends it with SIGTERM, upon which it writes what it persists; with SIGKILL when that takes too
   * long.
   */
  void shutdown() {
    process.toHandle().destroy();
    if (paused) {
      resume();
    }
    if (!Leash.awaitExit(process, EXIT_TIMEOUT)) {
      kill();
    }
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a log from a position on, its last 8 KB at most. */
  static String logTail(Path file, long from) {
    try (var log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(Math.max(from, log.length() - 8192));
      var bytes = new byte[Math.toIntExact(log.length() - log.getFilePointer())];
      log.readFully(bytes);
      return new String(bytes, UTF_8);
    } catch (IOException e) {
      return "(not readable: " + e.getMessage() + ")";
    }
  }
}
