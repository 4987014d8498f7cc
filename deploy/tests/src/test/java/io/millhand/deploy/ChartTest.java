// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.autoscale.GroupPolicy;
import io.millhand.cli.external.LabelOf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The chart, rendered by helm with many values. */
class ChartTest {

  private static final Path SIDECAR = Rendering.CHART.resolve("ci/http-sidecar-values.yaml");

  /** Secrets that the values of these tests name, and whoever installs has made. */
  private static final Set<String> EXTERNAL =
      Set.of(
          "redis-auth", "redis-address", "redis-trust", "redis-tls", "metrics-api-tls", "headers");

  static List<Path> values() throws IOException {
    try (var files = Files.list(Rendering.CHART.resolve("ci"))) {
      return files.sorted().toList();
    }
  }

  private static void holds(Path values, List<String> settings) {
    var rendering = Rendering.chart(values, settings);
    assertThat(rendering.objects()).isNotEmpty();
    assertThat(RulesTest.broken(rendering, EXTERNAL)).as("%s %s", values, settings).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("values")
  void helm_finds_no_fault_with_it(Path values) {
    assertThat(
            Tool.HELM.output(
                List.of(
                    "lint", "--strict", Rendering.CHART.toString(), "--values", values.toString())))
        .contains("0 chart(s) failed");
  }

  @ParameterizedTest
  @MethodSource("values")
  void what_is_rendered_of_each_example_holds(Path values) {
    holds(values, List.of());
  }

  static Stream<List<String>> settings() {
    var modes = List.of("external-metrics", "keda-external", "keda-redis", "none");
    var more =
        List.of(
            "redis.passwordSecret.name=redis-auth",
            "serve.enabled=false autoscaling.keda.scalerAddress=serve.other.svc:9123",
            "serve.enabled=false autoscaling.keda.scalerAddress=serve.other.svc:9123"
                + " autoscaling.keda.scalerCaSecret.name=metrics-api-tls",
            "serve.podDeletionCost=true networkPolicy.egress.enabled=true",
            "serve.keda.tls=false networkPolicy.enabled=false",
            "serve.externalMetrics.certificates.mode=cert-manager",
            "serve.externalMetrics.certificates.mode=cert-manager"
                + " serve.externalMetrics.certificates.issuerRef.name=company"
                + " serve.externalMetrics.certificates.issuerRef.kind=ClusterIssuer",
            "serve.externalMetrics.certificates.mode=secret"
                + " serve.externalMetrics.certificates.secretName=metrics-api-tls"
                + " serve.externalMetrics.certificates.caBundle=PEM",
            "monitoring.serviceMonitor.enabled=true monitoring.podMonitor.enabled=true"
                + " monitoring.prometheusRule.enabled=true monitoring.dashboard.enabled=true",
            "fullnameOverride=a-name-that-is-much-longer-than-anybody-should-ever-choose",
            "worker.podDisruptionBudget.maxUnavailable=2 worker.concurrency=8"
                + " worker.handler.headersSecret.name=headers",
            "autoscaling.policy.objective=2m autoscaling.policy.drain=1m"
                + " autoscaling.policy.utilisation=0.8 autoscaling.policy.rate=50"
                + " test.enabled=false",
            "redis.username=worker redis.trustStoreSecret.name=redis-trust"
                + " redis.trustStoreSecret.password=changeit",
            "redis.url=rediss://redis.default.svc:6379 redis.tlsSecret.name=redis-tls");
    return modes.stream()
        .flatMap(
            mode ->
                more.stream()
                    .map(
                        words ->
                            Stream.concat(
                                    Stream.of("autoscaling.mode=" + mode),
                                    Arrays.stream(words.split(" ")))
                                .toList()));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void what_is_rendered_of_each_mode_holds(List<String> settings) {
    holds(SIDECAR, settings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          redis.url=                                  | redis.url (or redis.urlSecret.name) is missing
          redis.url=redis://u:secret@h                | redis.url holds a password
          redis.tlsSecret.name=t                      | does not begin with rediss://
          redis.url=rediss://h,redis.tlsSecret.name=t,redis.tlsSecret.key= | need each other
          redis.url=http://h                          | at '/redis/url'
          redis.urlSecret.name=a                      | which Redis is meant
          worker.stream=                              | worker.stream is missing
          worker.stream=a\\,b                         | would take it for several streams
          worker.group=                               | worker.group is missing
          worker.terminationGracePeriodSeconds=29     | Set it to 30 or more
          worker.drainTimeoutSeconds=60               | Kubernetes would kill the worker in the middle
          worker.handler.type=exec                    | which only http can call
          worker.handler.container.startupProbe=null  | the worker calls before your container listens
          worker.handler.container.resources=null     | worker.handler.container.resources is missing
          worker.handler.image.repository=a           | needs a tag or a digest
          image.tag=latest                            | name a version or a digest
          autoscaling.mode=hpa                        | at '/autoscaling/mode'
          autoscaling.minReplicas=0                   | nobody would wake the first worker
          autoscaling.maxReplicas=1                   | is below autoscaling.minReplicas (2)
          worker.stream=::                            | of which nothing is left in a label
          serve.externalMetrics.certificates.mode=secret | certificates.secretName is missing
          autoscaling.mod=none                        | 'mod' not allowed
          worker.resorces.limits.cpu=1                | 'resorces' not allowed
          worker.metricsPort=80                       | at '/worker/metricsPort'
          autoscaling.behavior.scaleDown.stabilizationWindow=0 | 'stabilizationWindow' not allowed
          autoscaling.behavior.scaleDown.selectPolicy=max | at '/autoscaling/behavior/scaleDown/selectPolicy'
          """)
  void what_would_fail_later_is_refused_and_says_why(String setting, String reason) {
    var outcome = Tool.HELM.run(Rendering.template(SIDECAR, List.of(setting)));

    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.errors()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          autoscaling.mode=keda-redis autoscaling.minReplicas=0        | does not see a backlog
          autoscaling.mode=keda-external serve.enabled=false           | autoscaling.keda.scalerAddress
          autoscaling.mode=keda-redis redis.url= redis.urlSecret.name=a | autoscaling.keda.redisAddress
          autoscaling.mode=none serve.enabled=false serve.podDeletionCost=true | needs serve.enabled
          serve.externalMetrics.certificates.mode=secret serve.externalMetrics.certificates.secretName=a | caBundle is missing
          """)
  void what_does_not_go_together_is_refused_and_says_why(String settings, String reason) {
    var outcome = Tool.HELM.run(Rendering.template(SIDECAR, List.of(settings.split(" "))));

    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.errors()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "objective=1ms",
    "objective=999ms",
    "objective=0.9s",
    "objective=1d1s",
    "objective=25h",
    "objective=0s",
    "drain=499ms",
    "drain=0m",
    "drain=1d0.1s",
    "utilisation=0",
    "utilisation=0.0",
    "utilisation=1.01",
    "utilisation=-0.5",
    "rate=0",
    "rate=0.0",
    "rate=-1",
    "rate=1000001"
  })
  void a_policy_that_serve_would_refuse_is_not_installed(String part) {
    var outcome = Tool.HELM.run(Rendering.template(SIDECAR, List.of("autoscaling.policy." + part)));

    assertThatThrownBy(() -> GroupPolicy.parse(part)).isInstanceOf(CommandFailure.class);
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.errors())
        .containsPattern("autoscaling[./]policy[./]" + part.substring(0, part.indexOf('=')));
  }

  @ParameterizedTest
  @CsvSource({
    "objective=1s",
    "objective=1000ms",
    "objective=1d",
    "objective=23h59m60s",
    "drain=0.5s",
    "drain=1d",
    "utilisation=1",
    "utilisation=0.01",
    "rate=0.001",
    "rate=1000000"
  })
  void a_policy_at_the_edge_of_what_serve_takes_is_handed_to_it(String part) {
    var rendering = Rendering.chart(SIDECAR, List.of("autoscaling.policy." + part));

    var serve = rendering.the("Deployment", "shop-millhand-serve").commands().getFirst();
    var args = KubernetesObject.args(serve);
    assertThat(GroupPolicy.parse(args.get(args.indexOf("--scale") + 1)).policy())
        .isEqualTo(GroupPolicy.parse("min=2,max=20," + part).policy());
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec", "pipe"})
  void a_handler_that_is_a_command_must_say_which(String type) {
    var outcome =
        Tool.HELM.run(
            Rendering.template(
                SIDECAR, List.of("worker.handler.container=null", "worker.handler.type=" + type)));

    assertThat(outcome.errors()).contains("worker.handler.command is missing");
  }

  @Test
  void a_pipe_is_given_more_time_to_leave() {
    var outcome =
        Tool.HELM.run(
            Rendering.template(
                Rendering.CHART.resolve("ci/pipe-keda-redis-values.yaml"),
                List.of("worker.terminationGracePeriodSeconds=119")));

    assertThat(outcome.errors()).contains("Set it to 120 or more");
  }

  @Test
  void it_can_be_packaged(@TempDir Path folder) {
    Tool.HELM.output(
        List.of("package", Rendering.CHART.toString(), "--destination", folder.toString()));

    assertThat(folder).isDirectoryContaining("glob:**/millhand-*.tgz");
  }

  @Test
  void the_handlers_container_starts_before_the_worker_and_stops_after_it() {
    var pod = Rendering.chart(SIDECAR, List.of()).the("Deployment", "shop-millhand").podSpec();

    var sidecar = pod.path("initContainers").path(0);
    assertThat(sidecar.path("name").asString()).isEqualTo("handler");
    assertThat(sidecar.path("restartPolicy").asString()).isEqualTo("Always");
  }

  @Test
  void the_autoscaler_asks_for_what_serve_is_told_to_decide() {
    var rendering =
        Rendering.chart(SIDECAR, List.of("autoscaling.minReplicas=3", "autoscaling.maxReplicas=7"));

    var spec = rendering.the("HorizontalPodAutoscaler", "shop-millhand").spec();
    var external = spec.path("metrics").path(0).path("external");
    assertThat(spec.path("minReplicas").asInt()).isEqualTo(3);
    assertThat(external.path("metric").path("name").asString())
        .isEqualTo("millhand-required-workers");
    assertThat(external.path("target").path("averageValue").asString()).isEqualTo("1");
    assertThat(
            KubernetesObject.strings(external.path("metric").path("selector").path("matchLabels")))
        .containsOnlyKeys("stream", "group")
        .containsEntry("stream", "orders")
        .containsEntry("group", "processing");
    var serve = rendering.the("Deployment", "shop-millhand-serve").commands().getFirst();
    assertThat(KubernetesObject.args(serve))
        .containsSequence("--scale", "stream=orders,group=processing,min=3,max=7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders:eu",
        "a,b",
        "a*b?c",
        "[x-z]",
        "back\\slash",
        "a\\,b",
        "ends in \\",
        "two\\\\",
        "k=v,max=9",
        "$(HOME)",
        "\u00fcber-\ud83d\ude80-orders",
        "{0}.orders-of-a-name-that-is-much-longer-than-any-label-may-ever-be-.-.-.-and-on"
      })
  void a_name_means_itself_whatever_it_is_made_of(String name, @TempDir Path folder)
      throws IOException {
    var named = Files.readString(SIDECAR).replace("stream: orders", "stream: " + quoted(name));
    var values = Files.writeString(folder.resolve("values.yaml"), named);

    // the only handler that can read a stream with a comma in its name
    var rendering =
        Rendering.chart(
            values,
            List.of(
                "worker.handler.type=image",
                "worker.handler.container=null",
                "worker.handler.image.repository=example.org/order-processor",
                "worker.handler.image.tag=v1"));

    assertThat(RulesTest.broken(rendering, EXTERNAL)).isEmpty();
    var serve = rendering.the("Deployment", "shop-millhand-serve").commands().getFirst();
    var args = KubernetesObject.args(serve);
    // as Kubernetes hands it on
    var scale = args.get(args.indexOf("--scale") + 1).replace("$$(", "$(");
    var policy = GroupPolicy.parse(scale);
    assertThat(policy.stream().matches(name)).as(scale).isTrue();
    assertThat(Stream.of(name + "x", "x" + name, "orders", "abbbc", "y"))
        .noneMatch(policy.stream()::matches);
    assertThat(policy.group().text()).isEqualTo("processing");
    assertThat(policy.policy()).isEqualTo(ScalingPolicy.DEFAULT.between(2, 20));
    var external =
        rendering.the("HorizontalPodAutoscaler", "shop-millhand").spec().path("metrics").path(0);
    assertThat(
            external
                .path("external")
                .path("metric")
                .path("selector")
                .path("matchLabels")
                .path("stream")
                .asString())
        .isEqualTo(LabelOf.name(name));
  }

  private static String quoted(String name) {
    return new JsonMapper().writeValueAsString(name);
  }

  @ParameterizedTest
  @CsvSource({"keda-external,0", "keda-redis,300"})
  void nobody_waits_twice_and_who_asks_redis_itself_waits_at_all(String mode, int seconds) {
    var scaled =
        Rendering.chart(SIDECAR, List.of("autoscaling.mode=" + mode))
            .the("ScaledObject", "shop-millhand");

    var behavior =
        scaled.spec().path("advanced").path("horizontalPodAutoscalerConfig").path("behavior");
    assertThat(behavior.path("scaleUp").path("stabilizationWindowSeconds").asInt(-1)).isZero();
    var down = behavior.path("scaleDown");
    assertThat(down.path("stabilizationWindowSeconds").asInt(-1)).isEqualTo(seconds);
    assertThat(down.path("policies").size()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "serve.enabled=true, shop-millhand-serve-tls",
    "serve.keda.tls=false, ''",
    "serve.enabled=false, ''",
    "serve.enabled=false autoscaling.keda.scalerCaSecret.name=headers, headers"
  })
  void keda_knows_the_authority_of_the_serve_it_asks(String settings, String secret) {
    var all =
        Stream.concat(
            Stream.of(
                "autoscaling.mode=keda-external",
                "autoscaling.keda.scalerAddress=serve.other.svc:1"),
            Arrays.stream(settings.split(" ")));
    var rendering = Rendering.chart(SIDECAR, all.toList());

    var trigger = rendering.the("ScaledObject", "shop-millhand").spec().path("triggers").path(0);
    assertThat(trigger.path("metadata").path("enableTLS").asString(""))
        .isEqualTo(secret.isEmpty() ? "" : "true");
    assertThat(rendering.ofKind("TriggerAuthentication").map(KubernetesObject::spec))
        .allSatisfy(
            spec ->
                assertThat(spec.path("secretTargetRef").path(0).path("name").asString())
                    .isEqualTo(secret))
        .hasSize(secret.isEmpty() ? 0 : 1);
  }

  @Test
  void whose_serve_is_elsewhere_is_told_what_to_tell_it() {
    assertThat(notes("serve.enabled=false"))
        .contains("\"stream=orders,group=processing,min=2,max=20\"");
  }

  @Test
  void the_notes_speak_of_a_serve_where_there_is_one() {
    assertThat(notes("autoscaling.mode=none")).contains("Whether Redis and serve answer:");
    assertThat(notes("autoscaling.mode=none", "serve.enabled=false"))
        .contains("Whether Redis answers:")
        .doesNotContainPattern("\\bserve\\b");
  }

  /** What is told after an installation. */
  private static String notes(String... settings) {
    var text =
        Tool.HELM.output(
            Stream.concat(
                    Rendering.template(SIDECAR, List.of(settings)).stream()
                        .map(word -> word.equals("template") ? "install" : word),
                    Stream.of("--dry-run=client"))
                .toList());
    return text.substring(text.indexOf("\nNOTES:"));
  }

  @Test
  void the_handlers_container_may_write_where_it_asks_to(@TempDir Path folder) throws IOException {
    var more =
        """
            container:
              securityContext: {readOnlyRootFilesystem: false}
              volumeMounts: [{name: tmp, mountPath: /tmp}]
        """;
    var values =
        Files.writeString(
            folder.resolve("values.yaml"),
            Files.readString(SIDECAR).replace("    container:\n", more));

    var pod = Rendering.chart(values, List.of()).the("Deployment", "shop-millhand").podSpec();

    var sidecar = pod.path("initContainers").path(0);
    assertThat(sidecar.path("securityContext").path("readOnlyRootFilesystem").asBoolean(true))
        .isFalse();
    assertThat(sidecar.path("securityContext").path("allowPrivilegeEscalation").asBoolean(true))
        .isFalse();
    var volume = sidecar.path("volumeMounts").path(0).path("name").asString();
    assertThat(pod.path("volumes").valueStream())
        .anyMatch(each -> each.path("name").asString().equals(volume));
  }

  @Test
  void nothing_of_a_value_is_taken_for_a_variable() {
    var rendering = Rendering.chart(Rendering.CHART.resolve("ci/exec-keda-values.yaml"), List.of());

    var worker = rendering.the("Deployment", "shop-millhand").commands().getFirst();
    assertThat(KubernetesObject.args(worker)).contains("echo \"$FIELD_ORDER_ID\" \"$$(date)\"");
  }

  @Test
  void a_password_stands_nowhere() {
    var text =
        Tool.HELM.output(
            Rendering.template(
                SIDECAR, List.of("redis.passwordSecret.name=redis-auth", "redis.username=worker")));

    assertThat(text).contains("secretName: \"redis-auth\"").doesNotContain("REDIS_PASSWORD\n");
  }

  @Test
  void certificates_for_redis_are_mounted_as_files_that_are_named_in_the_environment() {
    var text =
        Tool.HELM.output(
            Rendering.template(
                SIDECAR,
                List.of("redis.url=rediss://redis:6379", "redis.tlsSecret.name=redis-tls")));
    var trustAlone =
        Tool.HELM.output(
            Rendering.template(
                SIDECAR,
                List.of(
                    "redis.url=rediss://redis:6379",
                    "redis.tlsSecret.name=redis-tls",
                    "redis.tlsSecret.certificate=",
                    "redis.tlsSecret.key=")));

    assertThat(text)
        .contains("secretName: \"redis-tls\"", "mountPath: /etc/millhand/redis-tls")
        .contains("REDIS_TLS_CA_FILE", "REDIS_TLS_CERT_FILE", "REDIS_TLS_KEY_FILE");
    assertThat(trustAlone).contains("REDIS_TLS_CA_FILE").doesNotContain("REDIS_TLS_CERT_FILE");
  }
}
