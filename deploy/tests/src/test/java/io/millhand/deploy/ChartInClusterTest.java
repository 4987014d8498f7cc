// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart makes of what it finds in a cluster. */
class ChartInClusterTest {

  private static final Path SIDECAR = Rendering.CHART.resolve("ci/http-sidecar-values.yaml");
  private static final String API = "v1beta1.external.metrics.k8s.io";
  private static final String SECRET = "shop-millhand-serve-tls";

  @TempDir private Path folder;
  private FakeCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private Tool.Outcome render(String... settings) throws Exception {
    var args = new ArrayList<>(Rendering.template(SIDECAR, List.of(settings)));
    args.addAll(List.of("--dry-run=server", "--disable-openapi-validation"));
    return Tool.HELM.run(args, cluster.environment(folder));
  }

  private Rendering rendered(String... settings) throws Exception {
    var outcome = render(settings);
    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    return Rendering.of(outcome.output());
  }

  private static String data(Rendering rendering, String key) {
    return rendering.the("Secret", SECRET).json().path("data").path(key).asString();
  }

  private static X509Certificate certificate(String base64) throws Exception {
    var pem = new String(Base64.getDecoder().decode(base64), UTF_8);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(UTF_8)));
  }

  @Test
  void an_api_that_belongs_to_somebody_else_is_left_alone() throws Exception {
    cluster.holdsTheApiOf("keda", "keda-operator-metrics-apiserver");

    var outcome = render();

    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.output()).isEmpty();
    assertThat(outcome.errors())
        .contains("belongs to the service keda/keda-operator-metrics-apiserver")
        .contains("nothing was changed")
        .contains("keda-external");
  }

  @Test
  void an_api_of_another_release_is_left_alone_and_may_be_used() throws Exception {
    cluster.holdsTheApiOf("other", "mail-millhand-metrics-api");

    assertThat(render().errors()).contains("other/mail-millhand-metrics-api");
    var rendering = rendered("serve.enabled=false");
    assertThat(rendering.ofKind("APIService")).isEmpty();
    assertThat(rendering.ofKind("HorizontalPodAutoscaler")).hasSize(1);
  }

  @Test
  void an_upgrade_keeps_its_own_api() throws Exception {
    cluster.holdsTheApiOf("store", "shop-millhand-metrics-api");

    assertThat(rendered().has("APIService", API)).isTrue();
  }

  @Test
  void no_other_mode_touches_the_api() throws Exception {
    cluster.holdsTheApiOf("keda", "keda-operator-metrics-apiserver");

    for (var mode : List.of("keda-external", "keda-redis", "none")) {
      assertThat(rendered("autoscaling.mode=" + mode).ofKind("APIService")).as(mode).isEmpty();
    }
  }

  @Test
  void the_certificate_is_for_the_service_and_of_the_authority_that_the_api_names()
      throws Exception {
    var rendering = rendered();

    var authority = rendering.the("APIService", API).spec().path("caBundle").asString();
    assertThat(authority).isEqualTo(data(rendering, "ca.crt"));
    var leaf = certificate(data(rendering, "tls.crt"));
    leaf.verify(certificate(authority).getPublicKey());
    assertThat(leaf.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .contains("shop-millhand-metrics-api.store.svc", "shop-millhand-serve.store.svc");
    assertThat(new String(Base64.getDecoder().decode(data(rendering, "tls.key")), UTF_8))
        .contains("PRIVATE KEY");
  }

  @Test
  void a_certificate_that_is_there_is_kept() throws Exception {
    var first = rendered();
    cluster.holdsOfRelease(
        "/api/v1/namespaces/store/secrets/" + SECRET, first.the("Secret", SECRET).json());

    var second = rendered();

    for (var key : List.of("ca.crt", "tls.crt", "tls.key")) {
      assertThat(data(second, key)).isEqualTo(data(first, key));
    }
    assertThat(second.the("APIService", API).spec().path("caBundle").asString())
        .isEqualTo(data(first, "ca.crt"));
  }

  @Test
  void a_new_certificate_is_made_where_none_is() throws Exception {
    assertThat(data(rendered(), "tls.crt")).isNotEqualTo(data(rendered(), "tls.crt"));
  }
}
