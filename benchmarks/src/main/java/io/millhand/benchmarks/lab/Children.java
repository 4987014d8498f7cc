// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.lab;

import io.millhand.benchmarks.child.Arguments;
import io.millhand.benchmarks.child.Child;
import io.millhand.benchmarks.child.Task;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.FiguresJson;
import io.millhand.testkit.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts Java processes, each fresh, for one measurement each.
 *
 * @param options of their JVMs, behind our own
 */
public record Children(List<String> options) {

  private static final List<String> OURS =
      List.of(
          "-Xms512m",
          "-Xmx512m",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
          "--enable-native-access=ALL-UNNAMED",
          "-Dio.netty.tryReflectionSetAccessible=false");

  /** How much of what a child complained of is told. */
  private static final int REASON_LINES = 3;

  private static final String PUNCTUAL =
      "{ echo 1 > /proc/$$/timerslack_ns; } 2>/dev/null; exec \"$@\"";

  /** What all of them get, for the report. */
  public List<String> all() {
    var all = new ArrayList<>(OURS);
    all.addAll(options);
    return all;
  }

  /** Does a task, and answers its figures. */
  public Figures run(Task task, Arguments arguments, Duration most) {
    try (var process = start(task, arguments, List.of())) {
      return figures(process, most);
    }
  }

  /** Starts a task, with more options for its JVM. */
  public ChildProcess start(Task task, Arguments arguments, List<String> more) {
    var words = words(task, arguments, more);
    return ChildProcess.command(words.removeFirst()).options(words.toArray(String[]::new)).start();
  }

  /**
   * The same, for a task that must wake in time: where the system allows it, its timers are not
   * delayed to be served together (Linux does that by 50 us).
   */
  public ChildProcess startPunctual(Task task, Arguments arguments) {
    return ChildProcess.command("/bin/sh", "-c", PUNCTUAL, "sh")
        .args(words(task, arguments, List.of()).toArray(String[]::new))
        .start();
  }

  private List<String> words(Task task, Arguments arguments, List<String> more) {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(all());
    words.addAll(more);
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    words.add(Task.KEY + "=" + task);
    words.addAll(List.of(arguments.words()));
    return words;
  }

  /** Waits until a task has begun. */
  public static void awaitReady(ChildProcess process, Duration most) {
    process.awaitLine(Child.READY::equals, most);
  }

  /**
   * Waits for the figures of a task, and for its end.
   *
   * @throws IllegalStateException with what it said, when it failed
   */
  public static Figures figures(ChildProcess process, Duration most) {
    try {
      var line = process.awaitLine(each -> each.startsWith(Child.RESULT), most);
      process.awaitExit(Duration.ofSeconds(20));
      return FiguresJson.parse(line.substring(Child.RESULT.length()));
    } catch (AssertionError e) {
      throw new IllegalStateException(reason(process, e), e);
    }
  }

  private static String reason(ChildProcess process, AssertionError error) {
    var lines =
        process.errorLines().stream()
            .dropWhile(line -> !line.contains("Exception") && !line.contains("Error"))
            .toList();
    var hung = !lines.isEmpty() && lines.getFirst().contains(Child.HUNG);
    return lines.stream()
        .limit(hung ? lines.size() : REASON_LINES)
        .reduce((first, second) -> first + System.lineSeparator() + "    " + second)
        .orElseGet(() -> "" + error.getMessage());
  }
}
