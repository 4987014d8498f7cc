// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Makes things scarce by the means of Linux; where they are not there, a test is skipped aloud. */
public final class Scarce {

  private Scarce() {}

  /** A folder that holds little. */
  public static final class SmallDisk implements AutoCloseable {
    private final Path folder;
    private final Path filler;

    private SmallDisk(Path folder) {
      this.folder = folder;
      this.filler = folder.resolve("filler");
    }

    /** Nothing more can be written there. */
    public void fill() {
      try (var out = Files.newOutputStream(filler)) {
        var page = new byte[4096];
        while (true) {
          out.write(page);
        }
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left");
      }
    }

    /** It can again. */
    public void empty() {
      try {
        Files.delete(filler);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      var said = run("umount", "-l", folder.toString());
      assertThat(said.status).as(said.text).isZero();
    }
  }

  /** Puts a small disk, such as {@code 4m}, over an empty folder; wants root and Linux. */
  public static SmallDisk smallDisk(Path folder, String size) {
    var said = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString());
    assumeTrue(said.status == 0, () -> "a small disk cannot be mounted here: " + said.text);
    return new SmallDisk(folder);
  }

  /** Skips where the files of a process cannot be limited from outside. */
  public static void assumeFilesCanBeLimited() {
    var said = run("prlimit", "--version");
    assumeTrue(said.status == 0, () -> "prlimit (of util-linux) is not here: " + said.text);
  }

  /** From now on a worker opens no file that would get this number or a higher one. */
  public static void limitFiles(WorkerProcess worker, int files) {
    var said = run("prlimit", "--pid", Long.toString(worker.pid()), "--nofile=" + files + ":");
    assertThat(said.status).as(said.text).isZero();
  }

  /** The share of one processor that a worker takes in that time to come. */
  public static double cpuShare(WorkerProcess worker, Duration time) {
    var before = cpu(worker);
    var start = System.nanoTime();
    Rig.let(time);
    return (double) cpu(worker).minus(before).toNanos() / (System.nanoTime() - start);
  }

  private static Duration cpu(WorkerProcess worker) {
    return ProcessHandle.of(worker.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow();
  }

  private record Said(int status, String text) {}

  private static Said run(String... command) {
    try {
      var process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      var text = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return new Said(process.onExit().join().exitValue(), text);
    } catch (IOException e) {
      return new Said(-1, e.getMessage());
    }
  }
}
