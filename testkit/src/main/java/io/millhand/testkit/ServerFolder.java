// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where one server keeps its configuration, its log and its data.
 *
 * <p>Owns: the folder if it is temporary, else the lock that keeps a second server out of it.
 */
record ServerFolder(Path path, @Nullable FileChannel lock) implements AutoCloseable {

  private static final Duration PREDECESSOR_TIMEOUT = Duration.ofSeconds(15);

  static ServerFolder temporary() {
    try {
      return new ServerFolder(Files.createTempDirectory("millhand-redis-"), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A folder of the user's, made if missing. Waits for a server that is on its way out because its
   * parent was killed.
   */
  static ServerFolder kept(Path path, ServerExecutable executable) {
    try {
      var folder = Files.createDirectories(path).toRealPath();
      if (executable.major() < 7 && Files.exists(folder.resolve("appendonlydir"))) {
        throw new EmbeddedRedisException(
            "%s was written by Redis 7 or newer, which version %s (%s) cannot read"
                .formatted(folder, executable.version(), executable.path()));
      }
      var claimed = new ServerFolder(folder, claim(folder));
      claimed.awaitPredecessor();
      return claimed;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot use the data folder " + path + ": " + e.getMessage(), e);
    }
  }

  private static FileChannel claim(Path folder) throws IOException {
    var channel =
        FileChannel.open(
            folder.resolve("millhand.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // held by this very JVM: the same answer as for any other process
    }
    channel.close();
    throw new EmbeddedRedisException("the data folder " + folder + " is in use by another server");
  }

  private void awaitPredecessor() {
    runningPredecessor()
        .ifPresent(
            process -> {
              try {
                process
                    .onExit()
                    .orTimeout(PREDECESSOR_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
              } catch (CompletionException e) {
                close();
                throw new EmbeddedRedisException(
                    "a server with pid %d still runs on %s".formatted(process.pid(), path), e);
              }
            });
  }

  private Optional<ProcessHandle> runningPredecessor() {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(pidFile()).strip()))
          .filter(ServerFolder::isServer);
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A process id may have been given to somebody else since. */
  private static boolean isServer(ProcessHandle process) {
    return process
        .info()
        .command()
        .map(it -> Path.of(it).getFileName().toString())
        .filter(it -> it.contains("redis") || it.contains("valkey"))
        .isPresent();
  }

  boolean isTemporary() {
    return lock == null;
  }

  Path log() {
    return path.resolve("redis.log");
  }

  Path configuration() {
    return path.resolve("redis.conf");
  }

  Path pidFile() {
    return path.resolve("redis.pid");
  }

  /** Writes redis.conf, readable for its owner only: it may hold a password. */
  void configure(List<List<String>> directives) {
    var text = new StringBuilder();
    for (var directive : directives) {
      text.append(directive.getFirst());
      directive.stream()
          .skip(1)
          .map(ServerFolder::quoted)
          .forEach(word -> text.append(' ').append(word));
      text.append('\n');
    }
    try {
      Files.deleteIfExists(configuration());
      Files.createFile(
          configuration(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(configuration(), text, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String quoted(String word) {
    return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** Deletes a temporary folder, gives a kept one free. */
  @Override
  public void close() {
    try {
      if (lock == null) {
        deleteTree();
      } else {
        lock.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteTree() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
