// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.grpc.StatusRuntimeException;
import io.millhand.cli.keda.proto.ScaledObjectRef;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a ScaledObject asks for.
 *
 * @param stream of which stream
 * @param group of which of its groups
 * @param metric by what to scale
 * @param target how much of it one worker can take; never 0, which KEDA could not use
 */
record Trigger(String stream, String group, KedaMetric metric, double target) {

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,9})?");

  /** KEDA counts in thousandths. */
  private static final double LEAST_TARGET = 0.001;

  /**
   * Reads a trigger's metadata: {@code stream}, {@code group}, {@code metric}, {@code target}. Each
   * may come from the environment of the workers, as {@code streamFromEnv} and so on. Whatever else
   * there is is KEDA's own.
   *
   * @throws StatusRuntimeException when something is missing or cannot work; it says what
   */
  static Trigger of(ScaledObjectRef asked) {
    var metadata = asked.getScalerMetadataMap();
    var stream = needed(metadata, "stream");
    var group = needed(metadata, "group");
    var metric = value(metadata, "metric").map(Trigger::metric).orElse(KedaMetric.REQUIRED_WORKERS);
    return new Trigger(stream, group, metric, target(metric, value(metadata, "target")));
  }

  private static Optional<String> value(Map<String, String> metadata, String name) {
    return Optional.ofNullable(metadata.get(name))
        .or(() -> Optional.ofNullable(metadata.get(name + "FromEnv")))
        .filter(value -> !value.isEmpty());
  }

  private static String needed(Map<String, String> metadata, String name) {
    return value(metadata, name)
        .orElseThrow(
            () ->
                Refusals.invalid(
                    "the trigger's metadata has no '%s': it must name a stream and a group"
                        .formatted(name)));
  }

  private static KedaMetric metric(String word) {
    return KedaMetric.named(word)
        .orElseThrow(
            () ->
                Refusals.invalid(
                    "there is no metric %s: it is one of %s"
                        .formatted(Refusals.quoted(word), KedaMetric.words())));
  }

  private static double target(KedaMetric metric, Optional<String> text) {
    if (metric == KedaMetric.REQUIRED_WORKERS) {
      if (text.isPresent() && number(text.get()) != 1) {
        throw Refusals.invalid(
            "the target of required-workers is 1, but is %s: leave it out"
                .formatted(Refusals.quoted(text.get())));
      }
      return 1;
    }
    var target =
        number(
            text.orElseThrow(
                () ->
                    Refusals.invalid(
                        "the trigger's metadata has no 'target': how much %s one worker can take"
                            .formatted(metric.word()))));
    if (target < LEAST_TARGET) {
      throw Refusals.invalid(
          "target must be 0.001 or more, but is %s".formatted(Refusals.quoted(text.get())));
    }
    return target;
  }

  private static double number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw Refusals.invalid(
          "target must be a number such as 100 or 0.5, but is %s".formatted(Refusals.quoted(text)));
    }
    return Double.parseDouble(text);
  }

  /** For people. */
  String named() {
    return Refusals.named(stream, group);
  }
}
