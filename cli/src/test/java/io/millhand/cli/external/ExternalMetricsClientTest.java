// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.millhand.cli.autoscale.Sample;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.tls.Authority;
import io.millhand.cli.tls.ServerTls;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asked by a Kubernetes client that is not ours, through what kube-apiserver does. */
class ExternalMetricsClientTest {

  @TempDir private Path folder;
  private final Signals signals = new Signals(Duration.ofMinutes(5));
  private ExternalMetricsFront front;
  private ControlPlane plane;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    var servers = Authority.named("servers");
    var proxies = Authority.named("front-proxy-ca");
    servers.server().write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    var clientCa = Files.writeString(folder.resolve("ca.crt"), proxies.pem());
    front =
        ExternalMetricsFront.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ServerTls.askingForCertificates(
                ServerTls.keys(folder.resolve("tls.crt"), folder.resolve("tls.key"))),
            new ProxyFile(clientCa, Set.of("front-proxy-client")),
            signals);
    plane =
        new ControlPlane(proxies.client("front-proxy-client").trusting(servers), front.address());
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                    .withMasterUrl(plane.url())
                    .withCaCertData(plane.authorityPem())
                    .withOauthToken(ControlPlane.TOKEN)
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    signals.publish(List.of(Sample.of("orders", "processing"), Sample.of("mail", "sending")));
  }

  @AfterEach
  void stop() {
    client.close();
    plane.close();
    front.close();
  }

  private List<GenericKubernetesResource> values(String metric, Map<String, String> labels) {
    var context =
        new ResourceDefinitionContext.Builder()
            .withGroup("external.metrics.k8s.io")
            .withVersion("v1beta1")
            .withKind("ExternalMetricValue")
            .withPlural(metric)
            .withNamespaced(true)
            .build();
    return client
        .genericKubernetesResources(context)
        .inNamespace("streams")
        .withLabels(labels)
        .list()
        .getItems();
  }

  @ParameterizedTest
  @CsvSource({
    "millhand-required-workers,4",
    "millhand-lag,120",
    "millhand-oldest-age-seconds,7.251",
    "millhand-utilisation,0.85",
    "redis_stream_pending_messages,17"
  })
  void each_value_is_read_as_the_number_that_it_is(String metric, BigDecimal expected) {
    var values = values(metric, Map.of("stream", "orders", "group", "processing"));

    assertThat(values).hasSize(1);
    var properties = values.getFirst().getAdditionalProperties();
    assertThat(properties).containsEntry("metricName", metric);
    assertThat(properties.get("metricLabels"))
        .isEqualTo(Map.of("stream", "orders", "group", "processing"));
    var quantity = Quantity.parse(properties.get("value").toString());
    assertThat(quantity.getNumericalAmount()).isEqualByComparingTo(expected);
  }

  @Test
  void selectors_of_the_client_are_understood() {
    var context =
        new ResourceDefinitionContext.Builder()
            .withGroup("external.metrics.k8s.io")
            .withVersion("v1beta1")
            .withKind("ExternalMetricValue")
            .withPlural("millhand-lag")
            .withNamespaced(true)
            .build();
    var all = client.genericKubernetesResources(context).inNamespace("streams");

    assertThat(all.list().getItems()).hasSize(2);
    assertThat(all.withLabelIn("stream", "orders", "x").list().getItems()).hasSize(1);
    assertThat(all.withLabelNotIn("stream", "x", "y").list().getItems()).hasSize(2);
    assertThat(all.withoutLabel("stream", "orders").list().getItems()).hasSize(1);
    assertThat(all.withLabel("group").withoutLabel("other").list().getItems()).hasSize(2);
  }

  @Test
  void discovery_is_understood() {
    assertThat(client.getApiGroups().getGroups())
        .singleElement()
        .satisfies(
            group -> assertThat(group.getPreferredVersion().getVersion()).isEqualTo("v1beta1"));
    assertThat(client.getApiGroup("external.metrics.k8s.io").getName())
        .isEqualTo("external.metrics.k8s.io");
    assertThat(client.getApiResources("external.metrics.k8s.io/v1beta1").getResources())
        .extracting("name")
        .contains("millhand-required-workers", "millhand-lag");
    assertThat(client.getKubernetesVersion().getGitVersion()).isNotBlank();
  }

  @Test
  void refusals_are_understood() {
    assertThatThrownBy(() -> values("millhand-lag", Map.of("stream", "nothing")))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(404);
              assertThat(e.getStatus().getReason()).isEqualTo("NotFound");
              assertThat(e.getStatus().getMessage()).contains("stream=orders");
            });
    signals.fail("Redis is away");
    assertThatThrownBy(() -> values("millhand-lag", Map.of()))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(503);
              assertThat(e.getStatus().getReason()).isEqualTo("ServiceUnavailable");
              assertThat(e.getStatus().getMessage()).contains("Redis is away");
            });
  }
}
