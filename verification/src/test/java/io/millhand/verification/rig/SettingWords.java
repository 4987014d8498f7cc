// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.WorkerBuilder;
import io.millhand.config.Retention;
import io.millhand.config.WorkerSettings.HandlerThreads;
import io.millhand.delivery.Codec;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Fields;
import io.millhand.delivery.RetryPolicy;
import io.millhand.delivery.UndecodableException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** A worker's settings as words on its command line, such as {@code lease=2s}; the last wins. */
final class SettingWords {

  /** The field that holds a JSON object, for {@code codec=json}. */
  static final String JSON = "json";

  private static final JsonMapper MAPPER = new JsonMapper();

  private final Map<String, String> words = new LinkedHashMap<>();

  static SettingWords of(List<String> settings) {
    var all = new SettingWords();
    for (var setting : settings) {
      var equals = setting.indexOf('=');
      all.words.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return all;
  }

  WorkerBuilder<Entry> apply(WorkerBuilder<Entry> worker) {
    var builder = JSON.equals(words.remove("codec")) ? worker.codec(codec()) : worker;
    builder.retry(retry());
    words.forEach((setting, value) -> set(builder, setting, value));
    return builder;
  }

  private RetryPolicy retry() {
    var after = words.remove("retryAfter");
    var doubling = words.remove("retryDoubling");
    var attempts = words.remove("maxAttempts");
    var policy = RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofMinutes(5));
    if (doubling != null) {
      policy = RetryPolicy.exponential(duration(doubling), Duration.ofMinutes(5));
    } else if (after != null) {
      policy = RetryPolicy.fixed(duration(after)).jitter(0);
    }
    return attempts == null ? policy : policy.maxAttempts(Integer.parseInt(attempts));
  }

  /** One JSON object in its one field, or it is not what it should be. */
  private static Codec<Entry> codec() {
    return Codec.of(
        entry -> {
          var json = jsonsOf(entry.fields());
          if (json.size() != 1 || !MAPPER.readTree(json.get(0)).isObject()) {
            throw new UndecodableException("is not one JSON object");
          }
          return entry;
        },
        Entry::fields);
  }

  private static List<byte[]> jsonsOf(Fields fields) {
    return IntStream.range(0, fields.count())
        .filter(field -> new String(fields.name(field), UTF_8).equals(JSON))
        .mapToObj(fields::value)
        .toList();
  }

  private static void set(WorkerBuilder<Entry> builder, String setting, String value) {
    switch (setting) {
      case "consumer" -> builder.consumer(value);
      case "concurrency" -> builder.concurrency(Integer.parseInt(value));
      case "maxInFlight" -> builder.maxInFlight(Integer.parseInt(value));
      case "maxAbandoned" -> builder.maxAbandoned(Integer.parseInt(value));
      case "maxCrashes" -> builder.maxCrashes(Integer.parseInt(value));
      case "keepNewest" -> builder.retention(Retention.finishedBut(Long.parseLong(value)));
      case "hardCap" -> builder.retention(Retention.hardCap(Long.parseLong(value)));
      case "deadLetterLimit" -> builder.deadLetterLimit(Long.parseLong(value));
      case "threads" ->
          builder.handlerThreads(HandlerThreads.valueOf(value.toUpperCase(Locale.ROOT)));
      default -> setTime(builder, setting, duration(value));
    }
  }

  private static void setTime(WorkerBuilder<Entry> builder, String setting, Duration value) {
    switch (setting) {
      case "readAhead" -> builder.readAhead(value);
      case "handlerTimeout" -> builder.handlerTimeout(value);
      case "heartbeatEvery" -> builder.heartbeatEvery(value);
      case "lease" -> builder.lease(value);
      case "reconnectGrace" -> builder.reconnectGrace(value);
      case "reclaimAfter" -> builder.reclaimAfter(value);
      case "sharedWith" -> builder.sharedWith(value);
      case "drainTimeout" -> builder.drainTimeout(value);
      default -> throw new IllegalArgumentException("no such setting: " + setting);
    }
  }

  /** {@code 2s} or {@code 200ms}. */
  private static Duration duration(String text) {
    return text.endsWith("ms")
        ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
        : Duration.parse("PT" + text);
  }
}
