// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How one gets into a server.
 *
 * @param password of the default user; null: none is asked for
 * @param tls null: plain connections
 */
record ServerAccess(@Nullable String password, @Nullable Tls tls) {

  /** The files, and what a probe of ours makes of them. */
  record Tls(TlsFiles files, SSLContext context) {}

  static final ServerAccess OPEN = new ServerAccess(null, null);

  ServerAccess withPassword(String secret) {
    return new ServerAccess(secret, tls);
  }

  ServerAccess withTls(TlsFiles files) {
    return new ServerAccess(password, new Tls(files, ProbeTls.context(files.client())));
  }

  /** Lines of redis.conf: the port, and what is asked of those who come there. */
  List<List<String>> directives(int port) {
    var lines = new ArrayList<List<String>>();
    if (tls == null) {
      lines.add(List.of("port", Integer.toString(port)));
    } else {
      lines.addAll(tls.files().directives(port));
    }
    if (password != null) {
      lines.add(List.of("requirepass", password));
    }
    return lines;
  }

  /** A connection on which commands can be sent; the caller closes it. */
  RedisProbe probe(int port, Duration timeout) {
    var probe =
        tls == null
            ? RedisProbe.connect(Ports.LOOPBACK, port, timeout)
            : RedisProbe.connect(Ports.LOOPBACK, port, timeout, tls.context().getSocketFactory());
    try {
      if (password != null) {
        probe.command("AUTH", password);
      }
      return probe;
    } catch (RuntimeException e) {
      probe.close();
      throw e;
    }
  }

  String url(int port) {
    return (tls == null ? "redis://" : "rediss://") + userInfo() + Ports.LOOPBACK + ":" + port;
  }

  /**
   * A URI that names several servers of this access.
   *
   * @param kind such as {@code cluster}, the second part of the scheme
   */
  String uri(String kind, List<EmbeddedRedis> servers) {
    var scheme = (tls == null ? "redis-" : "rediss-") + kind;
    return servers.stream()
        .map(server -> server.host() + ":" + server.port())
        .collect(Collectors.joining(",", scheme + "://" + userInfo(), ""));
  }

  /** The part of a URI before the host, "@" included; empty without a password. */
  private String userInfo() {
    return password == null
        ? ""
        : ":" + URLEncoder.encode(password, UTF_8).replace("+", "%20") + "@";
  }

  @Override
  public String toString() {
    return (password == null ? "open" : "with a password") + (tls == null ? "" : ", TLS");
  }
}
