// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.millhand.cli.keda.proto.ExternalScalerGrpc;
import io.millhand.cli.keda.proto.ScaledObjectRef;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the image holds, put together as the Dockerfile does it, and run without a container: the
 * Java runtime of a few modules must do for every command.
 */
@WithRedis
class ImageTest {

  private static final Path FOLDER = Rendering.DEPLOY.resolve("image");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PORT = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)");

  private static final String EXTERNAL_METRICS = "/apis/external.metrics.k8s.io/v1beta1";

  @TempDir private static Path image;

  @BeforeAll
  static void assemble() {
    var jdk = Path.of(System.getProperty("java.home"));
    var jar = Rendering.DEPLOY.resolve("../cli/target/millhand-cli.jar");
    skipWithout(jar, "mvn package builds it");
    skipWithout(jdk.resolve("bin/jlink"), "a JDK has it");
    try (var script =
        ChildProcess.command(FOLDER.resolve("assemble").toString(), image.toString())
            .environment("JAVA_HOME", jdk.toString())
            .start()) {
      assertThat(script.awaitExit(PATIENCE)).as("%s", script.errorLines()).isZero();
    }
  }

  private static void skipWithout(Path file, String why) {
    if (!Files.exists(file)) {
      var text = "SKIPPED: there is no %s; %s".formatted(file.normalize(), why);
      System.err.println(text);
      Assumptions.abort(text);
    }
  }

  private static ChildProcess millhand(EmbeddedRedis redis, String... args) {
    return ChildProcess.command(image.resolve("runtime/bin/java").toString())
        .options("-jar", image.resolve("millhand-cli.jar").toString())
        .args(args)
        .environment("REDIS_URL", redis.url())
        .start();
  }

  private static int status(String line, String path) throws Exception {
    var port = PORT.matcher(line);
    assertThat(port.find()).as(line).isTrue();
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:%s%s".formatted(port.group(1), path));
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void a_worker_runs_in_it_is_asked_over_http_and_drains_at_sigterm(EmbeddedRedis redis)
      throws Exception {
    redis.command("XADD", "orders", "*", "order_id", "123");
    try (var worker =
        millhand(
            redis,
            "work",
            "--stream",
            "orders",
            "--group",
            "g",
            "--print",
            "--metrics-port",
            "0")) {
      assertThat(worker.awaitLine(line -> line.contains("order_id"), PATIENCE)).contains("123");
      var told = worker.awaitErrorLine(line -> line.contains("metrics and probes on"), PATIENCE);
      assertThat(status(told, "/metrics")).isEqualTo(200);
      assertThat(status(told, "/healthz")).isEqualTo(200);
      worker.signal("TERM");
      assertThat(worker.awaitExit(PATIENCE)).as("%s", worker.errorLines()).isZero();
    }
  }

  @Test
  void serve_runs_in_it(EmbeddedRedis redis) throws Exception {
    try (var serve = millhand(redis, "serve", "--port", "0")) {
      var told = serve.awaitErrorLine(line -> line.contains("listening on"), PATIENCE);
      assertThat(status(told, "/metrics")).isEqualTo(200);
      assertThat(status(told, "/readyz")).isEqualTo(200);
      assertThat(status(told, "/api/v1/streams")).isEqualTo(200);
      serve.signal("TERM");
      assertThat(serve.awaitExit(PATIENCE)).isZero();
    }
  }

  /** With the certificate and the PKCS#1 key that helm's genSignedCert makes. */
  @Test
  void serve_answers_the_aggregation_layer_and_keda_in_it_over_tls(
      EmbeddedRedis redis, @TempDir Path folder) throws Exception {
    var secret =
        Rendering.chart(Rendering.CHART.resolve("ci/http-sidecar-values.yaml"), List.of())
            .the("Secret", "shop-millhand-serve-tls");
    var files = Certificates.of(secret, folder);
    assertThat(files.key()).content().startsWith("-----BEGIN RSA PRIVATE KEY-----");
    try (var serve = millhand(redis, tlsOf(files))) {
      var told = serve.awaitErrorLine(line -> line.contains("external metrics on"), PATIENCE);
      var port = Integer.parseInt(told.substring(told.lastIndexOf(':') + 1));
      var name = "shop-millhand-metrics-api.store.svc";
      assertThat(files.answer(port, name, EXTERNAL_METRICS))
          .startsWith("HTTP/1.1 200")
          .contains("ExternalMetricValueList");
      assertThat(files.answerToAStranger(port, name, EXTERNAL_METRICS)).startsWith("HTTP/1.1 401");

      var keda = serve.awaitErrorLine(line -> line.contains("KEDA may ask at"), PATIENCE);
      assertThat(keda).contains("TLS and a certificate");
      assertThat(metricOfKeda(keda, files)).isEqualTo("millhand-required-workers");

      serve.signal("TERM");
      assertThat(serve.awaitExit(PATIENCE)).isZero();
      assertThat(serve.errorLines()).noneMatch(line -> line.contains("WARNING"));
    }
  }

  private static String[] tlsOf(Certificates files) {
    var ca = files.ca().toString();
    return Stream.of(
            List.of("serve", "--port", "0"),
            List.of("--external-metrics-port", "0", "--external-metrics-bind", "127.0.0.1"),
            List.of("--client-ca", ca, "--client-names", "shop-millhand-serve"),
            List.of("--keda-port", "0", "--keda-bind", "127.0.0.1", "--keda-tls"),
            List.of("--keda-client-ca", ca),
            List.of("--tls-cert", files.certificate().toString()),
            List.of("--tls-key", files.key().toString()))
        .flatMap(List::stream)
        .toArray(String[]::new);
  }

  private static String metricOfKeda(String line, Certificates files) throws Exception {
    var port = Integer.parseInt(line.replaceFirst(".*127\\.0\\.0\\.1:(\\d+),.*", "$1"));
    var credentials =
        TlsChannelCredentials.newBuilder()
            .trustManager(files.ca().toFile())
            .keyManager(files.client())
            .build();
    var channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port, credentials)
            .overrideAuthority("shop-millhand-serve.store.svc")
            .build();
    try {
      var trigger =
          ScaledObjectRef.newBuilder()
              .putScalerMetadata("stream", "orders")
              .putScalerMetadata("group", "processing")
              .build();
      return ExternalScalerGrpc.newBlockingStub(channel)
          .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .getMetricSpec(trigger)
          .getMetricSpecs(0)
          .getMetricName();
    } finally {
      channel.shutdownNow();
    }
  }

  /** What is not there is found out when it is loaded, in the middle of the night. */
  @Test
  void no_module_that_the_jars_name_is_missing_but_the_desktop() throws Exception {
    var jars = new ArrayList<>(List.of(image.resolve("millhand-cli.jar").toString()));
    try (var libraries = Files.list(image.resolve("lib"))) {
      libraries.map(Path::toString).forEach(jars::add);
    }
    var jdeps = Path.of(System.getProperty("java.home"), "bin", "jdeps").toString();
    var named =
        output(
            ChildProcess.command(jdeps, "--multi-release", "base", "--ignore-missing-deps")
                .args("--print-module-deps", "--class-path", image.resolve("lib") + "/*")
                .args(jars.toArray(String[]::new)));
    var there =
        output(
            ChildProcess.command(image.resolve("runtime/bin/java").toString(), "--list-modules"));

    assertThat(named.getLast().split(","))
        .contains("java.base", "java.desktop")
        .allMatch(
            module ->
                module.equals("java.desktop")
                    || there.stream().anyMatch(line -> line.startsWith(module + "@")));
  }

  private static List<String> output(ChildProcess.Builder command) {
    try (var process = command.start()) {
      assertThat(process.awaitExit(PATIENCE)).as("%s", process.errorLines()).isZero();
      return process.lines();
    }
  }

  @Test
  void what_helm_test_asks_of_it_is_answered(EmbeddedRedis redis) {
    try (var info = millhand(redis, "info")) {
      assertThat(info.awaitExit(PATIENCE)).as("%s", info.errorLines()).isZero();
    }
    var script =
        Rendering.chart(Rendering.CHART.resolve("ci/http-sidecar-values.yaml"), List.of())
            .the("Pod", "shop-millhand-test")
            .podSpec()
            .path("containers")
            .path(1)
            .path("command");
    try (var serve = millhand(redis, "serve", "--port", "0")) {
      var port =
          PORT.matcher(serve.awaitErrorLine(line -> line.contains("listening on"), PATIENCE));
      assertThat(port.find()).isTrue();
      try (var ask =
          ChildProcess.command(
                  script.path(0).asString(), script.path(1).asString(), script.path(2).asString())
              .environment("HOST", "127.0.0.1")
              .environment("PORT", port.group(1))
              .start()) {
        assertThat(ask.awaitExit(PATIENCE)).as("%s", ask.errorLines()).isZero();
        assertThat(ask.lines()).containsExactly("serve answers 200");
      }
    }
  }

  private static List<String> instructions() throws Exception {
    var text = Files.readString(FOLDER.resolve("Dockerfile")).replaceAll("\\\\\n\\s*", "");
    return text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).toList();
  }

  private static String last(String instruction) throws Exception {
    return instructions().stream()
        .filter(line -> line.startsWith(instruction + " "))
        .map(line -> line.substring(instruction.length() + 1))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private static List<String> words(String json) {
    return KubernetesObject.elements(new JsonMapper().readTree(json))
        .map(word -> word.asString())
        .toList();
  }

  @Test
  void signals_reach_java_and_nobody_is_root() throws Exception {
    var entryPoint = words(last("ENTRYPOINT"));

    assertThat(entryPoint).startsWith("/opt/millhand/runtime/bin/java").contains("-jar");
    assertThat(entryPoint).endsWith("/opt/millhand/millhand-cli.jar");
    assertThat(last("USER")).isEqualTo("65532:65532");
    assertThat(last("LABEL")).contains("org.opencontainers.image.licenses=\"Apache-2.0\"");
    assertThat(instructions().stream().filter(line -> line.startsWith("ARG")))
        .noneMatch(line -> line.contains(":latest"));
  }

  @Test
  void both_ways_to_build_it_start_the_same_command() throws Exception {
    var pom = Files.readString(FOLDER.resolve("pom.xml"));
    var jib =
        Pattern.compile("<arg>([^<]+)</arg>")
            .matcher(pom.substring(pom.indexOf("<entrypoint>"), pom.indexOf("</entrypoint>")))
            .results()
            .map(match -> match.group(1))
            .toList();

    var docker = new ArrayList<>(words(last("ENTRYPOINT")));
    docker.removeIf(
        word -> word.startsWith("-XX:SharedArchiveFile") || word.equals("-Xshare:auto"));
    assertThat(jib).isEqualTo(docker);
    assertThat(pom).contains("<user>" + last("USER") + "</user>");
  }

  @Test
  void the_image_of_the_build_without_a_daemon_says_how_it_is_run(@TempDir Path folder)
      throws Exception {
    var tar = FOLDER.resolve("target/millhand-image.tar");
    skipWithout(tar, "mvn -f deploy/image package builds it");
    try (var unpack =
        ChildProcess.command("tar", "-xf", tar.toString(), "-C", folder.toString()).start()) {
      assertThat(unpack.awaitExit(PATIENCE)).isZero();
    }

    var config = new JsonMapper().readTree(folder.resolve("config.json").toFile()).path("config");

    assertThat(config.path("User").asString()).isEqualTo("65532:65532");
    assertThat(words(config.path("Entrypoint").toString()))
        .startsWith("/opt/millhand/runtime/bin/java");
    assertThat(Stream.of("title", "version", "licenses"))
        .allMatch(label -> config.path("Labels").has("org.opencontainers.image." + label));
  }
}
