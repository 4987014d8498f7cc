// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import static io.millhand.cli.external.Aggregator.HPA;
import static io.millhand.cli.external.Aggregator.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.Main;
import io.millhand.cli.tls.Authority;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way: a backlog in Redis, and the number that a controller gets. */
@WithRedis
class ExternalMetricsRedisTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String NEED =
      ROOT
          + "/namespaces/shop/millhand-required-workers?labelSelector=stream%3Dorders%2Cgroup%3Dprocessing";
  private static final String LAG =
      ROOT + "/namespaces/shop/millhand-lag?labelSelector=stream%3Dorders%2Cgroup%3Dprocessing";

  @TempDir private Path folder;
  private final Authority servers = Authority.named("servers");
  private final Authority proxies = Authority.named("front-proxy-ca");

  private ChildProcess serve(EmbeddedRedis redis) throws IOException {
    servers.server().write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    Files.writeString(folder.resolve("ca.crt"), proxies.pem());
    return ChildProcess.java(Main.class)
        .args("serve", "--port", "0", "--redis", redis.url())
        .args("--external-metrics-port", "0", "--external-metrics-bind", "127.0.0.1")
        .args("--tls-cert", folder.resolve("tls.crt").toString())
        .args("--tls-key", folder.resolve("tls.key").toString())
        .args("--client-ca", folder.resolve("ca.crt").toString())
        .args("--scale", "stream=orders,group=processing,min=2,max=9")
        .start();
  }

  private Aggregator aggregator(ChildProcess serve) {
    var line = serve.awaitErrorLine(it -> it.contains("external metrics on https://"), SOON);
    var port = Integer.parseInt(line.replaceFirst(".*https://[0-9.]+:(\\d+).*", "$1"));
    return Aggregator.showing(
        proxies.client("front-proxy-client"),
        servers,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static String value(Aggregator proxy, String path) {
    var reply = proxy.getAs(HPA, path);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().path("items").path(0).path("value").asString();
  }

  private static void awaitStatus(Aggregator proxy, int status) {
    await().atMost(SOON).until(() -> proxy.getAs(HPA, NEED).status() == status);
  }

  @Test
  void a_controller_gets_what_redis_holds_and_no_number_while_redis_is_away(EmbeddedRedis redis)
      throws IOException {
    redis.command("XGROUP", "CREATE", "orders", "processing", "0", "MKSTREAM");
    for (int i = 0; i < 30; i++) {
      redis.command("XADD", "orders", "*", "a", "b");
    }
    try (var serve = serve(redis)) {
      var proxy = aggregator(serve);
      awaitStatus(proxy, 200);
      assertThat(value(proxy, NEED)).isEqualTo("2");
      assertThat(value(proxy, LAG)).isEqualTo("30");

      redis.kill();
      awaitStatus(proxy, 503);
      assertThat(proxy.getAs(HPA, NEED).refusal(503, "ServiceUnavailable"))
          .contains("cannot connect");

      redis.restart();
      redis.command("XGROUP", "CREATE", "orders", "processing", "0", "MKSTREAM");
      awaitStatus(proxy, 200);
      assertThat(value(proxy, LAG)).isEqualTo("0");
      assertThat(serve.errorLines())
          .filteredOn(line -> line.contains("fleets stay as they are"))
          .hasSize(1);
    }
  }
}
