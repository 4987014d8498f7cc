// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import io.millhand.testkit.ChildProcess;
import io.millhand.verification.faults.Result.End;
import io.millhand.verification.faults.Result.Verdict;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.row.Measures;
import io.millhand.verification.row.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs trials, each in a Java of its own: what hangs is killed, and nothing reaches the next. What
 * a trial that is not green said, with the ledgers and logs of its rig, stays in its folder.
 *
 * @param folder of the trials
 * @param most time that one may take
 * @param environment what to set for them
 * @param properties system properties for them
 */
record TrialProcess(
    Path folder, Duration most, Map<String, String> environment, Map<String, String> properties) {

  private static final JsonMapper JSON = new JsonMapper();

  Result run(Case row, long seed) {
    var start = System.nanoTime();
    var own = folder(row, seed);
    delete(own);
    var end = end(row, seed, own);
    if (end.verdict() == Verdict.GREEN) {
      delete(own);
    }
    var millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    return Result.of(row, seed, millis / 1000.0, end);
  }

  /** Where a trial that is not green leaves its traces. */
  Path folder(Case row, long seed) {
    return folder.resolve(row.test() + "-" + seed);
  }

  private End end(Case row, long seed, Path own) {
    try (var process = start(row, seed, own)) {
      var end = await(process);
      if (end.verdict() != Verdict.GREEN) {
        keepStory(own, process, end);
      }
      return end;
    }
  }

  private ChildProcess start(Case row, long seed, Path own) {
    var builder =
        ChildProcess.java(TrialMain.class)
            .options("-D" + Trial.SEED + "=" + seed, "-D" + Rig.FOLDER + "=" + own)
            .options("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    properties.forEach((key, value) -> builder.options("-D" + key + "=" + value));
    environment.forEach(builder::environment);
    return builder.args(row.uniqueId()).start();
  }

  private End await(ChildProcess process) {
    try {
      var status = process.awaitExit(most);
      return process.lines().reversed().stream()
          .filter(line -> line.startsWith(TrialMain.END))
          .findFirst()
          .map(line -> JSON.readValue(line.substring(TrialMain.END.length()), End.class))
          .orElseGet(() -> red("its process ended with status " + status));
    } catch (AssertionError e) {
      return red("it was still running after %d s, and was killed".formatted(most.toSeconds()));
    }
  }

  private static End red(String why) {
    return new End(Verdict.RED, why, Measures.NONE);
  }

  private static void keepStory(Path own, ChildProcess process, End end) {
    var story = new ArrayList<>(process.lines());
    story.add("--- standard error");
    story.addAll(process.errorLines());
    story.add("--- " + end.verdict());
    story.addAll(end.why().lines().toList());
    try {
      Files.createDirectories(own);
      Files.write(own.resolve("trial.log"), story);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + own + ": " + e.getMessage(), e);
    }
  }

  private static void delete(Path own) {
    if (!Files.exists(own)) {
      return;
    }
    try (var files = Files.walk(own)) {
      for (var each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + own + ": " + e.getMessage(), e);
    }
  }
}
