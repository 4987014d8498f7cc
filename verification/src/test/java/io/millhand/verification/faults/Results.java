// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import io.millhand.verification.faults.Result.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The results of trials in a file of lines, written at once, so that a run which broke off can be
 * resumed. Of a trial that ran twice the later one counts. Thread-safe.
 */
final class Results {

  private static final JsonMapper JSON = new JsonMapper();

  private record Key(String test, long seed) {}

  private final Path file;
  private final Map<Key, Result> all = new LinkedHashMap<>(); // guarded by this

  private Results(Path file) {
    this.file = file;
  }

  /** None yet; those of an earlier run in this folder are forgotten. */
  static Results fresh(Path folder) {
    var results = in(folder);
    try {
      Files.deleteIfExists(results.file);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    return results;
  }

  /** Those of the earlier run in this folder. */
  static Results resumed(Path folder) {
    var results = in(folder);
    if (Files.exists(results.file)) {
      try {
        Files.readAllLines(results.file).forEach(line -> results.readLine(line));
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
    return results;
  }

  private static Results in(Path folder) {
    try {
      return new Results(Files.createDirectories(folder).resolve("results.ndjson"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  private synchronized void readLine(String line) {
    parse(line).ifPresent(this::put);
  }

  private static Optional<Result> parse(String line) {
    try {
      return Optional.of(JSON.readValue(line, Result.class));
    } catch (JacksonException e) {
      return Optional.empty(); // torn by a kill; its trial runs again
    }
  }

  synchronized void add(Result result) {
    put(result);
    try {
      Files.writeString(
          file,
          JSON.writeValueAsString(result) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + file + ": " + e.getMessage(), e);
    }
  }

  private void put(Result result) {
    all.put(new Key(result.test(), result.seed()), result);
  }

  /** Whether that trial has ended green. */
  synchronized boolean isGreen(Case row, long seed) {
    var result = all.get(new Key(row.test(), seed));
    return result != null && result.is(Verdict.GREEN);
  }

  synchronized List<Result> all() {
    return List.copyOf(all.values());
  }
}
