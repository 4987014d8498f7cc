// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.night;

import static org.awaitility.Awaitility.await;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What whoever is woken at night has: a Redis, {@code millhand serve}, a real Prometheus with our
 * rules, and the commands. Time runs faster: what the rules call a minute lasts {@value #MINUTE}
 * milliseconds here.
 */
final class ControlRoom implements AutoCloseable {

  /** However slow this machine is at the moment. */
  static final Duration SOON = Duration.ofSeconds(60);

  private static final int MINUTE = 400;
  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

  private final EmbeddedRedis redis;
  private final ChildProcess serve;
  private final ChildProcess prometheus;
  private final String served;
  private final URI api;
  private final HttpClient client = HttpClient.newHttpClient();

  private ControlRoom(
      EmbeddedRedis redis, ChildProcess serve, String served, Path folder, String prometheus)
      throws IOException {
    this.redis = redis;
    this.serve = serve;
    this.served = served;
    var port = freePort();
    this.api = URI.create("http://127.0.0.1:%d/api/v1/".formatted(port));
    this.prometheus =
        ChildProcess.command(
                prometheus,
                "--config.file=prometheus.yml",
                "--storage.tsdb.path=data",
                "--web.listen-address=127.0.0.1:" + port)
            .directory(folder)
            .start();
  }

  /** Over a server that it closes, with Prometheus' files in that folder. */
  static ControlRoom over(EmbeddedRedis redis, String prometheus, Path folder) throws IOException {
    var serve =
        ChildProcess.java(Main.class)
            .args("serve", "--port", "0", "--redis", redis.url())
            .args("--over", "1s", "--silent-after", "2s", "--scale", "max=9")
            .start();
    var line = serve.awaitErrorLine(it -> it.contains("listening on http://"), SOON);
    var served = line.replaceFirst(".*http://([0-9.:]+).*", "$1");
    Files.writeString(folder.resolve("rules.yml"), quickRules());
    Files.writeString(
        folder.resolve("prometheus.yml"),
        """
        global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}
        rule_files: [rules.yml]
        scrape_configs:
          - job_name: millhand
            static_configs: [{targets: ['%s']}]
        """
            .formatted(served));
    return new ControlRoom(redis, serve, served, folder, prometheus);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** The rules that we ship, but for their times. */
  private static String quickRules() throws IOException {
    var rules = Files.readString(Path.of("..", "deploy", "monitoring", "millhand.rules.yml"));
    var times =
        Pattern.compile("(?<=for: |\\[|offset )(\\d+)m\\b")
            .matcher(rules)
            .replaceAll(time -> Integer.parseInt(time.group(1)) * MINUTE + "ms");
    return Pattern.compile("(?<=_age_seconds\\) > |idle_seconds\\) > )(\\d+)")
        .matcher(times)
        .replaceAll(age -> Double.toString(Integer.parseInt(age.group(1)) / 60 * MINUTE / 1000.0));
  }

  EmbeddedRedis redis() {
    return redis;
  }

  /** What a command came to. */
  record Ran(int exitCode, List<String> lines, List<String> errorLines) {}

  /** A command on this Redis, as a process of its own, until it ends. */
  Ran run(String... words) {
    try (var process = start(words)) {
      var exitCode = process.awaitExit(SOON);
      return new Ran(exitCode, process.lines(), process.errorLines());
    }
  }

  /** The same, without waiting. */
  ChildProcess start(String... words) {
    var all = new ArrayList<>(Arrays.asList(words));
    all.addAll(List.of("--redis", redis.url()));
    return ChildProcess.java(Main.class)
        .args(all.toArray(String[]::new))
        .options("-XX:TieredStopAtLevel=1", "-Xshare:auto")
        .start();
  }

  /** A worker at work on the group "g" of that stream. */
  ChildProcess work(String stream, String... words) {
    var all = new ArrayList<>(List.of("work", "--stream", stream, "--group", "g"));
    all.addAll(Arrays.asList(words));
    var worker = start(all.toArray(String[]::new));
    worker.awaitErrorLine(line -> line.endsWith(": started"), SOON);
    return worker;
  }

  /** The one group of that stream, as {@code millhand groups} and {@code /api/v1} tell it. */
  JsonNode group(String stream) throws IOException, InterruptedException {
    var path = URI.create("http://%s/api/v1/streams/%s/groups".formatted(served, stream));
    var answer = client.send(HttpRequest.newBuilder(path).build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.body());
    }
    return JSON.readTree(answer.body()).get("groups").get(0);
  }

  /** Waits until the verdict on that stream's group is that one; answers why it is. */
  String awaitVerdict(String stream, String verdict) {
    return await(stream + " is " + verdict)
        .atMost(SOON)
        .until(() -> group(stream), group -> group.get("verdict").asString().equals(verdict))
        .get("reason")
        .asString();
  }

  /** Waits until that alert fires; for a stream, unless it is of none. */
  void awaitAlert(String alert, String stream) {
    await(alert + " fires for " + stream).atMost(SOON).until(() -> fires(alert, stream));
  }

  /** Waits until it does no more. */
  void awaitQuiet(String alert, String stream) {
    await(alert + " is quiet for " + stream).atMost(SOON).until(() -> !fires(alert, stream));
  }

  private boolean fires(String alert, String stream) throws InterruptedException {
    var labels = stream.isEmpty() ? "" : ",stream=\"%s\"".formatted(stream);
    return !query("ALERTS{alertname=\"%s\",alertstate=\"firing\"%s}".formatted(alert, labels))
        .isEmpty();
  }

  /** What Prometheus knows of that now: labels and value. */
  Map<Map<String, String>, Double> query(String expression) throws InterruptedException {
    var query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    var request = HttpRequest.newBuilder(api.resolve("query?query=" + query)).build();
    String body;
    try {
      body = client.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return Map.of(); // it does not listen yet
    }
    var answer = JSON.readTree(body);
    if (!answer.get("status").asString().equals("success")) {
      throw new AssertionError(body);
    }
    return StreamSupport.stream(answer.get("data").get("result").spliterator(), false)
        .collect(
            Collectors.toMap(
                series -> JSON.convertValue(series.get("metric"), LABELS),
                series -> Double.parseDouble(series.get("value").get(1).asString())));
  }

  @Override
  public void close() {
    client.close();
    prometheus.close();
    serve.close();
    redis.close();
  }
}
