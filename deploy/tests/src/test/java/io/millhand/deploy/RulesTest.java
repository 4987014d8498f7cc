// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules themselves: a rendering that is spoilt in one place is found out. */
class RulesTest {

  private static String good = "";

  @BeforeAll
  static void render() {
    good =
        Tool.HELM.output(
            Rendering.template(
                Rendering.CHART.resolve("ci/http-sidecar-values.yaml"),
                List.of(
                    "redis.passwordSecret.name=redis-auth",
                    "monitoring.serviceMonitor.enabled=true",
                    "monitoring.podMonitor.enabled=true",
                    "monitoring.prometheusRule.enabled=true")));
  }

  /** All that is wrong with it. */
  static List<String> broken(Rendering rendering, Set<String> external) {
    return Stream.of(
            rendering.objects().stream().flatMap(object -> Schemas.problems(object).stream()),
            rendering.withPods().flatMap(owner -> PodRules.broken(owner).stream()),
            References.broken(rendering, external).stream())
        .flatMap(found -> found)
        .toList();
  }

  @Test
  void what_is_right_breaks_none() {
    assertThat(broken(Rendering.of(good), Set.of("redis-auth"))).isEmpty();
  }

  @Test
  void a_secret_that_nobody_makes_is_found() {
    assertThat(broken(Rendering.of(good), Set.of()))
        .anyMatch(problem -> problem.contains("there is no Secret \"redis-auth\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          runAsNonRoot: true                    | runAsNonRoot: false               | may run as root
          type: RuntimeDefault                  | type: Unconfined                  | no seccomp profile
          readOnlyRootFilesystem: true          | readOnlyRootFilesystem: false     | may write to /
          automountServiceAccountToken: true    | automountServiceAccountToken: false | asks Kubernetes
          terminationGracePeriodSeconds: 40     | terminationGracePeriodSeconds: 29 | killed before it has drained
          millhand:0.1.0-SNAPSHOT               | millhand:latest                   | without a version
          path: /healthz                        | path: /readyz                     | restarts it when Redis is away
          -XX:MaxRAMPercentage=60               | -Xmx1g                            | Java's memory
          sizeLimit: "64Mi"                     | medium: ""                        | may fill a node
          --metrics-bind                        | --metrics-bnd                     | --metrics-bnd
          group=processing,min=2,max=20         | group=processing,min=2,max=1      | max must be 1 or more
          minReadySeconds: 0                    | replicas: 3                       | has replicas and an autoscaler
          maxUnavailable: 0                     | maxUnavailable: 1                 | loses pods in a rollout
          targetPort: metrics-api               | targetPort: metrics               | no pod has a port metrics
          caBundle:                             | insecureSkipTLSVerify: true #     | trusts anybody
          minReplicas: 2                        | minReplicaCount: 2                | minReplicaCount
          stabilizationWindowSeconds: 0         | stabilizationWindowSeconds: "0"   | stabilizationWindowSeconds
          value: "redis://redis.default.svc:6379" | value: 6379                     | String
          interval: 15s                         | interval: 15 seconds              | interval
          for: 2m                               | for: 2 minutes                    | for
          kind: PodMonitor                      | kind: PodMonitors                 | nobody knows
          """)
  void what_is_spoilt_is_found(String right, String wrong, String finding) {
    assertThat(good).contains(right);

    assertThat(broken(Rendering.of(good.replace(right, wrong)), Set.of("redis-auth")))
        .anyMatch(problem -> problem.contains(finding));
  }
}
