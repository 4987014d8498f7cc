// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Endpoint;
import io.millhand.cli.http.Http.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: the JDK's own, on virtual threads. Answers GET and HEAD only, reads no body, and
 * lets nobody see what went wrong inside but the log.
 */
public final class HttpFront implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.http");

  /** How a page of a stranger's cannot ask: by an address, or as localhost. */
  private static final Pattern OWN_HOST =
      Pattern.compile("(localhost|[0-9.]+|\\[[0-9a-fA-F:.]+])(:\\d+)?");

  private static final int MOST_PARTS = 16;
  private static final int HIGHEST_PORT = 65_535;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Endpoint> routes;
  private final Names names;

  private HttpFront(HttpServer server, Map<String, Endpoint> routes, Names names) {
    this.server = server;
    this.routes = Map.copyOf(routes);
    this.names = names;
  }

  /**
   * Words for those who come to it.
   *
   * @param command whose it is
   * @param bind the option that says on which address it listens
   * @param port the option that says on which port
   * @param paths what is to be had
   */
  public record Names(String command, String bind, String port, String paths) {

    /**
     * An address to listen on.
     *
     * @throws CommandFailure when there is none such
     */
    public InetSocketAddress address(String host, int number) {
      if (number < 0 || number > HIGHEST_PORT) {
        throw CommandFailure.usage("%s must be 0 to 65535, but is %d".formatted(port, number));
      }
      var address = new InetSocketAddress(host, number);
      if (address.isUnresolved()) {
        throw CommandFailure.usage(
            "%s: there is no address '%s'".formatted(bind, Escape.text(host)));
      }
      return address;
    }
  }

  /**
   * Listens from now on.
   *
   * @param routes an endpoint for each first part of a path
   * @throws CommandFailure when the port cannot be had
   */
  public static HttpFront start(
      InetSocketAddress address, Map<String, Endpoint> routes, Names names) {
    limits();
    try {
      var front = new HttpFront(HttpServer.create(address, 0), routes, names);
      front.server.setExecutor(front.threads);
      front.server.createContext("/", front::handle);
      front.server.start();
      return front;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot listen on %s (%s): choose another address with %s, or another port with %s"
              .formatted(shown(address), e.getMessage(), names.bind(), names.port()),
          e);
    }
  }

  /** The JDK's server takes its limits from system properties alone, when it is first used. */
  private static void limits() {
    Map.of(
            "sun.net.httpserver.nodelay", "true",
            "sun.net.httpserver.maxReqHeaders", "100",
            "sun.net.httpserver.maxReqHeaderSize", "32768",
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "60",
            "jdk.httpserver.maxConnections", "256")
        .forEach(
            (name, value) -> {
              if (System.getProperty(name) == null) {
                System.setProperty(name, value);
              }
            });
  }

  /** Where it listens; the port is the real one. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** An address for people. */
  public static String shown(InetSocketAddress address) {
    var host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      send(exchange, answer(exchange));
    }
  }

  private Answer answer(HttpExchange exchange) {
    if (!exchange.getRequestMethod().equals("GET") && !isHead(exchange)) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Answer.text(405, "only GET and HEAD: nothing can be changed here");
    }
    if (!isForUs(exchange)) {
      return Answer.text(
          421,
          "this name is not ours: ask for localhost or an address, or start with " + names.bind());
    }
    Request request;
    try {
      request = request(exchange);
    } catch (IllegalArgumentException e) {
      return Answer.text(
          400, "cannot read that address: " + Escape.line(String.valueOf(e.getMessage())));
    }
    try {
      var route = request.path().isEmpty() ? "" : request.path().getFirst();
      return routes.getOrDefault(route, this::nothingThere).answer(request);
    } catch (RuntimeException e) {
      log.error("{} failed", exchange.getRequestURI().getRawPath(), e);
      return Answer.text(
          500, "that failed, unexpectedly: the log of %s says how".formatted(names.command()));
    }
  }

  private static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }

  /**
   * Where only this machine can ask, a page in somebody's browser could let a name of its own lead
   * here, and read what it gets; its own name stands in the Host header then.
   */
  private boolean isForUs(HttpExchange exchange) {
    var host = exchange.getRequestHeaders().getFirst("Host");
    return !address().getAddress().isLoopbackAddress()
        || host == null
        || OWN_HOST.matcher(host).matches();
  }

  private Answer nothingThere(Request request) {
    return Answer.text(404, "nothing there: " + names.paths());
  }

  private static Request request(HttpExchange exchange) {
    var uri = exchange.getRequestURI();
    var path =
        Arrays.stream(uri.getRawPath().split("/", MOST_PARTS))
            .skip(1)
            .map(HttpFront::decoded)
            .toList();
    return new Request(path, query(uri.getRawQuery()), accept(exchange));
  }

  private static String accept(HttpExchange exchange) {
    return String.join(",", exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
  }

  private static Map<String, String> query(@Nullable String raw) {
    var query = new HashMap<String, String>();
    for (var pair : raw == null ? new String[0] : raw.split("&", -1)) {
      var equals = pair.indexOf('=');
      query.put(
          decoded(equals < 0 ? pair : pair.substring(0, equals)),
          equals < 0 ? "" : decoded(pair.substring(equals + 1)));
    }
    return query;
  }

  /** A plus is a plus: these are names of keys, and no form. */
  private static String decoded(String raw) {
    return URLDecoder.decode(raw.replace("+", "%2B"), UTF_8);
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.contentType());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    if (isHead(exchange)) {
      headers.set("Content-Length", Integer.toString(answer.body().length));
      exchange.sendResponseHeaders(answer.status(), -1);
    } else {
      exchange.sendResponseHeaders(answer.status(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    }
  }

  /** Lets what is being answered be finished, for a second at most. */
  @Override
  public void close() {
    server.stop(1);
    threads.shutdownNow();
  }
}
