// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import io.millhand.testkit.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;

/**
 * A file system of a few megabytes that can be filled to the brim. It is mounted, which needs Linux
 * and root: elsewhere the test is skipped.
 */
public final class SmallDisk implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int PAGE = 4096;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** A new one of so many megabytes, empty. */
  public static SmallDisk mount(int megabytes) {
    try {
      var folder = Files.createTempDirectory("millhand-disk-");
      if (!run("mount", "-t", "tmpfs", "-o", "size=%dm".formatted(megabytes), "tmpfs", folder)) {
        Files.delete(folder);
        Assumptions.abort("a disk that can be full must be mounted, which only root may, on Linux");
      }
      return new SmallDisk(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it is mounted. */
  public Path folder() {
    return folder;
  }

  /** Takes all that is left but so many bytes, which are rounded up to pages, or a little less. */
  public void fill(long left) {
    try {
      var free = Files.getFileStore(folder).getUsableSpace();
      var take = Math.max(0, free - (left + PAGE - 1) / PAGE * PAGE);
      Files.write(ballast(), new byte[(int) take]);
    } catch (IOException e) {
      // Somebody else wrote meanwhile, and it is full.
    }
  }

  /** Gives back what was taken. */
  public void free() {
    try {
      Files.deleteIfExists(ballast());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  private static boolean run(Object... words) {
    var command = new String[words.length - 1];
    for (int i = 0; i < command.length; i++) {
      command[i] = words[i + 1].toString();
    }
    try (var process = ChildProcess.command(words[0].toString(), command).start()) {
      return process.awaitExit(PATIENCE) == 0;
    } catch (UncheckedIOException e) {
      return false; // no such program
    }
  }

  @Override
  public void close() {
    // Lazily: the server that kept its data there may not have gone yet.
    run("umount", "-l", folder);
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
