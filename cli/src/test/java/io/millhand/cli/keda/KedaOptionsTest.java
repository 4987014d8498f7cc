// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static io.millhand.cli.keda.Caller.orders;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WithRedis
class KedaOptionsTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static ChildProcess.Builder serve(EmbeddedRedis redis, String... more) {
    var words = new ArrayList<>(List.of("serve", "--port", "0", "--redis", redis.url()));
    words.addAll(List.of(more));
    return ChildProcess.java(Main.class).args(words.toArray(String[]::new));
  }

  @Test
  void with_a_port_keda_is_answered(EmbeddedRedis redis) {
    try (var process = serve(redis, "--keda-port", "0", "--keda-bind", "127.0.0.1").start()) {
      var line = process.awaitErrorLine(it -> it.contains("KEDA may ask at "), SOON);
      assertThat(line).contains(", over gRPC with no TLS");
      var port = Integer.parseInt(line.replaceFirst(".*127\\.0\\.0\\.1:(\\d+),.*", "$1"));
      try (var keda = new Caller(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        assertThat(keda.spec(orders()).getMetricName()).isEqualTo("millhand-required-workers");
        assertThatThrownBy(() -> keda.isActive(orders("group", "no such group")))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                status -> assertThat(status.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE));
      }
      process.signal("TERM");
      assertThat(process.awaitExit(SOON)).isZero();
    }
  }

  @Test
  void addresses_are_told_as_they_were_given(EmbeddedRedis redis) {
    try (var process = serve(redis, "--keda-port", "0").start()) {
      assertThat(process.awaitErrorLine(it -> it.contains("KEDA may ask at "), SOON))
          .containsPattern("at 0\\.0\\.0\\.0:[1-9]\\d*, over gRPC");
      assertThat(process.awaitErrorLine(it -> it.contains("only this machine"), SOON))
          .contains("only this machine can reach the HTTP port (--port)");
    }
    try (var process = serve(redis, "--bind", "0.0.0.0").start()) {
      assertThat(process.awaitErrorLine(it -> it.contains("listening on"), SOON))
          .containsPattern("on http://0\\.0\\.0\\.0:[1-9]\\d*, of");
    }
  }

  @Test
  void probes_and_strangers_do_not_fill_the_log(EmbeddedRedis redis) throws Exception {
    try (var process = serve(redis, "--keda-port", "0", "--keda-bind", "127.0.0.1").start()) {
      var line = process.awaitErrorLine(it -> it.contains("KEDA may ask at "), SOON);
      var port = Integer.parseInt(line.replaceFirst(".*127\\.0\\.0\\.1:(\\d+),.*", "$1"));
      for (int i = 0; i < 5; i++) {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        try (var stranger = new Socket(InetAddress.getLoopbackAddress(), port)) {
          stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
          stranger.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
          // thrown out: as good as an end
        }
      }
      process.signal("TERM");
      assertThat(process.awaitExit(SOON)).isZero();
      assertThat(process.errorLines())
          .noneMatch(each -> each.contains("io.grpc"))
          .noneMatch(each -> each.contains("Exception"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --keda-port 70000                                          | --keda-port
          --keda-port 0 --keda-bind no.such.host.invalid             | --keda-bind
          --keda-tls --tls-cert tls.crt --tls-key tls.key            | need --keda-port
          --keda-client-ca ca.crt                                    | need --keda-port
          --keda-port 0 --keda-tls                                   | --keda-tls needs --tls-cert and --tls-key
          --keda-port 0 --keda-tls --tls-cert tls.crt                | --keda-tls needs --tls-cert and --tls-key
          --keda-port 0 --keda-tls --tls-key tls.key                 | --keda-tls needs --tls-cert and --tls-key
          --keda-port 0 --keda-client-ca ca.crt                      | --keda-client-ca needs --keda-tls
          --keda-port 0 --tls-cert tls.crt --tls-key tls.key         | serve nothing without
          --keda-port 0 --keda-tls --tls-cert /none --tls-key /none  | there is no file /none
          """)
  void a_command_line_that_cannot_work_is_told_at_once(
      String words, String why, EmbeddedRedis redis) {
    try (var process = serve(redis, words.split(" ")).start()) {
      assertThat(process.awaitExit(SOON)).isEqualTo(2);
      assertThat(process.errorLines()).last().asString().startsWith("millhand: ").contains(why);
    }
  }

  @Test
  void without_the_port_nothing_of_grpc_is_loaded(EmbeddedRedis redis) {
    try (var process = serve(redis).options("-Xlog:class+load:file=/dev/stdout").start()) {
      process.awaitErrorLine(line -> line.contains("listening on http://"), SOON);
      process.signal("TERM");
      assertThat(process.awaitExit(SOON)).isZero();
      assertThat(process.lines())
          .noneMatch(line -> line.contains("io.grpc."))
          .noneMatch(line -> line.contains("com.google."))
          .noneMatch(line -> line.contains("io.millhand.cli.keda.KedaServer"))
          .anyMatch(line -> line.contains("io.millhand.cli.serve.Serving "));
    }
  }
}
