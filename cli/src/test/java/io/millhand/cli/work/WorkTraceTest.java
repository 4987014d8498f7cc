// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Trace context on its way to handlers in other languages. */
@WithRedis
class WorkTraceTest {

  private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static void addAll(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-0", "n", "1", "traceparent", PARENT, "tracestate", "a=1");
    redis.command("XADD", "orders", "2-0", "n", "2", "traceparent", PARENT);
    redis.command("XADD", "orders", "3-0", "n", "3", "traceparent", "rubbish\r\nEvil: yes");
    redis.command("XADD", "orders", "4-0", "n", "4");
  }

  @Test
  void a_process_finds_it_in_its_environment_and_never_that_of_the_worker(EmbeddedRedis redis) {
    addAll(redis);
    try (var process =
        WorkProcess.builder(
                redis, "--exec", "echo \"$MILLHAND_ID ${TRACEPARENT-none} ${TRACESTATE-none}\"")
            .environment("TRACEPARENT", PARENT.replace("01", "00"))
            .environment("TRACESTATE", "worker=1")
            .start()) {
      for (var line :
          new String[] {
            "1-0 " + PARENT + " a=1", "2-0 " + PARENT + " none", "3-0 none none", "4-0 none none"
          }) {
        process.awaitLine(line::equals, WorkProcess.SOON);
      }
    }
  }

  @Test
  void a_service_finds_it_in_headers(EmbeddedRedis redis) throws Exception {
    addAll(redis);
    Map<String, String> seen = new ConcurrentHashMap<>();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          var headers = exchange.getRequestHeaders();
          seen.put(
              body.replaceFirst("(?s).*?\"id\":\"(.*?)\".*", "$1"),
              headers.getFirst("traceparent")
                  + " "
                  + headers.getFirst("tracestate")
                  + " "
                  + headers.getFirst("Evil"));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try (var work =
        WorkProcess.start(
            redis, "--http", "http://127.0.0.1:" + server.getAddress().getPort() + "/entries")) {
      work.awaitDone(4);
      assertThat(seen)
          .containsEntry("1-0", PARENT + " a=1 null")
          .containsEntry("2-0", PARENT + " null null")
          .containsEntry("3-0", "null null null")
          .containsEntry("4-0", "null null null");
    } finally {
      server.stop(0);
    }
  }
}
