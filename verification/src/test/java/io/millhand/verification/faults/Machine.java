// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Where and when trials ran.
 *
 * @param cpu model
 * @param cores that Java sees
 * @param kernel name and version
 * @param java version and vendor
 * @param servers programs and versions under test
 * @param date of the table
 * @param commit of the code; empty where it is not known
 */
record Machine(
    String cpu,
    int cores,
    String kernel,
    String java,
    List<String> servers,
    String date,
    String commit) {

  /** The system property by which the command tells the commit. */
  static final String COMMIT = "millhand.commit";

  static Machine here(List<Result> results) {
    return new Machine(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
        results.stream()
            .flatMap(result -> result.end().measures().servers().stream())
            .distinct()
            .sorted()
            .toList(),
        OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString(),
        System.getProperty(COMMIT, ""));
  }

  private static String cpuModel() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(() -> System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch"); // not a Linux
    }
  }

  @Override
  public String toString() {
    return "%s, %d cores; %s; Java %s; %s; commit %s; %s"
        .formatted(
            cpu,
            cores,
            kernel,
            java,
            servers.isEmpty() ? "no server" : String.join(", ", servers),
            commit.isEmpty() ? "unknown" : commit,
            date);
  }
}
