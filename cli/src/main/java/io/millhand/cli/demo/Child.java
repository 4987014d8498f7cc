// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.autoscale.Advice.Need;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process of ours: the same executable with another command. A Ctrl-C at the terminal passes it
 * by, and it ends when we do, however we do.
 *
 * <p>Threads: one of its own brings what it says to the inbox; the rest belongs to the parent's
 * loop.
 */
final class Child {

  /**
   * Signals that are ignored when a JVM starts it leaves alone: the parent decides when to stop.
   */
  private static final List<String> DEAF =
      List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");

  private static final String MAIN = "io.millhand.cli.Main";
  private static final int STORY_LINES = 15;

  /** Several at once start quickly and leave room for each other, unless we were told otherwise. */
  private static final List<String> SMALL =
      List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final String name;
  private final Path log;
  private final Process process;

  private Child(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /** What a parent hears. */
  sealed interface News {
    /**
     * A child said something.
     *
     * @param child its name
     * @param text a line
     */
    record Said(String child, String text) implements News {}

    /**
     * A child has ended.
     *
     * @param child its name
     * @param status 128 + n after signal n
     */
    record Ended(String child, int status) implements News {}

    /** So many workers are needed. */
    record Needed(Need need) implements News {}

    /** The user wants to stop. */
    record StopAsked() implements News {}
  }

  /**
   * Starts one.
   *
   * @param name what to call it
   * @param arguments of the executable
   * @param site its log goes there, and it reaches the Redis there
   * @param inbox hears of it
   */
  static Child start(String name, List<String> arguments, Site site, BlockingQueue<News> inbox) {
    var words = new ArrayList<>(DEAF);
    words.addAll(java());
    words.addAll(arguments);
    words.addAll(site.reach().arguments());
    words.addAll(List.of("--log-level", "warn"));
    var log = site.folder().resolve(name + ".log");
    var builder = new ProcessBuilder(words).redirectError(Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeAll(site.reach().withheld());
    builder.environment().put("CLASSPATH", classPath());
    try {
      var child = new Child(name, log, builder.start());
      Thread.ofPlatform().daemon().name("demo-hears " + name).start(() -> child.listen(inbox));
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name + ": " + e.getMessage(), e);
    }
  }

  /** This JVM's own program and options, so that its archive of loaded classes fits. */
  private static List<String> java() {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-X") || option.startsWith("--"))
        .forEach(words::add);
    SMALL.forEach(
        option -> {
          if (words.stream().noneMatch(word -> sameKind(word, option))) {
            words.add(option);
          }
        });
    words.add(MAIN);
    return words;
  }

  /** Not among the words, which are to be short enough to be read in a list of processes. */
  private static String classPath() {
    var classes = System.getProperty("java.class.path", "");
    var modules = System.getProperty("jdk.module.path", "");
    return modules.isEmpty() ? classes : classes + File.pathSeparator + modules;
  }

  private static boolean sameKind(String word, String option) {
    return option.endsWith("GC")
        ? word.startsWith("-XX:+Use") && word.endsWith("GC")
        : word.startsWith(option.replaceFirst("[0-9].*", ""));
  }

  private void listen(BlockingQueue<News> inbox) {
    try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        inbox.add(new News.Said(name, line));
      }
    } catch (IOException e) {
      // The pipe of a process that is gone: what matters comes next.
    }
    var status = process.onExit().join().exitValue();
    inbox.add(new News.Ended(name, status));
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Says a line to it. One that is gone does not hear. */
  void tell(String line) {
    try {
      var in = process.getOutputStream();
      in.write((line + "\n").getBytes(UTF_8));
      in.flush();
    } catch (IOException e) {
      // its end comes through the inbox
    }
  }

  /**
   * SIGTERM: it drains. {@code Process.destroy} would shut its stdin too, and so end it at once.
   */
  void terminate() {
    process.toHandle().destroy();
  }

  /** SIGKILL, to this one process. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGSTOP. Returns when it has been sent. */
  void freeze() {
    signal("STOP");
  }

  /** SIGCONT. */
  void thaw() {
    signal("CONT");
  }

  private void signal(String signal) {
    if (!isAlive()) {
      return; // its number may be another one's by now
    }
    try {
      // the shell's own kill: the program is not in every container image
      new ProcessBuilder(
              "/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "kill", signal, Long.toString(pid()))
          .redirectErrorStream(true)
          .start()
          .onExit()
          .join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end; false when it still lives then. */
  boolean awaitEnd(Duration most) throws InterruptedException {
    return process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The end of its log, for an error text. */
  String story() {
    try {
      var lines = new String(Files.readAllBytes(log), UTF_8).lines().toList();
      return String.join(
          "\n  ", lines.subList(Math.max(0, lines.size() - STORY_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log cannot be read: " + e.getMessage() + ")";
    }
  }
}
