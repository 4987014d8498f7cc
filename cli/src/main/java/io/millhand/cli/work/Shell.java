// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.cli.Secrets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and ends the user's commands. */
final class Shell {

  /** What handlers say on stderr. */
  private static final Logger log = LoggerFactory.getLogger("io.millhand.handler");

  /**
   * SIGINT stays ignored in what is started: a Ctrl-C at a terminal goes to all processes there,
   * and would fail entries that a draining worker lets finish. The second shell replaces the first,
   * and is replaced by a simple command.
   */
  private static final String WITHOUT_INTERRUPT = "trap '' INT; exec /bin/sh -c \"$1\"";

  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int MAX_LINE = 16 << 10;

  private Shell() {}

  /** How to start it: all that we have in our environment but passwords. */
  static ProcessBuilder builder(String command) {
    var builder =
        new ProcessBuilder(List.of("/bin/sh", "-c", WITHOUT_INTERRUPT, "millhand", command));
    Secrets.removeFrom(builder.environment());
    return builder;
  }

  /** Reads stderr into the log and the tail, in a thread of its own. */
  static Thread readErrors(Process process, String who, Tail tail) {
    return Thread.ofPlatform()
        .daemon()
        .name("millhand-stderr")
        .start(
            () ->
                Lines.read(
                    process.getErrorStream(),
                    MAX_LINE,
                    line -> {
                      tail.add(line);
                      log.info("{}: {}", who, line);
                    }));
  }

  /** Asks a process and all that it started to end, and kills what is left after 2 s. */
  static void end(Process process) {
    var tree = tree(process);
    tree.forEach(ProcessHandle::destroy);
    var gone =
        CompletableFuture.allOf(
            tree.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new));
    var interrupted = Thread.interrupted();
    try {
      gone.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // they are killed
    } catch (InterruptedException e) {
      interrupted = true;
    }
    kill(process);
    tree.forEach(ProcessHandle::destroyForcibly);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills a process and all that it started. */
  static void kill(Process process) {
    tree(process).forEach(ProcessHandle::destroyForcibly);
  }

  /** Children first become orphans when their parent dies, so the tree is looked at before. */
  private static List<ProcessHandle> tree(Process process) {
    return Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
  }
}
