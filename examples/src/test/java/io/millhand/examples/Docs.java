// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The documents and sources of this repository, as its tests read them. */
final class Docs {

  private static final Path ROOT = Path.of("..");

  private Docs() {}

  static String read(String path) {
    try {
      return Files.readString(ROOT.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of all Java sources in a folder. */
  static List<String> sources(String folder) {
    try (var files = Files.walk(ROOT.resolve(folder))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(file -> read(ROOT.relativize(file).toString()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of all scripts, without what they share. */
  static Set<String> scripts() {
    try (var files = Files.list(ROOT.resolve("core/src/main/resources/io/millhand/redis"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".lua", ""))
          .filter(name -> !name.equals("prelude"))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The blocks of that language, without their fences. */
  static List<String> blocks(String markdown, String language) {
    var blocks = new ArrayList<String>();
    var inside = false;
    var block = new StringBuilder();
    for (var line : markdown.lines().toList()) {
      if (!inside && line.strip().equals("```" + language)) {
        inside = true;
        block.setLength(0);
      } else if (inside && line.strip().equals("```")) {
        inside = false;
        blocks.add(block.toString());
      } else if (inside) {
        block.append(line).append('\n');
      }
    }
    return blocks;
  }
}
