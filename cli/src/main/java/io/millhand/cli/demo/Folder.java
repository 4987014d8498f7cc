// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** The demo's temporary folder: logs of the children, and below it their ledgers. */
final class Folder {

  private static final int ATTEMPTS = 10;

  private Folder() {}

  static Path create() {
    try {
      return Files.createTempDirectory("millhand-demo-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  static Path ledgers(Path folder) {
    return folder.resolve("ledgers");
  }

  /** Deletes it with all that is in it, also while others may still write there. */
  static void delete(Path folder) {
    for (int attempt = 1; Files.exists(folder); attempt++) {
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException | UncheckedIOException e) {
        if (attempt == ATTEMPTS) {
          throw new IllegalStateException("cannot delete " + folder, e);
        }
      }
    }
  }
}
