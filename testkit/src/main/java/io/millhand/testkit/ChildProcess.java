// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A process for tests that kill, stop and signal processes. It dies with us, however we die, and is
 * not reached by a Ctrl-C meant for us.
 *
 * <pre>{@code
 * try (var worker = ChildProcess.java(WorkerMain.class).args(redis.url()).start()) {
 *   worker.awaitLine(line -> line.equals("ready"), Duration.ofSeconds(10));
 *   worker.signal("TERM");
 *   assertThat(worker.awaitExit(Duration.ofSeconds(10))).isZero();
 * }
 * }</pre>
 *
 * <p>Signals go to the one process, never to a group. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {

  private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(10);

  private final Process process;
  private final String name;
  private final ProcessOutput out;
  private final ProcessOutput err;

  private ChildProcess(Process process, String name) {
    this.process = process;
    this.name = name;
    this.out = new ProcessOutput(process.getInputStream(), name + " out");
    this.err = new ProcessOutput(process.getErrorStream(), name + " err");
  }

  /** A Java program: this JVM's class path, flags for a quick start. */
  public static Builder java(Class<?> main) {
    return new Builder(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            classPath()),
        List.of(main.getName()),
        main.getSimpleName());
  }

  /** Any program. */
  public static Builder command(String program, String... args) {
    return new Builder(List.of(program), List.of(), Path.of(program).toString()).args(args);
  }

  private static String classPath() {
    var classes = System.getProperty("java.class.path", "");
    var modules = System.getProperty("jdk.module.path", "");
    return modules.isEmpty() ? classes : classes + File.pathSeparator + modules;
  }

  /** What to start, and how. */
  public static final class Builder {
    private final List<String> program;
    private final List<String> options = new ArrayList<>();
    private final List<String> args = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final String name;
    private @Nullable Path directory;
    private @Nullable Path input;

    private Builder(List<String> program, List<String> args, String name) {
      this.program = program;
      this.args.addAll(args);
      this.name = name;
    }

    /** More arguments. */
    public Builder args(String... more) {
      args.addAll(List.of(more));
      return this;
    }

    /**
     * More options that stand right behind the program, such as {@code -Xmx64m}: for Java before
     * the main class.
     */
    public Builder options(String... more) {
      options.addAll(List.of(more));
      return this;
    }

    /** Sets an environment variable. Others are ours. */
    public Builder environment(String variable, String value) {
      environment.put(variable, value);
      return this;
    }

    /** The working directory. Default: ours. */
    public Builder directory(Path folder) {
      this.directory = folder;
      return this;
    }

    /** A file to read as standard input. Default: none. */
    public Builder input(Path file) {
      this.input = file;
      return this;
    }

    /** Starts it. */
    public ChildProcess start() {
      var words = new ArrayList<>(program);
      words.addAll(options);
      words.addAll(args);
      var leashed = new Leash.Leashed(words, Duration.ZERO, null, input);
      var builder = new ProcessBuilder(leashed.words());
      builder.environment().putAll(environment);
      if (directory != null) {
        builder.directory(directory.toFile());
      }
      try {
        return new ChildProcess(builder.start(), name);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot start " + words + ": " + e.getMessage(), e);
      }
    }
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it has not ended yet; a stopped one has not. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has written to standard output so far, line by line. */
  public List<String> lines() {
    return out.lines();
  }

  /** What it has written to standard error so far, line by line. */
  public List<String> errorLines() {
    return err.lines();
  }

  /**
   * The first line of standard output that matches, of those there already and those to come.
   *
   * @throws AssertionError when there is none in time or the output ended; with what was written
   *     instead
   */
  public String awaitLine(Predicate<String> matching, Duration timeout) {
    return await(out, matching, timeout);
  }

  /** The same for standard error. */
  public String awaitErrorLine(Predicate<String> matching, Duration timeout) {
    return await(err, matching, timeout);
  }

  /**
   * Sends a signal by its name: {@code TERM}, {@code KILL}, {@code STOP}, {@code CONT}, {@code
   * INT}, ...
   *
   * @throws IllegalStateException when the process has ended
   */
  public void signal(String signal) {
    if (!Leash.signal(process, signal)) {
      throw new IllegalStateException(
          "%s got no SIG%s: it had ended with status %d"
              .formatted(this, signal, process.exitValue()));
    }
  }

  /**
   * Waits for its end, and for the end of its output.
   *
   * @return the exit status; 128 + n after signal n, as the shell says it
   * @throws AssertionError when it still runs after the timeout; with what it wrote
   */
  public int awaitExit(Duration timeout) {
    if (!Leash.awaitExit(process, timeout)) {
      throw new AssertionError("%s still runs after %s.%s".formatted(this, timeout, story()));
    }
    out.awaitEnd(EXIT_TIMEOUT); // a grandchild may hold it open
    err.awaitEnd(EXIT_TIMEOUT);
    return process.exitValue();
  }

  /** Ends it with SIGKILL, if it has not ended, and waits until it is gone. */
  @Override
  public void close() {
    process.toHandle().destroyForcibly();
    if (!Leash.awaitExit(process, EXIT_TIMEOUT)) {
      throw new IllegalStateException("%s survives SIGKILL for %s".formatted(this, EXIT_TIMEOUT));
    }
  }

  @Override
  public String toString() {
    return name + " (pid " + pid() + ")";
  }

  private String await(ProcessOutput output, Predicate<String> matching, Duration timeout) {
    var line = output.await(matching, timeout);
    if (line == null) {
      throw new AssertionError(
          "no such line from %s within %s.%s".formatted(this, timeout, story()));
    }
    return line;
  }

  private String story() {
    return "%nIt %s. Its output ends with:%n%s%nIts errors end with:%n%s"
        .formatted(
            isAlive() ? "runs" : "ended with status " + process.exitValue(),
            out.tail(),
            err.tail());
  }
}
