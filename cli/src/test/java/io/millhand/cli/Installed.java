// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** Programs of others that we are held against. */
public final class Installed {

  private Installed() {}

  /** The first of them that is on the PATH; where there is none, the test is skipped, aloud. */
  public static String orSkip(String... names) {
    return Arrays.stream(names)
        .flatMap(
            name ->
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElseGet(() -> skip(String.join(" or ", names)));
  }

  private static String skip(String names) {
    var text = "SKIPPED: there is no %s on the PATH".formatted(names);
    System.err.println(text);
    return Assumptions.abort(text);
  }
}
