// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A wall clock for servers, that a test can move while they run.
 *
 * <pre>{@code
 * try (var clock = ClockShim.compile().orElseThrow();
 *     var redis = EmbeddedRedis.builder().clock(clock).start()) {
 *   clock.jump(Duration.ofHours(1));
 *   assertThat(redis.command("TIME")) ...
 * }
 * }</pre>
 *
 * <p>A small C library comes before the server's own time functions ({@code LD_PRELOAD}), so it
 * needs Linux, a C compiler, and a server that is linked with the system's libc. Monotonic clocks
 * are not moved, as they are not on a real machine.
 *
 * <p>One clock may serve several servers. Close it after them. Thread-safe.
 */
public final class ClockShim implements AutoCloseable {

  private static final String SOURCE = "clock-shim.c";
  private static final List<String> COMPILERS = List.of("cc", "gcc", "clang");

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final Path folder;
  private Duration offset = Duration.ZERO; // guarded by this

  private ClockShim(Path folder) {
    this.folder = folder;
    write(offset);
  }

  /**
   * Compiles a new clock, which is right until it jumps; in about 0.2 s. Empty where that cannot be
   * done, or the server that is found here would not follow, see {@link #none}.
   *
   * @throws EmbeddedRedisException when there is a compiler and it fails
   */
  public static Optional<ClockShim> compile() {
    return Files.exists(Path.of("/proc/self/maps"))
        ? COMPILERS.stream()
            .map(Leash::onPath)
            .flatMap(Optional::stream)
            .findFirst()
            .map(ClockShim::compileWith)
            .filter(ClockShim::isFollowed)
        : Optional.empty();
  }

  /** Why {@link #compile} is empty, for a test that is skipped. */
  public static String none() {
    return "a server's clock can be moved on Linux alone, with a C compiler (cc, gcc or clang), when it is not linked statically";
  }

  private boolean isFollowed() {
    var program = ServerExecutable.find(null).withWrapper(wrapper());
    try (var folder = ServerFolder.temporary()) {
      var plan =
          new ServerPlan(
              program, folder, ServerMode.STANDALONE, ServerAccess.OPEN, List.of(), START_TIMEOUT);
      var run = plan.startOnFreePort().run();
      var follows = rules(run.pid());
      run.kill();
      if (!follows) {
        close();
      }
      return follows;
    }
  }

  private static ClockShim compileWith(Path compiler) {
    try (var source = ClockShim.class.getResourceAsStream(SOURCE)) {
      if (source == null) {
        throw new IllegalStateException(SOURCE + " is missing from the class path");
      }
      var folder = Files.createTempDirectory("millhand-clock-");
      Files.copy(source, folder.resolve(SOURCE));
      var process =
          new ProcessBuilder(
                  compiler.toString(), "-shared", "-fPIC", "-O2", "-o", "clock-shim.so", SOURCE)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.onExit().join().exitValue() != 0) {
        throw new EmbeddedRedisException("%s failed: %s".formatted(compiler, said.strip()));
      }
      return new ClockShim(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Moves the clock by this much, back if it is negative; the servers see it at once. */
  public synchronized void jump(Duration by) {
    offset = offset.plus(by);
    write(offset);
  }

  /** How far the clock is ahead of the real one; negative when it is behind. */
  public synchronized Duration offset() {
    return offset;
  }

  private void write(Duration ahead) {
    var bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    bytes.putLong(ahead.toMillis()).flip();
    try (var file =
        FileChannel.open(offsetFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(bytes, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path offsetFile() {
    return folder.resolve("offset");
  }

  private Path library() {
    return folder.resolve("clock-shim.so");
  }

  /** The environment of a process that shall live by this clock, such as a {@link ChildProcess}. */
  public Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", library().toString(), "MILLHAND_CLOCK_OFFSET", offsetFile().toString());
  }

  /** What comes before a command that shall live by this clock. */
  List<String> wrapper() {
    return List.of("env", "LD_PRELOAD=" + library(), "MILLHAND_CLOCK_OFFSET=" + offsetFile());
  }

  /** Whether a process lives by this clock: one that is linked statically does not. */
  boolean rules(long pid) {
    try (var maps = Files.lines(Path.of("/proc", Long.toString(pid), "maps"))) {
      return maps.anyMatch(line -> line.endsWith(library().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the library; servers that run keep the clock. */
  @Override
  public void close() {
    Stream.of(offsetFile(), library(), folder.resolve(SOURCE), folder).forEach(ClockShim::delete);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "clock ahead by " + offset();
  }
}
