// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Installed;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** deploy/monitoring, held by promtool (Debian: prometheus), and to the code and the docs. */
@WithRedis
class MonitoringTest {

  private static final Path FOLDER = Path.of("..", "deploy", "monitoring");
  private static final String RULES = "millhand.rules.yml";
  private static final String TESTS = "millhand.rules.test.yml";
  private static final Pattern METRIC = Pattern.compile("\\b(?:millhand|redis)_[a-z_]+\\b");

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void promtool(Path folder, String... args) {
    try (var tool =
        ChildProcess.command(Installed.orSkip("promtool"), args).directory(folder).start()) {
      var exitCode = tool.awaitExit(Duration.ofSeconds(30));
      assertThat(exitCode)
          .as("%s%n%s", String.join("\n", tool.lines()), String.join("\n", tool.errorLines()))
          .isZero();
    }
  }

  private static List<String> found(String regex, String text) {
    return Pattern.compile(regex, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static List<String> alerts() {
    return found("- alert: (\\w+)", read(FOLDER.resolve(RULES)));
  }

  @Test
  void every_rule_fires_where_it_should_and_is_quiet_beside_it() {
    promtool(FOLDER, "check", "rules", RULES);
    promtool(FOLDER, "test", "rules", TESTS);

    var cases = found("^  - name: (.*)$", read(FOLDER.resolve(TESTS)));
    assertThat(alerts())
        .isNotEmpty()
        .allSatisfy(alert -> assertThat(cases).contains(alert + " fires", alert + " is quiet"));
  }

  @Test
  void the_rules_of_the_recipe_fire_for_the_first_time_with_its_names() {
    promtool(
        Path.of("src", "test", "resources", "io", "millhand", "cli", "serve"),
        "test",
        "rules",
        "recipe.rules.test.yml");
  }

  @Test
  void the_operators_rules_are_the_same() {
    var spec = read(FOLDER.resolve("prometheusrule.yaml")).split("\nspec:\n", 2)[1];
    assertThat(spec).isEqualTo(read(FOLDER.resolve(RULES)).indent(2));
  }

  @Test
  void every_alert_has_a_section_that_says_what_to_do() {
    var text = read(Path.of("..", "docs", "operations.md"));
    assertThat(found("^### (\\w+)$", text)).containsExactlyElementsOf(alerts());
    assertThat(found("runbook_url: docs/operations.md#(\\w+)", read(FOLDER.resolve(RULES))))
        .containsExactlyElementsOf(alerts().stream().map(String::toLowerCase).toList());
    for (var section : text.split("\n### ", -1)) {
      if (section.startsWith("Millhand")) {
        assertThat(section).containsPattern("\n- Look").containsPattern("\n- Mend|Look and mend");
      }
    }
  }

  private static List<String> expressions() {
    var found = new ArrayList<String>();
    var panels = new JsonMapper().readTree(FOLDER.resolve("dashboard.json").toFile()).get("panels");
    panels.forEach(
        panel -> panel.get("targets").forEach(target -> found.add(target.get("expr").asString())));
    return found;
  }

  @Test
  void every_expression_of_the_dashboard_can_be_read(@TempDir Path folder) throws Exception {
    var rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
    var number = 0;
    for (var expression : expressions()) {
      rules
          .append("      - record: panel:%d\n        expr: |\n          ".formatted(number++))
          .append(expression.replace("$__rate_interval", "5m"))
          .append('\n');
    }
    assertThat(number).isPositive();
    Files.writeString(folder.resolve("dashboard.yml"), rules);
    promtool(folder, "check", "rules", "dashboard.yml");
  }

  @Test
  void rules_and_dashboard_ask_only_for_metrics_that_there_are() {
    var known = new TreeSet<>(OwnMetrics.metrics().stream().map(Metric::name).toList());
    Probe.metrics().forEach(metric -> known.add(metric.name()));
    ScalingMetrics.metrics().forEach(metric -> known.add(metric.name()));
    Site.sets(1, OtherNames.values())
        .forEach(set -> set.metrics().forEach(metric -> known.add(metric.name())));
    var asked =
        METRIC
            .matcher(read(FOLDER.resolve(RULES)) + String.join("\n", expressions()))
            .results()
            .map(match -> match.group())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(known).containsAll(asked);
  }

  @Test
  void what_is_exposed_is_what_prometheus_reads(EmbeddedRedis redis, @TempDir Path folder)
      throws Exception {
    redis.command("XADD", "orders \"\n\\", "*", "a", "b");
    redis.command("XGROUP", "CREATE", "orders \"\n\\", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "c", "STREAMS", "orders \"\n\\", ">");
    try (var site = Site.of(redis.url(), Site.sets(10))) {
      var file = folder.resolve("metrics.txt");
      Files.write(file, site.get("/metrics").getBytes(UTF_8));
      try (var tool =
          ChildProcess.command(Installed.orSkip("promtool"), "check", "metrics")
              .input(file)
              .start()) {
        assertThat(tool.awaitExit(Duration.ofSeconds(30)))
            .as("%s", String.join("\n", tool.errorLines()))
            .isZero();
      }
    }
  }
}
