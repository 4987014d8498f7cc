// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.autoscale.simulation.HpaSpec;
import io.millhand.autoscale.simulation.SimulatedChart;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The plain manifests, built by kubectl. */
class ManifestsTest {

  private static Rendering overlay(String name) {
    return Rendering.kustomize(Rendering.DEPLOY.resolve("manifests/overlays").resolve(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed", "external-metrics", "keda"})
  void what_is_built_of_each_overlay_holds(String overlay) {
    var rendering = overlay(overlay);

    assertThat(rendering.objects()).isNotEmpty();
    assertThat(RulesTest.broken(rendering, Set.of("redis-auth"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed", "external-metrics", "keda"})
  void the_recipes_names_are_kept(String overlay) {
    var worker = overlay(overlay).the("Deployment", "order-processor");

    assertThat(worker.podLabels()).containsEntry("app", "order-processor");
    assertThat(worker.podSpec().path("containers").path(0).path("env").toString())
        .contains("REDIS_HOST", "STREAM_KEY", "orders", "GROUP_NAME", "processing_group");
  }

  @Test
  void chart_and_manifests_give_an_autoscaler_the_same_pace() {
    var chart =
        Rendering.chart(Rendering.CHART.resolve("ci/http-sidecar-values.yaml"), List.of())
            .the("HorizontalPodAutoscaler", "shop-millhand");
    var plain = overlay("external-metrics").the("HorizontalPodAutoscaler", "order-processor-hpa");
    var keda = overlay("keda").the("ScaledObject", "order-processor");

    var pace = chart.spec().path("behavior");
    assertThat(pace.isObject()).isTrue();
    assertThat(plain.spec().path("behavior")).isEqualTo(pace);
    assertThat(keda.spec().path("cooldownPeriod").asInt())
        .isEqualTo(
            Rendering.chart(Rendering.CHART.resolve("ci/exec-keda-values.yaml"), List.of())
                .the("ScaledObject", "shop-millhand")
                .spec()
                .path("cooldownPeriod")
                .asInt());
    assertThat(keda.spec().path("advanced").path("horizontalPodAutoscalerConfig").path("behavior"))
        .isEqualTo(pace);
  }

  /** Else the figures of docs/autoscaling.md would be of another fleet. */
  @Test
  void what_was_simulated_is_what_the_chart_says() {
    var chart =
        Rendering.chart(Rendering.CHART.resolve("ci/http-sidecar-values.yaml"), List.of())
            .the("HorizontalPodAutoscaler", "shop-millhand");

    var behavior = chart.spec().path("behavior");
    assertThat(
            new HpaSpec.Behaviour(
                rules(behavior.path("scaleUp")), rules(behavior.path("scaleDown"))))
        .isEqualTo(SimulatedChart.behaviour());
  }

  @Test
  void keda_takes_the_last_worker_when_it_does_in_the_simulation() {
    var chart =
        Rendering.chart(Rendering.CHART.resolve("ci/exec-keda-values.yaml"), List.of())
            .the("ScaledObject", "shop-millhand");

    assertThat(chart.spec().path("cooldownPeriod").asInt()).isEqualTo(SimulatedChart.coolDown());
  }

  private static HpaSpec.Rules rules(JsonNode rules) {
    assertThat(rules.propertyNames())
        .containsOnly("stabilizationWindowSeconds", "selectPolicy", "policies");
    return HpaSpec.Rules.of(
        rules.path("stabilizationWindowSeconds").asInt(),
        HpaSpec.Select.valueOf(rules.path("selectPolicy").asString().toUpperCase(Locale.ROOT)),
        KubernetesObject.elements(rules.path("policies"))
            .map(ManifestsTest::limit)
            .toArray(HpaSpec.Limit[]::new));
  }

  private static HpaSpec.Limit limit(JsonNode policy) {
    return new HpaSpec.Limit(
        HpaSpec.Kind.valueOf(policy.path("type").asString().toUpperCase(Locale.ROOT)),
        policy.path("value").asInt(),
        policy.path("periodSeconds").asInt());
  }

  @ParameterizedTest
  @ValueSource(strings = {"millhand.rules.yml", "dashboard.json"})
  void the_charts_copies_are_those_of_monitoring(String file) throws Exception {
    assertThat(Files.readString(Rendering.CHART.resolve("files").resolve(file)))
        .isEqualTo(Files.readString(Rendering.DEPLOY.resolve("monitoring").resolve(file)));
  }

  @Test
  void the_chart_renders_the_rules_unchanged() throws Exception {
    var rendering = Rendering.chart(Rendering.CHART.resolve("ci/own-image-values.yaml"), List.of());

    var groups = rendering.the("PrometheusRule", "shop-millhand").spec().path("groups");
    var plain =
        Files.readString(Rendering.DEPLOY.resolve("monitoring/millhand.rules.yml"))
            .replace("runbook_url: docs/", "runbook_url: https://example.org/millhand/docs/");
    assertThat(groups).isEqualTo(Rendering.of(plain).objects().getFirst().json().path("groups"));
    assertThat(
            rendering
                .the("ConfigMap", "shop-millhand-dashboard")
                .json()
                .path("data")
                .path("millhand.json")
                .asString())
        .isEqualTo(Files.readString(Rendering.DEPLOY.resolve("monitoring/dashboard.json")).strip());
  }
}
