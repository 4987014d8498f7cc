// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import static io.millhand.cli.external.Aggregator.HPA;
import static io.millhand.cli.external.Aggregator.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Main;
import io.millhand.cli.tls.Authority;
import io.millhand.testkit.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As a process, without a Redis. */
class ExternalMetricsProcessTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private final Authority servers = Authority.named("servers");
  private final Authority proxies = Authority.named("front-proxy-ca");

  @BeforeEach
  void write() throws IOException {
    servers.server().write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    Files.writeString(folder.resolve("ca.crt"), proxies.pem());
  }

  private ChildProcess.Builder serve(String... options) {
    return ChildProcess.java(Main.class)
        .args("serve", "--port", "0", "--redis", "redis://127.0.0.1:1")
        .args(options);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void it_serves_says_once_what_is_wrong_and_goes_on_with_what_was_right() throws Exception {
    try (var serve =
        serve("--external-metrics-port", "0", "--external-metrics-bind", "127.0.0.1")
            .args("--tls-cert", file("tls.crt"), "--tls-key", file("tls.key"))
            .args("--client-ca", file("ca.crt"), "--client-names", "other,front-proxy-client")
            .start()) {
      var line = serve.awaitErrorLine(it -> it.contains("external metrics on https://"), SOON);
      var port = Integer.parseInt(line.replaceFirst(".*https://[0-9.]+:(\\d+).*", "$1"));
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      var proxy = Aggregator.showing(proxies.client("front-proxy-client"), servers, address);
      assertThat(proxy.getAs(HPA, ROOT).status()).isEqualTo(200);
      proxy.getAs(HPA, ROOT + "/namespaces/a/millhand-lag").refusal(503, "ServiceUnavailable");

      var stranger = Aggregator.showing(servers.client("front-proxy-client"), servers, address);
      stranger.getAs("admin", ROOT).refusal(401, "Unauthorized");
      stranger.getAs("admin", ROOT).refusal(401, "Unauthorized");
      serve.awaitErrorLine(it -> it.contains("turned away (401)"), SOON);

      var before = proxy.shown(Optional.empty()).certificate();
      Files.writeString(folder.resolve("tls.key"), "broken");
      var told = "there is no block BEGIN PRIVATE KEY. What was read before stays in use";
      Awaitility.await()
          .until(
              () -> {
                assertThat(proxy.shown(Optional.empty()).certificate()).isEqualTo(before);
                return serve.errorLines().stream().anyMatch(it -> it.contains(told));
              });
      var next = servers.server();
      next.write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
      Awaitility.await()
          .until(() -> proxy.shown(Optional.empty()).certificate().equals(next.chain().getFirst()));
      assertThat(serve.errorLines()).filteredOn(it -> it.contains(told)).hasSize(1);
      assertThat(serve.errorLines()).filteredOn(it -> it.contains("turned away")).hasSize(1);

      serve.signal("TERM");
      assertThat(serve.awaitExit(SOON)).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--external-metrics-port 0 | needs --tls-cert and --tls-key",
        "--external-metrics-port 0 --tls-cert C | needs --tls-cert and --tls-key",
        "--external-metrics-port 0 --tls-cert C --tls-key K | needs --client-ca",
        "--external-metrics-port 0 --tls-cert C --tls-key C --client-ca A | no block BEGIN PRIVATE KEY",
        "--external-metrics-port 0 --tls-cert N --tls-key K --client-ca A | there is no file",
        "--external-metrics-port 0 --tls-cert C --tls-key K --client-ca K | no block BEGIN CERTIFICATE",
        "--external-metrics-port 70000 | must be 0 to 65535",
        "--client-names a | needs --client-ca"
      })
  void a_command_line_that_cannot_work_is_told_at_once(String options, String words) {
    var args =
        options
            .replace(" C", " " + file("tls.crt"))
            .replace(" K", " " + file("tls.key"))
            .replace(" A", " " + file("ca.crt"))
            .replace(" N", " " + file("none"))
            .split(" ");
    try (var serve = serve(args).start()) {
      assertThat(serve.awaitExit(SOON)).isEqualTo(2);
      assertThat(serve.errorLines())
          .anyMatch(it -> it.startsWith("millhand: "))
          .anyMatch(it -> it.contains(words));
    }
  }
}
