// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.cli.tls.Authority;
import io.millhand.cli.tls.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks as kube-apiserver's aggregation layer does, or as somebody who would like to be it. */
final class Aggregator {

  static final String HPA = "system:serviceaccount:kube-system:horizontal-pod-autoscaler";
  static final String ROOT = "/apis/external.metrics.k8s.io/v1beta1";

  private final InetSocketAddress server;
  private final SSLContext tls;

  private Aggregator(InetSocketAddress server, SSLContext tls) {
    this.server = server;
    this.tls = tls;
  }

  static Aggregator showing(Identity client, Authority servers, InetSocketAddress server) {
    return new Aggregator(server, client.trusting(servers));
  }

  static Aggregator showingNothing(Authority servers, InetSocketAddress server) {
    return new Aggregator(server, Identity.nobodyTrusting(servers));
  }

  /** What came back. */
  record Reply(int status, Map<String, String> headers, String body) {

    JsonNode json() {
      return JsonMapper.shared().readTree(body);
    }

    /** Checks the form of a Status, and gives its message. */
    String refusal(int code, String reason) {
      var json = json();
      var form = List.of(status, json.path("kind").asString(), json.path("apiVersion").asString());
      var says = List.of(json.path("status").asString(), json.path("reason").asString());
      if (!form.equals(List.of(code, "Status", "v1"))
          || !says.equals(List.of("Failure", reason))
          || json.path("code").asInt() != code) {
        throw new AssertionError("not a Status %d %s: %s".formatted(code, reason, this));
      }
      return json.path("message").asString();
    }
  }

  /** As that user, by HTTP/1.1. */
  Reply getAs(String user, String path) {
    return send(request(path, "X-Remote-User: " + user));
  }

  Reply get(String path, String... headers) {
    return send(request(path, headers));
  }

  private static String request(String path, String... headers) {
    var lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return "GET %s HTTP/1.1\r\nHost: millhand.streams.svc:443\r\n%sConnection: close\r\n\r\n"
        .formatted(path, lines);
  }

  /** Those bytes and no others. */
  Reply send(String request) {
    try (var socket = connect()) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      socket.getOutputStream().flush();
      return read(new String(socket.getInputStream().readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SSLSocket connect() throws IOException {
    var socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", server.getPort());
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static Reply read(String text) {
    var parts = text.split("\r\n\r\n", 2);
    var lines = List.of(parts[0].split("\r\n"));
    var headers = new TreeMap<String, String>();
    for (var line : lines.subList(1, lines.size())) {
      var colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Reply(Integer.parseInt(lines.getFirst().split(" ", 3)[1]), headers, parts[1]);
  }

  /** Which certificate the server shows now, by which protocol. */
  record Shown(X509Certificate certificate, String protocol) {}

  Shown shown(Optional<String> protocol) throws IOException {
    try (var socket = connect()) {
      protocol.ifPresent(each -> socket.setEnabledProtocols(new String[] {each}));
      socket.startHandshake();
      var session = socket.getSession();
      return new Shown((X509Certificate) session.getPeerCertificates()[0], session.getProtocol());
    } catch (SSLPeerUnverifiedException e) {
      throw new UncheckedIOException(e);
    }
  }
}
