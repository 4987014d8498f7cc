// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.Millhand;
import io.millhand.cli.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a Redis. */
class ServeHttpTest {

  private Site site;

  @BeforeEach
  void start() {
    site = Site.of("redis://127.0.0.1:1", Site.sets(0));
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  void a_redis_that_was_never_there_is_told_and_ends_nothing() {
    assertThat(site.get("/metrics").lines())
        .contains("millhand_up 0", "millhand_build_info{version=\"" + Millhand.version() + "\"} 1");
    assertThat(site.get("/healthz")).isEqualTo("ok\n");
    assertThat(site.get("/readyz")).contains("127.0.0.1:1").doesNotContain("\tat ");
  }

  @Test
  void the_form_is_what_the_client_asks_for() {
    var open = site.ask("GET", "/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
    assertThat(open.headers().firstValue("Content-Type"))
        .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(open.body()).endsWith("# EOF\n");
    assertThat(site.ask("GET", "/metrics").headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
  }

  @Test
  void head_is_answered_without_a_body() {
    var head = site.ask("HEAD", "/healthz");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Length")).contains("3");
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void nothing_can_be_changed(String method) {
    var refused = site.ask(method, "/metrics");
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @Test
  void what_is_not_there_is_not_found() {
    assertThat(site.ask("GET", "/").statusCode()).isEqualTo(404);
    assertThat(site.ask("GET", "/favicon.ico").statusCode()).isEqualTo(404);
  }

  @Test
  void a_page_that_lets_its_own_name_lead_here_is_turned_away() throws Exception {
    assertThat(raw("GET /metrics HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 421");
    assertThat(raw("GET /healthz HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void an_address_that_cannot_be_read_is_refused_in_words() throws Exception {
    assertThat(raw("GET /metrics?%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .doesNotContain("\tat ");
  }

  private String raw(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), site.port())) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  @Test
  void a_port_that_is_taken_is_told_with_what_can_be_done() {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), site.port());
    var settings =
        new Serving.Settings(
            address,
            Selection.of(List.of(), List.of()),
            Site.sets(0),
            Duration.ofSeconds(1),
            Optional.empty(),
            Optional.empty());
    assertThatThrownBy(() -> Serving.start(settings, Millhand.builder()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + site.port())
        .hasMessageContaining("--port");
  }
}
