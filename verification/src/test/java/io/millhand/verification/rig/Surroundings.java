// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * What a worker's process runs in.
 *
 * @param options of its Java, such as {@code -Xmx64m}
 * @param environment variables that it has besides ours
 */
public record Surroundings(List<String> options, Map<String, String> environment) {

  /** As usual. */
  static final Surroundings USUAL = new Surroundings(List.of(), Map.of());

  /**
   * As in production, where a class comes from an archive that is open, and needs no file of its
   * own.
   *
   * @param folder for the archives
   */
  public static Surroundings archives(Path folder) {
    var classPath = System.getProperty("java.class.path").split(File.pathSeparator, -1);
    var archives = new ArrayList<String>();
    for (var each : classPath) {
      var path = Path.of(each);
      archives.add(
          Files.isDirectory(path)
              ? archive(path, folder.resolve(archives.size() + ".jar")).toString()
              : each);
    }
    return java("-cp", String.join(File.pathSeparator, archives));
  }

  private static Path archive(Path classes, Path archive) {
    try (var out = new JarOutputStream(Files.newOutputStream(archive));
        var files = Files.walk(classes)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
      return archive;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its Java has these options. */
  public static Surroundings java(String... options) {
    return new Surroundings(List.of(options), Map.of());
  }
}
