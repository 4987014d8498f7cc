// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static org.awaitility.Awaitility.await;

import io.millhand.testkit.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A {@link WorkerMain} that runs: to wait for what it says, and to be killed. */
public final class WorkerProcess implements AutoCloseable {

  private static final Pattern JAVAS =
      Pattern.compile("^(C[12] CompilerThre|ForkJoinPool|VirtualThread|$)");
  private static final Pattern ALARM = Pattern.compile(" (WARN|ERROR) ");
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration END = Duration.ofSeconds(10);

  private final String name;
  private final ChildProcess process;

  WorkerProcess(String name, ChildProcess process) {
    this.name = name;
    this.process = process;
  }

  /** Its name in the ledger. */
  public String name() {
    return name;
  }

  /** Its consumer name, once it is ready. */
  public String consumer() {
    return awaitLine("READY ", START).substring("READY ".length());
  }

  /** Both its names, once it is ready. */
  public Rig.Named named() {
    return new Rig.Named(name, consumer());
  }

  /** Waits until it runs. */
  public WorkerProcess awaitReady() {
    consumer();
    return this;
  }

  /** Waits until it is the keeper of its group. */
  public WorkerProcess awaitKeeper() {
    awaitLine("KEEPER true", START);
    return this;
  }

  /** Waits until it has succeeded with so many; it tells of the first and every 25th. */
  public WorkerProcess awaitHandled(int count) {
    awaitLine("HANDLED " + count, START);
    return this;
  }

  /** The first line that begins so, without its time; it may have come already. */
  public String awaitLine(String beginning, Duration timeout) {
    return untimed(process.awaitLine(line -> untimed(line).startsWith(beginning), timeout));
  }

  /** When it first said a line that begins so, after a moment. */
  public Instant awaitTimeAfter(Instant moment, String beginning, Duration timeout) {
    var line =
        process.awaitLine(
            each -> untimed(each).startsWith(beginning) && time(each).isAfter(moment), timeout);
    return time(line);
  }

  /** The lines so far that begin so, without their times. */
  public List<String> lines(String beginning) {
    return process.lines().stream()
        .map(WorkerProcess::untimed)
        .filter(line -> line.startsWith(beginning))
        .toList();
  }

  /** The lines of its log so far in which that stands. */
  public List<String> logged(String part) {
    return process.errorLines().stream().filter(line -> line.contains(part)).toList();
  }

  /** The lines of its log so far that warn, or tell of an error. */
  public List<String> alarms() {
    return process.errorLines().stream().filter(ALARM.asPredicate()).toList();
  }

  /** What it has logged so far. */
  public List<String> logLines() {
    return process.errorLines();
  }

  /**
   * The ended outages in which it tried more often than its loops may: some tries each at first,
   * then one or two a second.
   */
  public List<String> hastyOutages() {
    return lines("OUTAGE ended ").stream()
        .filter(
            line -> {
              var words = line.split(" ", 4);
              return Long.parseLong(words[3]) > 40 + 10 * Long.parseLong(words[2]) / 1000;
            })
        .toList();
  }

  /** The processor time that it has used so far. */
  public Duration cpu() {
    return ProcessHandle.of(process.pid())
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElseThrow();
  }

  /** A number of its COUNTS line, once it has stopped. */
  public long counted(String what) {
    var matcher = Pattern.compile(what + "=(\\d+)").matcher(awaitLine("COUNTS ", END));
    if (!matcher.find()) {
      throw new IllegalArgumentException("not counted: " + what);
    }
    return Long.parseLong(matcher.group(1));
  }

  /**
   * How many threads it has, but for those that Java itself takes and gives as it likes: compilers,
   * and the carriers of virtual threads. Linux only.
   */
  public long threads() {
    try (var tasks = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
      return tasks
          .map(WorkerProcess::threadName)
          .filter(name -> !JAVAS.matcher(name).find())
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String threadName(Path task) {
    try {
      return Files.readString(task.resolve("comm"));
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }

  /** Kills it with -9; answers when it was gone. */
  public Instant kill() {
    process.signal("KILL");
    process.awaitExit(END);
    return Instant.now();
  }

  /** Stops it with SIGSTOP; answers when. */
  public Instant freeze() {
    var at = Instant.now();
    process.signal("STOP");
    return at;
  }

  /** Lets it go on; answers when. */
  public Instant thaw() {
    var at = Instant.now();
    process.signal("CONT");
    return at;
  }

  /** Sends SIGTERM; answers when. */
  public Instant terminate() {
    var at = Instant.now();
    process.signal("TERM");
    return at;
  }

  /** Sends a signal by its name, if it has not ended; answers when. */
  public Instant signal(String signal) {
    var at = Instant.now();
    try {
      process.signal(signal);
    } catch (IllegalStateException e) {
      // It has ended in this moment.
    }
    return at;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Waits for its end; answers its exit status. */
  public int awaitExit(Duration timeout) {
    return process.awaitExit(timeout);
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Drains it and waits until it has gone: for workers that have done nothing wrong. */
  public int stop() {
    terminate();
    return awaitExit(Duration.ofSeconds(15));
  }

  /** What it said, for whoever looks into a failure. */
  void keepStory(Path folder) {
    var story = new ArrayList<>(process.lines());
    story.add("--- standard error");
    story.addAll(process.errorLines());
    try {
      Files.write(folder.resolve(name + ".log"), story);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
    await().atMost(END).until(() -> !process.isAlive());
  }

  @Override
  public String toString() {
    return name + " " + process;
  }

  private static Instant time(String line) {
    return Instant.parse(line.substring(0, line.indexOf(' ')));
  }

  private static String untimed(String line) {
    return line.substring(line.indexOf(' ') + 1);
  }
}
