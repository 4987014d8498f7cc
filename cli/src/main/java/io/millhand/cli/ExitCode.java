// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.error.DeniedException;
import io.millhand.error.MillhandException;
import io.millhand.error.NoGroupException;
import io.millhand.error.NotDurableException;
import io.millhand.error.RefusedException;
import io.millhand.error.SettingsException;
import io.millhand.error.StreamSealedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UncertainSendException;

/**
 * What the command's exit codes mean; the same list stands in {@link Main}'s help and in
 * docs/cli.md.
 */
public final class ExitCode {

  /** Done; a worker: drained, nothing left behind. */
  public static final int OK = 0;

  /** It failed. */
  public static final int FAILED = 1;

  /** The command line or a setting cannot work. */
  public static final int USAGE = 2;

  /** Redis cannot be reached, or does not let us in. */
  public static final int REDIS = 3;

  /** A worker stopped and left entries pending, which others take over. */
  public static final int LEFT_BEHIND = 4;

  /** The doctor, or an audit, found something that somebody should look after. */
  public static final int FINDINGS = 5;

  /** Ended at once by a signal: this plus its number (130 for SIGINT, 143 for SIGTERM). */
  public static final int SIGNAL = 128;

  private ExitCode() {}

  /** The exit code that tells of that error. */
  public static int of(MillhandException error) {
    return switch (error) {
      case SettingsException settings -> USAGE;
      case UnavailableException unavailable -> REDIS;
      case DeniedException denied -> REDIS;
      case NoGroupException noGroup -> FAILED;
      case RefusedException refused -> FAILED;
      case StreamSealedException isSealed -> FAILED;
      case UncertainSendException uncertain -> FAILED;
      case NotDurableException inDanger -> FAILED;
    };
  }
}
