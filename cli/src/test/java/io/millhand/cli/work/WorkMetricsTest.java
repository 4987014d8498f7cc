// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.Installed;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WithRedis
class WorkMetricsTest {

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
  }

  private static ChildProcess.Builder builder(EmbeddedRedis redis, String... args) {
    return WorkProcess.builder(redis, args).args("--print", "--metrics-port", "0");
  }

  private static String address(ChildProcess process) {
    return process
        .awaitErrorLine(line -> line.contains("metrics and probes on http://"), WorkProcess.SOON)
        .replaceFirst(".*(http://[0-9.:]+).*", "$1");
  }

  private HttpResponse<String> get(String url, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private void awaitStatus(String url, int status) {
    await().atMost(WorkProcess.SOON).until(() -> get(url).statusCode() == status);
  }

  @Test
  void a_worker_tells_prometheus_what_it_does(EmbeddedRedis redis, @TempDir Path folder)
      throws Exception {
    redis.command("XADD", "orders", "*", "n", "1");
    redis.command("XADD", "orders", "*", "n", "2");
    try (var process = builder(redis).start()) {
      var url = address(process) + "/metrics";
      var done =
          "millhand_worker_handler_seconds_count{group=\"g\",outcome=\"acked\",stream=\"orders\"} 2";
      await().atMost(WorkProcess.SOON).until(() -> get(url).body().contains(done));

      var answer = get(url);
      assertThat(answer.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
      assertThat(answer.body())
          .contains(
              "# HELP millhand_worker_queue_seconds How long entries waited here",
              "# TYPE millhand_worker_end_to_end_seconds histogram",
              "millhand_worker_end_to_end_seconds_bucket{group=\"g\",outcome=\"acked\",stream=\"orders\",le=\"3600.0\"} 2",
              "millhand_worker_read_entries_sum{group=\"g\",origin=\"new\",stream=\"orders\"} 2.0",
              "millhand_worker_permits{group=\"g\",stream=\"orders\"} 1024.0",
              "millhand_worker_workers{group=\"g\",state=\"running\",stream=\"orders\"} 1.0",
              "millhand_worker_dead_letters_total{group=\"g\",reason=\"attempts\",stream=\"orders\"} 0.0");
      checkWithPromtool(answer.body(), folder);
    }
  }

  private static void checkWithPromtool(String metrics, Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("metrics.txt"), metrics);
    var promtool =
        new ProcessBuilder(Installed.orSkip("promtool"), "check", "metrics")
            .redirectInput(file.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said.txt").toFile())
            .start();
    assertThat(promtool.waitFor()).as(Files.readString(folder.resolve("said.txt"))).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/openmetrics-text; version=1.0.0",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
            + "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"
      })
  void who_asks_for_openmetrics_gets_it_and_nobody_gets_protobuf(String accept, EmbeddedRedis redis)
      throws Exception {
    try (var process = builder(redis).start()) {
      var answer = get(address(process) + "/metrics", "Accept", accept);
      assertThat(answer.headers().firstValue("Content-Type"))
          .hasValueSatisfying(
              type -> assertThat(type).startsWith("application/openmetrics-text; version=1.0.0"));
      assertThat(answer.body()).endsWith("# EOF\n");
    }
  }

  @Test
  void it_lives_but_is_not_ready_before_redis_is_there_and_while_it_is_away(EmbeddedRedis redis)
      throws Exception {
    redis.kill();
    try (var process = builder(redis, "--heartbeat-every", "100ms", "--lease", "2s").start()) {
      var url = address(process);
      assertThat(get(url + "/healthz").body()).isEqualTo("ok\n");
      var starting = get(url + "/readyz");
      assertThat(starting.statusCode()).isEqualTo(503);
      assertThat(starting.body()).isEqualTo("starting: 0 of 1 workers have started\n");

      redis.restart();
      awaitStatus(url + "/readyz", 200);
      redis.kill();
      awaitStatus(url + "/readyz", 503);
      assertThat(get(url + "/readyz").body()).startsWith("orders/g ");
      assertThat(get(url + "/healthz").statusCode()).isEqualTo(200);
      redis.restart();
      awaitStatus(url + "/readyz", 200);
    }
  }

  @Test
  void it_is_not_ready_while_it_drains(EmbeddedRedis redis) throws Exception {
    redis.command("XADD", "orders", "*", "n", "1");
    try (var process =
        WorkProcess.builder(redis, "--exec", "echo begun; sleep 5", "--metrics-port", "0")
            .start()) {
      var url = address(process);
      process.awaitLine("begun"::equals, WorkProcess.SOON);
      awaitStatus(url + "/readyz", 200);
      process.signal("TERM");
      awaitStatus(url + "/readyz", 503);
      assertThat(get(url + "/readyz").body()).contains("DRAINING");
      assertThat(get(url + "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(url + "/metrics").body())
          .contains("millhand_worker_workers{group=\"g\",state=\"draining\",stream=\"orders\"} 1");
    }
  }

  @Test
  void hostile_names_are_shown_harmlessly(EmbeddedRedis redis) throws Exception {
    try (var process = builder(redis, "--stream", "a\u001b[31m\"b").start()) {
      var url = address(process);
      awaitStatus(url + "/readyz", 200);
      assertThat(get(url + "/metrics").body())
          .contains("stream=\"a\\\\x1b[31m\\\"b\"")
          .doesNotContain("\u001b");
      assertThat(get(url + "/nothing").body())
          .isEqualTo("nothing there: /metrics, /healthz, /readyz\n");
    }
  }

  @Test
  void a_port_that_cannot_be_had_ends_it_before_it_works(EmbeddedRedis redis) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var process =
            WorkProcess.builder(redis, "--print", "--metrics-port", "" + taken.getLocalPort())
                .start()) {
      assertThat(process.awaitExit(WorkProcess.SOON)).isEqualTo(1);
      assertThat(process.errorLines())
          .last()
          .asString()
          .contains("cannot listen on 127.0.0.1:", "--metrics-bind", "--metrics-port");
    }
    try (var process = WorkProcess.builder(redis, "--print", "--metrics-port", "70000").start()) {
      assertThat(process.awaitExit(WorkProcess.SOON)).isEqualTo(2);
    }
    assertThat(redis.command("EXISTS", "orders")).isEqualTo(0L);
  }

  @Test
  void without_the_option_nothing_of_it_is_loaded(EmbeddedRedis redis) {
    try (var process =
        WorkProcess.builder(redis, "--print")
            .options("-Xlog:class+load:file=/dev/stdout")
            .start()) {
      process.awaitErrorLine(line -> line.endsWith(": started"), WorkProcess.SOON);
      process.signal("TERM");
      assertThat(process.awaitExit(Duration.ofSeconds(30))).isZero();
      assertThat(process.lines()).noneMatch(line -> line.contains("io.micrometer."));
      assertThat(process.lines()).anyMatch(line -> line.contains("io.millhand.Worker "));
    }
  }
}
