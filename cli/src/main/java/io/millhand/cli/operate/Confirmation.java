// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Output;
import io.millhand.cli.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Shows what would be done, and asks where that cannot be undone. A mixin, the same in all commands
 * that change something.
 */
public final class Confirmation {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

  @Option(names = "--dry-run", description = "Only show what would be done.")
  private boolean dryRun;

  @Option(
      names = "--yes",
      description = "Do not ask; needed by what cannot be undone where nobody can be asked.")
  private boolean yes;

  /** Made for picocli. */
  public Confirmation() {}

  /**
   * For what cannot be undone: shows the plan, and asks.
   *
   * @return whether to go on; not so with {@code --dry-run}
   * @throws CommandFailure when nobody can be asked, or the answer is no
   */
  boolean agreedTo(Facts plan, Output output) {
    plan.print(output);
    if (dryRun) {
      return false;
    }
    if (yes) {
      return true;
    }
    if (!Terminal.is(Terminal.Stream.IN)) {
      throw CommandFailure.usage(
          "nothing was changed: this cannot be undone, and nobody can be asked here. Give --yes to do"
              + " it, or --dry-run to only see the plan.");
    }
    var err = spec.commandLine().getErr();
    err.print("Do it? [y/N] ");
    err.flush();
    if (!isYes(answer())) {
      throw new CommandFailure(ExitCode.FAILED, "nothing was changed");
    }
    return true;
  }

  /** Whether only the plan is wanted. */
  boolean isDryRun() {
    return dryRun;
  }

  /** For what can be undone, or repeated: shows the plan only with {@code --dry-run}. */
  boolean goesOn(Facts plan, Output output) {
    if (dryRun) {
      plan.print(output);
    }
    return !dryRun;
  }

  private static @Nullable String answer() {
    try {
      return new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))
          .readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isYes(@Nullable String answer) {
    var word = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
    return word.equals("y") || word.equals("yes");
  }
}
