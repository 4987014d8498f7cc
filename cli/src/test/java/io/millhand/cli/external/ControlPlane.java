// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millhand.cli.tls.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * What kube-apiserver does for an aggregated API: ends the client's TLS, asks its bearer token who
 * he is, and forwards with its own client certificate and what it found in headers.
 */
final class ControlPlane implements AutoCloseable {

  static final String TOKEN = "the-controllers-token";

  private static final List<String> FORWARDED = List.of("Accept", "User-Agent");

  private final Authority authority = Authority.named("kubernetes");
  private final HttpsServer server;
  private final InetSocketAddress behind;
  private final HttpClient proxy;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** With the proxy's certificate. */
  ControlPlane(SSLContext proxyTls, InetSocketAddress behind) throws IOException {
    this.behind = behind;
    this.proxy = HttpClient.newBuilder().sslContext(proxyTls).build();
    this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.server().trusting(authority)));
    server.setExecutor(threads);
    server.createContext("/", this::forward);
    server.start();
  }

  String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  String authorityPem() {
    return authority.pem();
  }

  private void forward(HttpExchange exchange) throws IOException {
    try (exchange) {
      var shown = exchange.getRequestHeaders().getFirst("Authorization");
      if (!("Bearer " + TOKEN).equals(shown)) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      var target = "https://localhost:" + behind.getPort() + exchange.getRequestURI();
      var request =
          HttpRequest.newBuilder(URI.create(target))
              .header("X-Remote-User", Aggregator.HPA)
              .header("X-Remote-Group", "system:serviceaccounts")
              .header("X-Remote-Group", "system:authenticated");
      for (var name : FORWARDED) {
        var value = exchange.getRequestHeaders().getFirst(name);
        if (value != null) {
          request.header(name, value);
        }
      }
      var answer = proxy.send(request.build(), BodyHandlers.ofByteArray());
      var type = answer.headers().firstValue("Content-Type").orElse("");
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    proxy.shutdownNow();
  }
}
