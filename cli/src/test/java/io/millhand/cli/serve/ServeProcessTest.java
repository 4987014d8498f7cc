// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WithRedis
class ServeProcessTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void a_signal_ends_it_with_exit_code_0(String signal, EmbeddedRedis redis) throws Exception {
    redis.command("XADD", "orders", "1-0", "a", "b");
    try (var serve =
            ChildProcess.java(Main.class)
                .args("serve", "--port", "0", "--redis", redis.url(), "--no-redis-exporter-names")
                .args("--streams", "mail,order?", "--consumers")
                .start();
        var client = HttpClient.newHttpClient()) {
      var line = serve.awaitErrorLine(it -> it.contains("listening on http://"), SOON);
      var url = line.replaceFirst(".*(http://[0-9.:]+).*", "$1");
      var metrics =
          client.send(
              HttpRequest.newBuilder(URI.create(url + "/metrics")).build(),
              BodyHandlers.ofString());
      assertThat(metrics.body())
          .contains("millhand_stream_entries{stream=\"orders\"} 1", "millhand_consumers_left_out 0")
          .doesNotContain("redis_stream_");

      serve.signal(signal);
      assertThat(serve.awaitExit(SOON)).isZero();
    }
  }

  @Test
  void an_outage_is_told_once(EmbeddedRedis redis) throws Exception {
    redis.command("XADD", "orders", "1-0", "a", "b");
    redis.command("ACL", "SETUSER", "blind", "on", ">secret", "~*", "+@all", "-xlen");
    try (var serve =
            ChildProcess.java(Main.class)
                .args("serve", "--port", "0", "--user", "blind", "--redis", redis.url())
                .environment("REDIS_PASSWORD", "secret")
                .start();
        var client = HttpClient.newHttpClient()) {
      redis.command("XGROUP", "CREATE", "orders", "g", "0");
      var line = serve.awaitErrorLine(it -> it.contains("listening on http://"), SOON);
      var metrics = URI.create(line.replaceFirst(".*(http://[0-9.:]+).*", "$1") + "/metrics");
      for (var up : new int[] {0, 0, 1}) {
        if (up == 1) {
          redis.command("ACL", "SETUSER", "blind", "+xlen");
        }
        var answer = client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString());
        assertThat(answer.body()).contains("\nmillhand_up " + up + "\n");
      }
      serve.awaitErrorLine(it -> it.contains("Redis can be read again"), SOON);
      assertThat(serve.errorLines())
          .filteredOn(it -> it.contains("millhand_up is 0"))
          .singleElement()
          .asString()
          .contains("XLEN")
          .doesNotContain("secret");
    }
  }

  @Test
  void a_command_line_that_cannot_work_is_told_at_once(EmbeddedRedis redis) {
    for (var words :
        new String[][] {
          {"--port", "70000"},
          {"--bind", "no.such.host.invalid"},
          {"--consumers", "-1"},
          {"--article-names", "--no-redis-exporter-names"},
          {"--redis", "nonsense://x"}
        }) {
      try (var serve = ChildProcess.java(Main.class).args("serve").args(words).start()) {
        assertThat(serve.awaitExit(SOON)).isEqualTo(2);
        assertThat(serve.errorLines()).first().asString().startsWith("millhand: ");
      }
    }
  }
}
