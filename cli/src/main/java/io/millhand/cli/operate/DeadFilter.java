// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.Fields;
import io.millhand.inspect.Snapshots.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters, by what they say. A mixin. All that is given must hold. */
public final class DeadFilter {

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Only those whose reason or error holds that text.")
  private @Nullable String reason;

  @Option(
      names = "--field",
      paramLabel = "NAME=VALUE",
      description = "Only those with that value in that field; again for more.")
  private Map<String, String> fields = new LinkedHashMap<>();

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      description = "Only those that were given up longer ago, such as 1h.")
  private @Nullable Duration olderThan;

  @Option(
      names = "--newer-than",
      paramLabel = "TIME",
      description = "Only those that were given up since then.")
  private @Nullable Duration newerThan;

  /** Made for picocli. */
  public DeadFilter() {}

  /** Whether anything was asked for. */
  boolean isSet() {
    return reason != null || !fields.isEmpty() || olderThan != null || newerThan != null;
  }

  /**
   * The filter.
   *
   * @param now of the server: when letters were given up is told by its clock
   */
  Predicate<DeadLetter> at(Instant now) {
    return letter ->
        saysReason(letter)
            && fields.entrySet().stream().allMatch(each -> has(letter.fields(), each))
            && (olderThan == null || letter.last().isBefore(now.minus(olderThan)))
            && (newerThan == null || !letter.last().isBefore(now.minus(newerThan)));
  }

  private boolean saysReason(DeadLetter letter) {
    var text = reason;
    return text == null
        || letter.reason().contains(text)
        || letter.error().filter(it -> it.contains(text)).isPresent()
        || letter.errorText().filter(it -> it.contains(text)).isPresent();
  }

  private static boolean has(Fields fields, Map.Entry<String, String> wanted) {
    var name = wanted.getKey().getBytes(UTF_8);
    var value = wanted.getValue().getBytes(UTF_8);
    for (int i = 0; i < fields.count(); i++) {
      if (Arrays.equals(fields.name(i), name) && Arrays.equals(fields.value(i), value)) {
        return true;
      }
    }
    return false;
  }
}
