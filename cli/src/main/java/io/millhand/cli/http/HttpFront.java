// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Endpoint;
import io.millhand.cli.http.Http.Offer;
import io.millhand.cli.http.Http.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: the JDK's own, on virtual threads, plain or over TLS. Answers GET and HEAD only,
 * reads no body, and lets nobody see what went wrong inside but the log.
 */
public final class HttpFront implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.http");

  /** How a page of a stranger's cannot ask: by an address, or as localhost. */
  private static final Pattern OWN_HOST =
      Pattern.compile("(localhost|[0-9.]+|\\[[0-9a-fA-F:.]+])(:\\d+)?");

  private static final int MOST_PARTS = 16;
  private static final int HIGHEST_PORT = 65_535;
  private static final String[] TLS = {"TLSv1.3", "TLSv1.2"};

  private final HttpServer server;
  private final InetAddress host;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger answering = new AtomicInteger();
  private final Offer offer;
  private final Names names;

  private HttpFront(HttpServer server, InetAddress host, Offer offer, Names names) {
    this.server = server;
    this.host = host;
    this.offer = offer;
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
    var offer =
        new Offer(
            Map.copyOf(routes),
            request -> Answer.text(404, "nothing there: " + names.paths()),
            Answer::text);
    return start(address, offer, names, HttpServer::create);
  }

  /**
   * Listens for TLS 1.2 and 1.3 from now on. Whoever asks may show a certificate, and need not: the
   * endpoints decide what it is worth.
   *
   * @param tls with which certificate, and which of a client's it lets pass
   * @throws CommandFailure when the port cannot be had
   */
  public static HttpFront startTls(
      InetSocketAddress address, Offer offer, Names names, SSLContext tls) {
    return start(
        address,
        offer,
        names,
        (where, waiting) -> {
          var server = HttpsServer.create(where, waiting);
          server.setHttpsConfigurator(new Configurator(tls));
          return server;
        });
  }

  /** Makes a server of the JDK's. */
  @FunctionalInterface
  private interface Making {
    HttpServer create(InetSocketAddress address, int waiting) throws IOException;
  }

  private static HttpFront start(
      InetSocketAddress address, Offer offer, Names names, Making making) {
    limits();
    try {
      var front = new HttpFront(making.create(address, 0), address.getAddress(), offer, names);
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

  private static final class Configurator extends HttpsConfigurator {

    Configurator(SSLContext context) {
      super(context);
    }

    @Override
    public void configure(HttpsParameters parameters) {
      var wanted = getSSLContext().getDefaultSSLParameters();
      wanted.setProtocols(TLS);
      wanted.setWantClientAuth(true);
      parameters.setSSLParameters(wanted);
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

  /** Where it listens: on the address that was asked for; the port is the real one. */
  public InetSocketAddress address() {
    return new InetSocketAddress(host, server.getAddress().getPort());
  }

  /** An address for people. */
  public static String shown(InetSocketAddress address) {
    var host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    answering.incrementAndGet();
    try (exchange) {
      send(exchange, answer(exchange));
    } finally {
      answering.decrementAndGet();
    }
  }

  private Answer answer(HttpExchange exchange) {
    if (!exchange.getRequestMethod().equals("GET") && !isHead(exchange)) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return offer.refusal().of(405, "only GET and HEAD: nothing can be changed here");
    }
    if (!isForUs(exchange)) {
      return offer
          .refusal()
          .of(
              421,
              "this name is not ours: ask for localhost or an address, or start with "
                  + names.bind());
    }
    Request request;
    try {
      request = request(exchange);
    } catch (IllegalArgumentException e) {
      return offer
          .refusal()
          .of(400, "cannot read that address: " + Escape.line(String.valueOf(e.getMessage())));
    }
    try {
      var route = request.path().isEmpty() ? "" : request.path().getFirst();
      return offer.routes().getOrDefault(route, offer.otherwise()).answer(request);
    } catch (RuntimeException e) {
      log.error("{} failed", exchange.getRequestURI().getRawPath(), e);
      return offer
          .refusal()
          .of(500, "that failed, unexpectedly: the log of %s says how".formatted(names.command()));
    }
  }

  private static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }

  /**
   * Where only this machine can ask, a page in somebody's browser could let a name of its own lead
   * here, and read what it gets; its own name stands in the Host header then. Over TLS the
   * certificate has told it that this is somebody else.
   */
  private boolean isForUs(HttpExchange exchange) {
    var host = exchange.getRequestHeaders().getFirst("Host");
    return exchange instanceof HttpsExchange
        || !address().getAddress().isLoopbackAddress()
        || host == null
        || OWN_HOST.matcher(host).matches();
  }

  private static Request request(HttpExchange exchange) {
    var uri = exchange.getRequestURI();
    var path =
        Arrays.stream(uri.getRawPath().split("/", MOST_PARTS))
            .skip(1)
            .map(HttpFront::decoded)
            .toList();
    var query = new HashMap<String, String>();
    pairs(uri.getRawQuery()).forEach(pair -> put(pair, HttpFront::decoded, query::put));
    var form = new HashMap<String, String>();
    pairs(uri.getRawQuery()).forEach(pair -> put(pair, HttpFront::ofForm, form::putIfAbsent));
    return new Request(path, query, form, headers(exchange), client(exchange));
  }

  private static Map<String, List<String>> headers(HttpExchange exchange) {
    var headers = new HashMap<String, List<String>>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    return headers;
  }

  private static Optional<List<X509Certificate>> client(HttpExchange exchange) {
    if (!(exchange instanceof HttpsExchange https)) {
      return Optional.empty();
    }
    try {
      var chain = https.getSSLSession().getPeerCertificates();
      return Optional.of(Stream.of(chain).map(X509Certificate.class::cast).toList());
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty(); // none was shown
    }
  }

  private static Stream<String> pairs(@Nullable String raw) {
    return raw == null ? Stream.empty() : Stream.of(raw.split("&", -1));
  }

  private static void put(
      String pair, UnaryOperator<String> decoding, BiConsumer<String, String> parameters) {
    var equals = pair.indexOf('=');
    parameters.accept(
        decoding.apply(equals < 0 ? pair : pair.substring(0, equals)),
        equals < 0 ? "" : decoding.apply(pair.substring(equals + 1)));
  }

  /** A plus is a plus: these are names of keys, and no form. */
  private static String decoded(String raw) {
    return URLDecoder.decode(raw.replace("+", "%2B"), UTF_8);
  }

  private static String ofForm(String raw) {
    return URLDecoder.decode(raw, UTF_8);
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
    // The JDK's server would wait for that second even where there is nothing to wait for.
    server.stop(answering.get() == 0 ? 0 : 1);
    threads.shutdownNow();
  }
}
