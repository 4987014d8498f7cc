// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millhand.cli.work.Lines;
import io.millhand.cli.work.Tail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One worker process, and the shells between it and us.
 *
 * <p>Threads: two of its own bring what it says to stderr, and its end; {@link #kill} by any; the
 * rest by the foreman's loop.
 */
final class LocalWorker {

  private static final Set<String> SHELLS =
      Set.of("sh", "dash", "bash", "ash", "ksh", "zsh", "busybox");
  private static final int MAX_LINE = 16 << 10;
  private static final Duration LAST_ERRORS = Duration.ofMillis(300);
  private static final Duration KILLED_IS_GONE = Duration.ofSeconds(3);

  private final int number;
  private final Process process;
  private final Tail tail = new Tail();
  private final Thread errors;
  private final long startedAt = System.nanoTime();
  private volatile List<ProcessHandle> asked = List.of();
  private long askedAt; // confined to the loop
  private volatile Optional<Long> killedAt = Optional.empty();

  private LocalWorker(int number, Process process) {
    this.number = number;
    this.process = process;
    this.errors =
        Thread.ofPlatform()
            .daemon()
            .name("millhand-stderr")
            .start(() -> Lines.read(process.getErrorStream(), MAX_LINE, this::said));
  }

  /**
   * Starts one.
   *
   * @param ended is told of its end
   * @throws IOException when the system has no room for it
   */
  static LocalWorker start(int number, Launch launch, Consumer<LocalWorker> ended)
      throws IOException {
    Optional<Process> process = Optional.empty();
    try {
      process = Optional.of(launch.start(number));
      var worker = new LocalWorker(number, process.get());
      var unused = worker.process.onExit().thenRun(() -> ended.accept(worker));
      return worker;
    } catch (OutOfMemoryError e) { // what the JDK throws where a thread, too, is one too many
      process.ifPresent(Process::destroyForcibly);
      throw new IOException(e.getMessage(), e);
    }
  }

  private void said(String line) {
    tail.add(line);
    System.err.println(line);
  }

  int number() {
    return number;
  }

  long pid() {
    return process.pid();
  }

  /** How long ago it was started. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startedAt);
  }

  /** SIGTERM: it drains. A shell that waits for the worker does not hand it on, so both get it. */
  void retire() {
    var all = new ArrayList<ProcessHandle>();
    collect(process.toHandle(), all);
    asked = List.copyOf(all);
    askedAt = System.nanoTime();
    asked.forEach(ProcessHandle::destroy);
  }

  private static void collect(ProcessHandle handle, List<ProcessHandle> all) {
    all.add(handle);
    if (isShell(handle)) {
      handle.children().forEach(child -> collect(child, all));
    }
  }

  private static boolean isShell(ProcessHandle handle) {
    return handle
        .info()
        .command()
        .map(path -> SHELLS.contains(String.valueOf(Path.of(path).getFileName())))
        .orElse(false);
  }

  /** How long ago it was asked to drain. */
  Duration draining() {
    return Duration.ofNanos(System.nanoTime() - askedAt);
  }

  /**
   * Whether nothing of it is left. Where its own process has ended, what was killed besides is
   * waited for only for a short time.
   */
  boolean isGone() {
    return !process.isAlive()
        && (asked.stream().noneMatch(LocalWorker::isAlive)
            || killedAt
                .filter(at -> System.nanoTime() - at > KILLED_IS_GONE.toNanos())
                .isPresent());
  }

  /**
   * Whether it runs. For the JDK one that has ended is alive until it is reaped, and where we are
   * the first process of a container, nobody reaps what was not ours.
   */
  static boolean isAlive(ProcessHandle handle) {
    return handle.isAlive() && !hasEnded(stat(handle.pid()));
  }

  private static String stat(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
    } catch (IOException e) {
      return ""; // another system, or it has gone just now
    }
  }

  /**
   * Whether that is the state of one that has ended.
   *
   * @param stat a line of /proc/PID/stat; empty where it is not known
   */
  static boolean hasEnded(String stat) {
    var state = stat.lastIndexOf(')') + 2; // a name may hold anything
    return state > 1 && state < stat.length() && "ZX".indexOf(stat.charAt(state)) >= 0;
  }

  /** Whether {@link #kill} has been called. */
  boolean isKilled() {
    return killedAt.isPresent();
  }

  /** SIGKILL, to it and all that it started. */
  void kill() {
    killedAt = killedAt.or(() -> Optional.of(System.nanoTime()));
    Stream.of(process.descendants(), Stream.of(process.toHandle()), asked.stream())
        .flatMap(each -> each)
        .toList()
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** How it ended: 128 + n after signal n. It has. */
  int status() {
    return process.exitValue();
  }

  /** The last lines that it wrote to stderr; empty where it wrote none. */
  Optional<String> lastWords() throws InterruptedException {
    errors.join(LAST_ERRORS); // who it left behind may hold the pipe open
    return Optional.of(tail.text()).filter(text -> !text.isEmpty());
  }
}
