// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Commands that do not outlive us, even when we are killed with -9, and that a Ctrl-C meant for us
 * does not reach.
 *
 * <p>{@code leash.sh} forks a watcher that blocks on a pipe from this process, then becomes the
 * command: {@link Process#pid}, exit status and signals are the command's own. The kernel closes
 * the pipe with us, however we end. A session of its own keeps the terminal's signals away.
 */
final class Leash {

  private static final String SCRIPT = script();
  private static final String PERL_SETSID =
      "$SIG{INT} = $SIG{QUIT} = 'DEFAULT'; POSIX::setsid(); exec {$ARGV[0]} @ARGV or exit 127";

  /**
   * How to start a session without native code: {@code setsid} on Linux, the perl that macOS ships.
   * Neither: the same session.
   */
  private static final List<String> NEW_SESSION = newSession();

  /**
   * A program that was started in the background by a script ignores SIGINT, and so does all that
   * it starts, which tests of Ctrl-C must not notice.
   */
  private static final List<String> DEFAULT_SIGNALS = defaultSignals();

  private Leash() {}

  /**
   * A command and how it hangs on us.
   *
   * @param grace when we have died, the command gets SIGTERM and this long until SIGKILL; zero:
   *     SIGKILL at once
   * @param folder is deleted when we have died before the command; null: nothing is
   * @param input the command's stdin; null: none
   */
  record Leashed(
      List<String> command, Duration grace, @Nullable Path folder, @Nullable Path input) {

    List<String> words() {
      var words = new ArrayList<>(NEW_SESSION);
      words.addAll(DEFAULT_SIGNALS);
      words.addAll(List.of("/bin/sh", "-c", SCRIPT, "leash"));
      words.add(Long.toString(grace.toMillis() / 100));
      words.add(folder == null ? "" : folder.toString());
      words.add(input == null ? "/dev/null" : input.toString());
      words.addAll(command);
      return words;
    }
  }

  /** Sends a signal by name. Returns false when there is no such process (any more). */
  static boolean signal(Process process, String name) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      // The shell's own kill: the program /bin/kill is not in every container image.
      var kill =
          new ProcessBuilder(
                  "/bin/sh",
                  "-c",
                  "kill -s \"$1\" \"$2\"",
                  "kill",
                  name,
                  Long.toString(process.pid()))
              .redirectErrorStream(true)
              .start();
      var said = new String(kill.getInputStream().readAllBytes(), UTF_8);
      kill.onExit().join();
      if (kill.exitValue() != 0 && process.isAlive()) {
        throw new IllegalStateException(
            "kill -s " + name + " " + process.pid() + ": " + said.strip());
      }
      return kill.exitValue() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits for the end of a process, also when the calling thread is interrupted. Returns false when
   * it still lives.
   */
  static boolean awaitExit(Process process, Duration timeout) {
    try {
      process.onExit().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).join();
      return true;
    } catch (CompletionException e) {
      return !process.isAlive();
    }
  }

  /** Where a program lies on the PATH. */
  static Optional<Path> onPath(String program) {
    var path = System.getenv("PATH");
    for (var folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      var file = Path.of(folder.isEmpty() ? "." : folder, program);
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static List<String> newSession() {
    var setsid = onPath("setsid").map(program -> List.of(program.toString()));
    return setsid
        .or(
            () ->
                onPath("perl")
                    .map(program -> List.of(program.toString(), "-MPOSIX", "-e", PERL_SETSID)))
        .orElse(List.of());
  }

  private static List<String> defaultSignals() {
    var env = List.of("env", "--default-signal=INT,QUIT"); // GNU only
    return ignoresInterrupt() && works(env) ? env : List.of();
  }

  private static boolean ignoresInterrupt() {
    try (var status = Files.lines(Path.of("/proc/self/status"))) {
      return status
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    } catch (IOException e) {
      return false; // macOS: unknown
    }
  }

  private static boolean works(List<String> prefix) {
    var words = new ArrayList<>(prefix);
    words.add("true");
    try {
      var process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
      return process.onExit().join().exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String script() {
    try (InputStream in = Leash.class.getResourceAsStream("leash.sh")) {
      if (in == null) {
        throw new IllegalStateException("leash.sh is missing from the class path");
      }
      // Without comments: the watcher shows all of it in a list of processes.
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.strip().startsWith("#"))
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
