// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import io.millhand.error.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A {@code redis://} or {@code rediss://} address, taken apart. Its errors never repeat the
 * address, which may hold a password.
 *
 * @param host host name or address, IPv6 without brackets
 * @param port TCP port, 6379 where none is given
 * @param database database number, 0 where none is given
 * @param secure whether it is {@code rediss}
 * @param credentials user and password, percent-decoded
 */
public record RedisUri(
    String host, int port, int database, boolean secure, Credentials credentials) {

  private static final int DEFAULT_PORT = 6379;

  /**
   * Takes an address apart.
   *
   * @throws SettingsException when it is no such address
   */
  public static RedisUri parse(String text) {
    var problems = new ArrayList<String>();
    var uri = syntax(text, problems);
    var scheme = uri.getScheme() == null ? "" : uri.getScheme();
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      problems.add("the address must begin with redis:// or rediss:// (TLS)");
    }
    var host = uri.getHost();
    if (host == null || host.isEmpty()) {
      problems.add("the address has no valid host: expected redis://host:6379");
      host = "";
    }
    var database = database(uri, problems);
    if (!problems.isEmpty()) {
      throw new SettingsException("The connection to Redis", problems);
    }
    return new RedisUri(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        database,
        scheme.equals("rediss"),
        credentials(uri));
  }

  private static URI syntax(String text, List<String> problems) {
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      // The exception's own text holds the address, and so perhaps a password.
      problems.add(
          "the address cannot be read (%s at character %d); special characters in a password are written %%XX"
              .formatted(e.getReason(), e.getIndex() + 1));
      throw new SettingsException("The connection to Redis", problems);
    }
  }

  private static int database(URI uri, List<String> problems) {
    var path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
    if (path.isEmpty()) {
      return 0;
    }
    if (path.matches("\\d{1,5}")) {
      return Integer.parseInt(path);
    }
    problems.add("the database in the address must be a number, as in redis://host:6379/2");
    return 0;
  }

  private static Credentials credentials(URI uri) {
    var info = uri.getRawUserInfo();
    if (info == null || info.isEmpty()) {
      return Credentials.NONE;
    }
    var colon = info.indexOf(':');
    var user = decode(colon < 0 ? info : info.substring(0, colon));
    var password = colon < 0 ? "" : decode(info.substring(colon + 1));
    return new Credentials(
        Optional.of(user).filter(name -> !name.isEmpty()),
        Optional.of(password).filter(word -> !word.isEmpty()));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "%s://%s:%d/%d".formatted(secure ? "rediss" : "redis", host, port, database);
  }
}
