// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import io.millhand.testkit.ChildProcess;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;

/** The command millhand as users have it: the script of this tree, which builds its jar first. */
public final class Installation {

  /** A build on a machine that has other work. */
  private static final Duration BUILD = Duration.ofMinutes(10);

  private final Path script;

  private Installation(Path script) {
    this.script = script;
  }

  /** Answers when it is built. */
  public static Installation ready() {
    var installation = new Installation(home().resolve("millhand"));
    try (var version = installation.start("--version")) {
      if (version.awaitExit(BUILD) != 0) {
        throw new IllegalStateException("cannot be built: " + version.errorLines());
      }
    }
    return installation;
  }

  /** Where these classes lie tells where the tree is: verification/target/test-classes. */
  private static Path home() {
    try {
      var classes = Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Path.of(classes).resolve("../../..").normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One call of it. The process becomes Java itself, so signals reach that. */
  public ChildProcess.Builder builder(String... words) {
    return ChildProcess.command(script.toString(), words);
  }

  /** Starts it; nobody sits at its terminal. */
  public ChildProcess start(String... words) {
    return builder(words).start();
  }
}
