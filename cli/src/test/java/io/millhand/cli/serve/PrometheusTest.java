// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.Installed;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real Prometheus (Debian: prometheus), which asks for OpenMetrics. */
@WithRedis
class PrometheusTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void prometheus_reads_it_and_forgets_what_is_withdrawn(EmbeddedRedis redis, @TempDir Path folder)
      throws Exception {
    var program = Installed.orSkip("prometheus");
    redis.command("XADD", "orders \"1\"", "1-0", "a", "b");
    redis.command("XGROUP", "CREATE", "orders \"1\"", "g", "0");
    var port = freePort();
    try (var site = Site.of(redis.url(), Site.sets(10, OtherNames.values()))) {
      Files.writeString(
          folder.resolve("prometheus.yml"),
          """
          scrape_configs:
            - job_name: millhand
              scrape_interval: 500ms
              scrape_timeout: 500ms
              static_configs: [{targets: ['127.0.0.1:%d']}]
          """
              .formatted(site.port()));
      try (var prometheus =
              ChildProcess.command(
                      program,
                      "--config.file=prometheus.yml",
                      "--storage.tsdb.path=data",
                      "--web.listen-address=127.0.0.1:" + port)
                  .directory(folder)
                  .start();
          var client = HttpClient.newHttpClient()) {
        assertThat(prometheus.isAlive()).isTrue();
        var lag = "millhand_group_lag_entries{stream=\"orders \\\"1\\\"\"} == 1";
        await().atMost(SOON).until(() -> query(client, port, lag).contains("\"group\":\"g\""));

        redis.kill();
        await()
            .atMost(SOON)
            .until(() -> query(client, port, "millhand_up == 0").contains("millhand_up"));
        assertThat(query(client, port, "millhand_group_lag_entries")).contains("\"result\":[]");
      }
    }
  }

  private static String query(HttpClient client, int port, String expression)
      throws InterruptedException {
    var query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    var uri = URI.create("http://127.0.0.1:%d/api/v1/query?query=%s".formatted(port, query));
    try {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return ""; // it does not listen yet
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
