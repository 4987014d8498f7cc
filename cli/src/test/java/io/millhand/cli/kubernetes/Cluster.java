// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millhand.cli.tls.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/** As much of an API server as a test asks, over TLS, and the files of a pod's service account. */
public final class Cluster implements AutoCloseable {

  private final Authority authority = Authority.named("kubernetes");
  private final Path folder;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, String> objects = new ConcurrentHashMap<>();
  private final Set<String> lost = ConcurrentHashMap.newKeySet();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile String token = "";

  /** What somebody asked. */
  public record Asked(String method, String path, String type, String body) {}

  private Cluster(Path folder, int port) throws IOException {
    this.folder = folder;
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var tls = authority.server().trusting(authority);
    server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    Files.writeString(folder.resolve("ca.crt"), authority.pem());
    rotate("first");
    server.start();
  }

  public static Cluster start(Path folder) throws IOException {
    return new Cluster(folder, 0);
  }

  /** Another one in its place, of another authority; the files are another pod's then. */
  public static Cluster start(Path folder, int port) throws IOException {
    return new Cluster(folder, port);
  }

  public PodAccount account() {
    return new PodAccount(
        URI.create("https://127.0.0.1:" + port()),
        folder.resolve("token"),
        folder.resolve("ca.crt"));
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Only this token is good from now on, and the pod is told so. */
  public void rotate(String next) throws IOException {
    Files.writeString(folder.resolve("token"), next + "\n");
    token = next;
  }

  /** An object stands there from now on. */
  public void put(String path, String json) {
    objects.put(path, json);
  }

  public void putConfigMap(String path, Map<String, String> data) {
    put(path, JsonMapper.shared().writeValueAsString(Map.of("kind", "ConfigMap", "data", data)));
  }

  /** An object that may be asked for, and is not there any more. */
  public void lose(String path) {
    objects.remove(path);
    lost.add(path);
  }

  public void remove(String path) {
    objects.remove(path);
  }

  public List<Asked> asked() {
    return asked;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().toString();
      var type = exchange.getRequestHeaders().getFirst("Content-Type");
      var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      asked.add(new Asked(exchange.getRequestMethod(), path, String.valueOf(type), body));
      var shown = exchange.getRequestHeaders().getFirst("Authorization");
      if (!("Bearer " + token).equals(shown)) {
        send(exchange, 401, "{\"kind\":\"Status\",\"message\":\"Unauthorized\"}");
      } else if (objects.containsKey(path)) {
        send(exchange, 200, objects.get(path));
      } else if (lost.contains(path)) {
        send(exchange, 404, "{\"kind\":\"Status\",\"message\":\"not found\"}");
      } else {
        send(
            exchange,
            403,
            "{\"kind\":\"Status\",\"message\":\"%s is \\u001b forbidden\"}".formatted(path));
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    var bytes = json.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
