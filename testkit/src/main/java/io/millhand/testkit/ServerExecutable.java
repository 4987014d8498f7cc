// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server program that can be run here, and the version that it says it has.
 *
 * @param wrapper words of a command line before the program's; it must become the program
 */
record ServerExecutable(Path path, String version, List<String> wrapper) {

  /** Names the executable to use instead of searching for one. */
  static final String OVERRIDE = "MILLHAND_REDIS_SERVER";

  /** "Redis server v=7.0.15 sha=…" or "Valkey server v=8.0.1 sha=…". */
  private static final Pattern VERSION = Pattern.compile("server v=((\\d+)\\.(\\d+)\\S*)");

  private static final Map<Path, ServerExecutable> KNOWN = new ConcurrentHashMap<>();

  ServerExecutable withWrapper(List<String> words) {
    return new ServerExecutable(path, version, List.copyOf(words));
  }

  /** Whether it was built with TLS; found out with a configuration that it refuses in any case. */
  boolean hasTls() {
    var nowhere = "/nonexistent/millhand";
    return !output(path.toString(), "--port", "0", "--tls-port", "0", "--dir", nowhere)
        .contains("Bad directive");
  }

  int major() {
    return Integer.parseInt(version.substring(0, version.indexOf('.')));
  }

  /**
   * The explicit one, else the one that {@value #OVERRIDE} names, else {@code redis-server} or
   * {@code valkey-server} of the PATH, else the packaged one. One that was named must work; one
   * that was found and does not is passed over.
   */
  static ServerExecutable find(@Nullable Path explicit) {
    var named = explicit != null ? Optional.of(explicit) : fromEnvironment();
    if (named.isPresent()) {
      return usable(named.get());
    }
    var problems = new ArrayList<String>();
    for (var path : candidates(problems)) {
      try {
        return usable(path);
      } catch (EmbeddedRedisException e) {
        problems.add(e.getMessage());
      }
    }
    throw new EmbeddedRedisException(
        "no Redis server to run: %s. Install redis-server or valkey-server (6.2 or newer), or set %s to one."
            .formatted(String.join("; ", problems), OVERRIDE));
  }

  private static Optional<Path> fromEnvironment() {
    var value = System.getenv(OVERRIDE);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(Path.of(value));
  }

  private static List<Path> candidates(List<String> problems) {
    var found = new ArrayList<Path>();
    for (var name : List.of("redis-server", "valkey-server")) {
      Leash.onPath(name)
          .ifPresentOrElse(found::add, () -> problems.add("no " + name + " on the PATH"));
    }
    try {
      PackagedServer.extract()
          .ifPresentOrElse(found::add, () -> problems.add(PackagedServer.none()));
    } catch (UncheckedIOException e) {
      problems.add(e.getMessage());
    }
    return found;
  }

  private static ServerExecutable usable(Path path) {
    var known = KNOWN.get(path);
    if (known != null && Files.isExecutable(path)) {
      return known;
    }
    var said = output(path.toString(), "--version");
    var matcher = VERSION.matcher(said);
    if (!matcher.find()) {
      throw new EmbeddedRedisException(
          "%s is not a Redis server, it says: %s".formatted(path, said.strip()));
    }
    var major = Integer.parseInt(matcher.group(2));
    var minor = Integer.parseInt(matcher.group(3));
    if (major < 6 || (major == 6 && minor < 2)) {
      throw new EmbeddedRedisException(
          "%s is version %s, 6.2 is the oldest that will do".formatted(path, matcher.group(1)));
    }
    var executable = new ServerExecutable(path, matcher.group(1), List.of());
    KNOWN.put(path, executable);
    return executable;
  }

  private static String output(String... command) {
    for (int attempt = 1; ; attempt++) {
      try {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
      } catch (IOException e) {
        // A process that another thread starts at this moment may hold our fresh copy open for
        // writing until it has become itself.
        if (attempt == 20 || !String.valueOf(e.getMessage()).contains("Text file busy")) {
          throw new EmbeddedRedisException(
              "%s cannot be run: %s".formatted(command[0], e.getMessage()), e);
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
  }
}
