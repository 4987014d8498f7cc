// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static io.millhand.cli.keda.Caller.orders;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The whole way: an entry in Redis, and KEDA woken by it. */
@WithRedis
class KedaFromZeroTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration PROMISED = Duration.ofSeconds(1);

  private static ChildProcess serve(EmbeddedRedis redis) {
    return ChildProcess.java(Main.class)
        .args("serve", "--port", "0", "--redis", redis.url())
        .args("--keda-port", "0", "--keda-bind", "127.0.0.1")
        .args("--scale", "stream=orders,group=processing")
        .start();
  }

  private static Caller caller(ChildProcess serve) {
    var line = serve.awaitErrorLine(it -> it.contains("KEDA may ask at"), SOON);
    var port = Integer.parseInt(line.replaceFirst(".*:(\\d+)\\D*$", "$1"));
    return new Caller(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static Duration untilActive(Caller.Stream stream, EmbeddedRedis redis)
      throws InterruptedException {
    var sent = System.nanoTime();
    redis.command("XADD", "orders", "*", "a", "b");
    assertThat(stream.next()).isTrue();
    return Duration.ofNanos(System.nanoTime() - sent);
  }

  @Test
  void the_first_entry_for_a_group_that_has_nobody_is_pushed_within_a_second(EmbeddedRedis redis)
      throws InterruptedException {
    redis.command("XGROUP", "CREATE", "orders", "processing", "0", "MKSTREAM");
    try (var serve = serve(redis);
        var keda = caller(serve)) {
      var stream = keda.stream(orders());
      assertThat(stream.next()).isFalse();
      for (int i = 0; i < 3; i++) {
        var took = untilActive(stream, redis);
        System.out.printf("from zero: pushed after %d ms%n", took.toMillis());
        assertThat(took).isLessThan(PROMISED);

        redis.command("XGROUP", "SETID", "orders", "processing", "$");
        assertThat(stream.next()).isFalse();
      }
    }
  }

  @Test
  void so_is_the_first_entry_of_a_stream_that_did_not_exist(EmbeddedRedis redis)
      throws InterruptedException {
    try (var serve = serve(redis);
        var keda = caller(serve)) {
      var stream = keda.stream(orders());
      assertThat(stream.next()).isFalse();

      assertThat(untilActive(stream, redis)).isLessThan(PROMISED);
      assertThat(keda.metrics(orders(), keda.spec(orders()).getMetricName()).getMetricValues(0))
          .satisfies(value -> assertThat(value.getMetricValueFloat()).isEqualTo(1));
    }
  }
}
