// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.lab;

import io.millhand.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Contenders that are not Java: a Python and a Node program among our resources, and what they
 * need.
 *
 * <p>BullMQ is installed by npm, once, into a folder of the user's cache.
 */
public final class Scripts {

  private static final String BULLMQ = "6.7.0";
  private static final String IOREDIS = "6.0.0";
  private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3");
  private static final Duration LOOK = Duration.ofSeconds(20);
  private static final Duration INSTALL = Duration.ofMinutes(5);

  private Scripts() {}

  /** A program with its first arguments, or why there is none. */
  public sealed interface Found {
    /**
     * It can be started.
     *
     * @param words program and arguments
     * @param modules folder of Node's modules; empty where it needs none
     */
    record Program(List<String> words, String modules) implements Found {
      /** Starts it with more arguments. */
      public ChildProcess start(String... more) {
        return ChildProcess.command(words.getFirst())
            .args(words.subList(1, words.size()).toArray(String[]::new))
            .args(more)
            .environment("NODE_PATH", modules)
            .start();
      }
    }

    /** It cannot. */
    record Missing(String why) implements Found {}
  }

  /** The plain Python loop. */
  public static Found python() throws IOException {
    for (var candidate : PYTHONS) {
      if (runs(LOOK, candidate, "-c", "import redis")) {
        return new Found.Program(List.of(candidate, "-u", file("loop.py").toString()), "");
      }
    }
    return new Found.Missing(
        "no Python with redis-py among %s; Debian has it as python3-redis".formatted(PYTHONS));
  }

  /** BullMQ. */
  public static Found bullmq() throws IOException {
    if (!runs(LOOK, "node", "--version") || !runs(LOOK, "npm", "--version")) {
      return new Found.Missing("no node with npm on the PATH");
    }
    var folder = cache().resolve("bullmq-" + BULLMQ);
    var modules = folder.resolve("node_modules");
    if (!Files.isDirectory(modules.resolve("ioredis"))) {
      Files.createDirectories(folder);
      var why = install(folder);
      if (why.isPresent()) {
        return new Found.Missing(why.get());
      }
    }
    return new Found.Program(List.of("node", file("bullmq.js").toString()), modules.toString());
  }

  private static Optional<String> install(Path folder) {
    try (var npm =
        ChildProcess.command(
                "npm",
                "install",
                "--prefix",
                folder.toString(),
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "bullmq@" + BULLMQ,
                "ioredis@" + IOREDIS)
            .start()) {
      return npm.awaitExit(INSTALL) == 0
          ? Optional.empty()
          : Optional.of("npm cannot install bullmq " + BULLMQ + ": " + npm.errorLines());
    } catch (AssertionError e) {
      return Optional.of("npm does not end: " + e.getMessage());
    }
  }

  private static Path cache() {
    var told = System.getenv("XDG_CACHE_HOME");
    var base =
        told == null || told.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(told);
    return base.resolve("millhand").resolve("benchmarks");
  }

  private static boolean runs(Duration most, String program, String... arguments) {
    try (var process = ChildProcess.command(program, arguments).start()) {
      return process.awaitExit(most) == 0;
    } catch (RuntimeException | AssertionError e) {
      return false; // it is not there, or hangs: the same to us
    }
  }

  /** A script of ours as a file, for whoever wants one. */
  private static Path file(String name) throws IOException {
    var file = Files.createTempDirectory("millhand-peer-").resolve(name);
    file.toFile().deleteOnExit();
    Objects.requireNonNull(file.getParent()).toFile().deleteOnExit();
    try (var in =
        Objects.requireNonNull(
            Scripts.class.getResourceAsStream("/io/millhand/benchmarks/peers/" + name), name)) {
      Files.copy(in, file);
    }
    return file;
  }
}
