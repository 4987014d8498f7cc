// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.cli.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the user's class comes from. It sees the JDK, Millhand and slf4j; everything else, such as
 * its own Jackson, comes from its own class path and never meets ours.
 */
final class HandlerClassPath {

  private HandlerClassPath() {}

  /**
   * A loader for a class path as Java writes it; {@code folder/*} stands for all jars of a folder.
   */
  static ClassLoader loader(String classpath) {
    var urls = new ArrayList<URL>();
    for (var part : classpath.split(File.pathSeparator, -1)) {
      if (!part.isEmpty()) {
        files(part).forEach(file -> urls.add(url(file)));
      }
    }
    return new URLClassLoader("handler", urls.toArray(URL[]::new), new Shared());
  }

  private static List<Path> files(String part) {
    if (!part.endsWith(File.separator + "*")) {
      var file = Path.of(part);
      if (!Files.exists(file)) {
        throw CommandFailure.usage("--classpath names %s, which does not exist".formatted(part));
      }
      return List.of(file);
    }
    try (var jars = Files.newDirectoryStream(Path.of(part).resolveSibling(""), "*.jar")) {
      var list = new ArrayList<Path>();
      jars.forEach(list::add);
      return list;
    } catch (IOException e) {
      throw CommandFailure.usage("--classpath names %s, which cannot be read".formatted(part));
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e); // a file always has one
    }
  }

  /** What both sides share. */
  private static final class Shared extends ClassLoader {
    private static final List<String> PACKAGES =
        List.of("io.millhand.", "org.slf4j.", "org.jspecify.");

    /** Not shared: it belongs to the Micrometer that is beside it. */
    private static final String METRICS = "io.millhand.micrometer.";

    private final ClassLoader ours = HandlerClassPath.class.getClassLoader();

    Shared() {
      super("shared", getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (PACKAGES.stream().anyMatch(name::startsWith) && !name.startsWith(METRICS)) {
        return ours.loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }
}
