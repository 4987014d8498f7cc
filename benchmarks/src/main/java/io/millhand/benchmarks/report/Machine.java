// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where and when a run was, as names and values. */
public final class Machine {

  /** The system property by which the script tells the commit. */
  public static final String COMMIT = "millhand.commit";

  private static final Pattern LIBRARIES =
      Pattern.compile(
          "(jedis|lettuce-core|redisson|spring-data-redis|kafka-clients|parallel-consumer-core"
              + "|netty-common|HdrHistogram)-\\d.*\\.jar");

  private Machine() {}

  /** What can be told of this machine now. */
  public static Map<String, String> here() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "date", OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("commit", System.getProperty(COMMIT, "unknown"));
    facts.put("cpu", cpuModel());
    facts.put("cores", "" + Runtime.getRuntime().availableProcessors());
    facts.put("memory", (system.getTotalMemorySize() >> 20) + " MiB");
    facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("load", load());
    facts.put(
        "java",
        System.getProperty("java.vm.name")
            + " "
            + System.getProperty("java.vm.version")
            + " ("
            + System.getProperty("java.vendor")
            + ")");
    facts.put("libraries", libraries());
    return facts;
  }

  /** Names and versions of the jars of the class path that are measured or measure. */
  private static String libraries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(path -> Objects.toString(Path.of(path).getFileName(), ""))
        .filter(name -> LIBRARIES.matcher(name).matches())
        .map(name -> name.substring(0, name.length() - ".jar".length()))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** The load averages of 1, 5 and 15 minutes; empty where the system does not tell. */
  public static String load() {
    try {
      var words = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
      return words[0] + " " + words[1] + " " + words[2];
    } catch (IOException e) {
      return "" + ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
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
}
