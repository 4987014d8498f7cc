// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithRedis
class WorkHttpTest {

  private static final Pattern FIELD = Pattern.compile("\"status\":\"([^\"]*)\"");

  private final Map<String, List<Instant>> calls = new ConcurrentHashMap<>();
  private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  /** Does what the entry's field "status" says, the first time; then 200. */
  private void answer(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    bodies.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
    ports.add(exchange.getRemoteAddress().getPort());
    var field = FIELD.matcher(body);
    var wanted = field.find() ? field.group(1) : "200";
    var times = calls.computeIfAbsent(wanted, key -> new CopyOnWriteArrayList<>());
    times.add(Instant.now());
    var status = times.size() > 1 ? "200" : wanted;
    switch (status) {
      case "hang" -> {
        return; // the connection stays open, and nothing comes
      }
      case "429" -> exchange.getResponseHeaders().set("Retry-After", "1");
      case "503" ->
          exchange.getResponseHeaders().set("Retry-After", date(Instant.now().plusSeconds(2)));
      default -> {
        // just the status
      }
    }
    var said = ("said \u001b[2J " + status).getBytes(UTF_8);
    exchange.sendResponseHeaders(
        status.equals("hang") ? 500 : Integer.parseInt(status), said.length);
    try (var out = exchange.getResponseBody()) {
      out.write(said);
    }
  }

  private static String date(Instant time) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/entries";
  }

  @Test
  void the_status_of_each_answer_decides_and_connections_are_kept(
      EmbeddedRedis redis, @TempDir Path folder) throws IOException {
    var statuses = List.of("200", "204", "404", "422", "408", "425", "500", "302", "429", "503");
    for (var status : statuses) {
      redis.command("XADD", "orders", "*", "status", status);
    }
    var headers =
        Files.writeString(folder.resolve("headers"), "# ours\nAuthorization: Bearer s3cret\n");

    try (var work =
        WorkProcess.start(
            redis,
            "--http",
            address(),
            "--http-headers",
            headers.toString(),
            "--concurrency",
            "1",
            "--retry-first",
            "10ms")) {
      work.awaitDone(statuses.size());
      assertThat(work.stop()).isZero();

      assertThat(bodies).allMatch(body -> body.startsWith("Bearer s3cret {\"id\":\""));
      assertThat(ports).as("connections").hasSize(1);
      assertThat(WorkProcess.dead(redis)).hasSize(2);
      assertThat(WorkProcess.dead(redis).getFirst())
          .contains("status, 404", "~reason, HTTP 404: said \\x1b[2J 404");
      assertThat(calls.get("200")).hasSize(1);
      assertThat(calls.get("408")).hasSize(2);
      assertThat(between("429")).isGreaterThanOrEqualTo(Duration.ofMillis(950));
      assertThat(between("503")).isGreaterThanOrEqualTo(Duration.ofMillis(950));
      assertThat(between("500")).isLessThan(Duration.ofMillis(950));
      assertThat(work.process().errorLines())
          .noneMatch(line -> line.contains("s3cret"))
          .last()
          .asString()
          .contains("8 acked, 5 to be retried, 1 put off, 2 dead-lettered");
    }
  }

  private Duration between(String status) {
    var times = calls.get(status);
    return Duration.between(times.get(0), times.get(1));
  }

  @Test
  void a_service_that_does_not_answer_in_time_has_failed_an_attempt(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-0", "status", "hang");
    try (var work =
        WorkProcess.start(
            redis, "--http", address(), "--http-timeout", "300ms", "--retry-first", "10ms")) {
      work.awaitDone(1);
      assertThat(work.stop()).isZero();
      assertThat(calls.get("hang")).hasSize(2);
      assertThat(work.process().errorLines())
          .last()
          .asString()
          .contains("1 acked, 1 to be retried");
    }
  }
}
