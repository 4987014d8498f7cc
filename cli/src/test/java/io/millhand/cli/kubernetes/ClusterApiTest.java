// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.cli.tls.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterApiTest {

  private static final String PODS = "/api/v1/namespaces/streams/pods/worker-1";

  @TempDir private Path folder;
  private Cluster cluster;
  private ClusterApi api;

  @BeforeEach
  void start() throws IOException {
    cluster = Cluster.start(folder);
    cluster.put(PODS, "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"worker-1\"}}");
    api = new ClusterApi(cluster.account());
  }

  @AfterEach
  void stop() {
    api.close();
    cluster.close();
  }

  @Test
  void an_object_is_got() {
    assertThat(api.get(PODS).at("/metadata/name").asString()).isEqualTo("worker-1");
  }

  @Test
  void an_object_is_patched() {
    var patch = "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}";

    assertThat(api.patch(PODS, ClusterApi.MERGE_PATCH, patch).path("kind").asString())
        .isEqualTo("Pod");
    assertThat(cluster.asked())
        .containsExactly(new Cluster.Asked("PATCH", PODS, "application/merge-patch+json", patch));
  }

  @Test
  void a_token_that_was_changed_is_read_again() throws IOException {
    api.get(PODS);
    cluster.rotate("second");

    assertThat(api.get(PODS).path("kind").asString()).isEqualTo("Pod");
  }

  @Test
  void authorities_that_were_changed_are_read_again_and_the_former_count_no_more()
      throws IOException {
    api.get(PODS);
    var port = cluster.port();
    cluster.close();
    Files.writeString(folder.resolve("ca.crt"), Authority.named("kubernetes").pem());
    try (var next = Cluster.start(folder, port)) {
      next.put(PODS, "{\"kind\":\"Node\"}");
      assertThat(api.get(PODS).path("kind").asString()).isEqualTo("Node");

      Files.writeString(folder.resolve("ca.crt"), Authority.named("kubernetes").pem());
      assertThatThrownBy(() -> api.get(PODS))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("SSLHandshakeException");
    }
  }

  @Test
  void a_refusal_tells_what_was_asked_and_why_not() {
    assertThatThrownBy(() -> api.get("/api/v1/secrets"))
        .isInstanceOfSatisfying(ClusterException.class, e -> assertThat(e.status()).hasValue(403))
        .hasMessageContaining("GET /api/v1/secrets at https://127.0.0.1:" + cluster.port())
        .hasMessageContaining("403: /api/v1/secrets is \\x1b forbidden");
  }

  @Test
  void a_server_that_is_away_is_told() {
    cluster.close();

    assertThatThrownBy(() -> api.get(PODS))
        .isInstanceOfSatisfying(ClusterException.class, e -> assertThat(e.status()).isEmpty())
        .hasMessageContaining("ConnectException");
  }

  @Test
  void what_is_no_token_is_never_told() throws IOException {
    Files.writeString(folder.resolve("token"), "secret\nX: y");
    assertThatThrownBy(() -> api.get(PODS))
        .hasMessageContaining("no token")
        .hasMessageNotContaining("secret");

    Files.delete(folder.resolve("token"));
    assertThatThrownBy(() -> api.get(PODS)).hasMessageContaining("automountServiceAccountToken");
  }

  @Test
  void authorities_that_are_not_there_are_told() throws IOException {
    Files.delete(folder.resolve("ca.crt"));
    assertThatThrownBy(() -> api.get(PODS)).hasMessageContaining("automountServiceAccountToken");

    Files.writeString(folder.resolve("ca.crt"), "nothing");
    assertThatThrownBy(() -> api.get(PODS)).hasMessageContaining("BEGIN CERTIFICATE");
  }

  @Test
  void what_is_no_json_is_told() {
    cluster.put(PODS, "<html>");

    assertThatThrownBy(() -> api.get(PODS))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("no JSON");
  }

  @Test
  void a_pods_account_is_found_in_its_environment() {
    var here = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "6443");

    assertThat(PodAccount.of(here, folder))
        .hasValueSatisfying(
            account -> {
              assertThat(account.server()).hasToString("https://10.0.0.1:6443");
              assertThat(account.token()).isEqualTo(folder.resolve("token"));
            });
    assertThat(PodAccount.of(Map.of("KUBERNETES_SERVICE_HOST", "fd00::1"), folder))
        .hasValueSatisfying(
            account -> assertThat(account.server()).hasToString("https://[fd00::1]:443"));
    assertThat(PodAccount.of(Map.of(), folder)).isEmpty();
  }
}
