// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one gets into a server.
 *
 * @param password of the default user; null: none is asked for
 */
record ServerAccess(@Nullable String password) {

  static final ServerAccess OPEN = new ServerAccess(null);

  ServerAccess withPassword(String secret) {
    return new ServerAccess(secret);
  }

  /** A connection on which commands can be sent; the caller closes it. */
  RedisProbe probe(int port, Duration timeout) {
    var probe = RedisProbe.connect(Ports.LOOPBACK, port, timeout);
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
    return "redis://" + userInfo() + Ports.LOOPBACK + ":" + port;
  }

  /** A URI that names several servers of this access. */
  String uri(String scheme, List<EmbeddedRedis> servers) {
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
    return password == null ? "open" : "with a password";
  }
}
