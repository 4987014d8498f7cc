// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A command cannot go on: {@link Main} prints the message, without a stack trace, and ends with the
 * exit code.
 */
public final class CommandFailure extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final int exitCode;

  /** With one of {@link ExitCode} and a full message. */
  public CommandFailure(int exitCode, String message) {
    this(exitCode, message, null);
  }

  /** With one of {@link ExitCode}, a full message and its cause. */
  public CommandFailure(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** For a command line that cannot work. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }

  /** The exit code. */
  public int exitCode() {
    return exitCode;
  }
}
