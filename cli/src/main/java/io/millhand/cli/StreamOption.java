// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import picocli.CommandLine.Option;

/** One stream. A mixin. */
public final class StreamOption {

  @Option(
      names = "--stream",
      paramLabel = "KEY",
      required = true,
      defaultValue = "${env:STREAM_KEY}",
      description = "The stream's key. Else STREAM_KEY.")
  private String stream = ""; // picocli insists on a value

  /** The stream's key. */
  public String stream() {
    return stream;
  }
}
