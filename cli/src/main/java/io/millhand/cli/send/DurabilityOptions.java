// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.config.Durability;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How durable an entry must be. A mixin. */
final class DurabilityOptions {

  private static final Pattern FORM =
      Pattern.compile("(none)|replicas:([0-9]{1,9})|(fsync)(?::([0-9]{1,9}))?");
  private static final Duration USUAL = Duration.ofSeconds(1);

  @Option(
      names = "--durability",
      paramLabel = "WHAT",
      defaultValue = "none",
      description =
          "What must have happened to each entry: none, replicas:N (N replicas have it), fsync (the server's disk has it), or fsync:N (and N replicas' disks) (default ${DEFAULT-VALUE}).")
  private String what = "none";

  @Option(
      names = "--durable-within",
      paramLabel = "TIME",
      description = "With --durability: how long to wait for that. Default: 1s.")
  private @Nullable Duration within;

  /**
   * What was asked for.
   *
   * @throws CommandFailure when it cannot be read
   */
  Durability durability() {
    var form = FORM.matcher(what);
    if (!form.matches()) {
      throw CommandFailure.usage(
          "--durability: %s is none of none, replicas:N, fsync and fsync:N"
              .formatted(Escape.text(what)));
    }
    var time = within == null ? USUAL : within;
    if (form.group(2) != null) {
      return Durability.replicas(Integer.parseInt(form.group(2)), time);
    }
    if (form.group(3) != null) {
      var replicas = form.group(4) == null ? 0 : Integer.parseInt(form.group(4));
      return Durability.fsynced(replicas, time);
    }
    if (within != null) {
      throw CommandFailure.usage("--durable-within: only with --durability replicas or fsync");
    }
    return Durability.none();
  }
}
