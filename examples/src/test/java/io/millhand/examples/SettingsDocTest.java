// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Millhand;
import io.millhand.Producer;
import io.millhand.WorkerBuilder;
import io.millhand.delivery.RetryPolicy;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds docs/settings.md to the builders: each setting is named there, with its default. */
@WithRedis
@TestInstance(Lifecycle.PER_CLASS)
class SettingsDocTest {

  /** Where a field of a builder has another name than its setting. */
  private static final Map<String, String> NAMES =
      Map.of(
          "start", "startAt",
          "threads", "handlerThreads",
          "hook", "shutdownHook");

  /** A setting's row: its cells by their place. */
  private static final Map<String, String[]> ROWS =
      Docs.read("docs/settings.md")
          .lines()
          .filter(line -> line.startsWith("| `"))
          .map(line -> line.substring(2).split(" \\| ", 3))
          .collect(Collectors.toMap(cells -> cells[0].replace("`", ""), Function.identity()));

  private static Stream<String> settings() {
    return Stream.of(
            WorkerBuilder.class, Producer.Builder.class, Millhand.Builder.class, RetryPolicy.class)
        .flatMap(builder -> Arrays.stream(builder.getMethods()).filter(each -> sets(builder, each)))
        .map(Method::getName)
        .distinct()
        .sorted();
  }

  /** One that takes something and answers with the builder. */
  private static boolean sets(Class<?> builder, Method method) {
    return method.getReturnType() == builder
        && method.getParameterCount() > 0
        && !Modifier.isStatic(method.getModifiers());
  }

  @ParameterizedTest
  @MethodSource("settings")
  void every_setting_is_in_docs_settings_md(String setting) {
    assertThat(ROWS).containsKey(setting);
  }

  @Test
  void every_default_is_the_one_that_the_code_has(EmbeddedRedis redis) throws Exception {
    try (var millhand = Millhand.connect(redis.url())) {
      var options = WorkerBuilder.class.getDeclaredField("options");
      options.setAccessible(true);
      checkDefaults(options.get(millhand.worker("orders", "processing")));
      checkDefaults(millhand.producerBuilder("orders"));
      checkDefaults(Millhand.builder());
    }
    var attempts = RetryPolicy.fixed(Duration.ZERO).maxAttempts();
    assertThat(cell("maxAttempts")).isEqualTo(Integer.toString(attempts));
  }

  private static void checkDefaults(Object builder) throws IllegalAccessException {
    for (var field : builder.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      field.setAccessible(true);
      var setting = NAMES.getOrDefault(field.getName(), field.getName());
      var value = words(field, builder);
      if (value.isPresent() && ROWS.containsKey(setting)) {
        assertThat(cell(setting)).as("the default of " + setting).isEqualTo(value.get());
      }
    }
  }

  private static String cell(String setting) {
    return ROWS.get(setting)[1].replace("`", "");
  }

  /** A default as the page writes it; empty for what is described there in words. */
  private static Optional<String> words(Field field, Object builder) throws IllegalAccessException {
    var value = field.get(builder);
    if (value instanceof Duration time) {
      return Optional.of(words(time));
    }
    if (value instanceof Number number) {
      return Optional.of(words(number.longValue()));
    }
    return value instanceof String || value instanceof Enum<?>
        ? Optional.of(value.toString())
        : Optional.empty();
  }

  private static String words(long number) {
    return number > 0 && number % (1 << 20) == 0
        ? number / (1 << 20) + " MiB"
        : "%,d".formatted(number);
  }

  private static String words(Duration time) {
    if (time.toMillis() % 1000 != 0) {
      return time.toMillis() + " ms";
    }
    return time.toSeconds() <= 60 ? time.toSeconds() + " s" : time.toMinutes() + " min";
  }
}
