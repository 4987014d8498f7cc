// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import io.millhand.error.SettingsException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address of Redis, taken apart. Its errors never repeat the address, which may hold a password.
 *
 * <pre>
 * redis://[user[:password]@]host[:port][/database]
 * redis-sentinel://[user[:password]@]host[:port][,host[:port]...]/service[/database]
 * redis-cluster://[user[:password]@]host[:port][,host[:port]...]
 * </pre>
 *
 * With TLS they begin with {@code rediss}. User and password are those of the servers that hold the
 * data, also in an address of Sentinels, whose own are a setting.
 *
 * @param target which server or servers; Sentinels without credentials of their own
 * @param database database number, 0 where none is given
 * @param secure whether it is {@code rediss}
 * @param credentials user and password, percent-decoded
 */
public record RedisUri(Target target, int database, boolean secure, Credentials credentials) {

  private static final String WHAT = "The connection to Redis";
  private static final int DEFAULT_PORT = 6379;
  private static final int SENTINEL_PORT = 26379;
  private static final Pattern SCHEME = Pattern.compile("(redis)(s?)(|-sentinel|-cluster)");
  private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._-]+|\\[[0-9a-fA-F:.%\\w]+]");

  /** In an unencoded address: what a browser would call its parts. */
  private static final Pattern FORBIDDEN = Pattern.compile("[\\s\"<>\\\\^`{|}#?\\p{Cntrl}]");

  private static final Pattern PERCENT = Pattern.compile("%(?![0-9a-fA-F]{2})");

  /**
   * Takes an address apart.
   *
   * @throws SettingsException when it is no such address
   */
  public static RedisUri parse(String text) {
    var address = text.strip();
    var problems = new ArrayList<String>();
    var readable = checkCharacters(address, problems);
    var uri = readable ? new Parts(address, problems).read() : null;
    if (uri == null || !problems.isEmpty()) {
      throw new SettingsException(WHAT, problems);
    }
    return uri;
  }

  private static boolean checkCharacters(String address, List<String> problems) {
    var scheme = address.indexOf("://");
    for (var pattern : List.of(FORBIDDEN, PERCENT)) {
      var match = pattern.matcher(address);
      if (match.find()) {
        problems.add(
            "the address cannot be read (character %d); special characters in a password are written %%XX"
                .formatted(match.start() + 1));
        return false;
      }
    }
    if (scheme < 0) {
      problems.add("the address must begin with " + schemes());
      return false;
    }
    return true;
  }

  private static String schemes() {
    return "redis://, redis-sentinel:// or redis-cluster://, or with rediss for TLS";
  }

  @Override
  public String toString() {
    return print(target, database, secure);
  }

  static String print(Target target, int database, boolean secure) {
    var scheme = target.scheme();
    return "%s://%s%s"
        .formatted(
            secure ? "rediss" + scheme.substring("redis".length()) : scheme,
            target,
            database == 0 ? "" : "/" + database);
  }

  /** An address on its way; what is wrong is gathered. */
  private static final class Parts {
    private final String scheme;
    private final String user;
    private final String hosts;
    private final List<String> path;
    private final List<String> problems;

    Parts(String address, List<String> problems) {
      this.problems = problems;
      var colon = address.indexOf("://");
      this.scheme = address.substring(0, colon);
      var rest = address.substring(colon + 3);
      var slash = rest.indexOf('/', Math.max(0, rest.lastIndexOf('@')));
      var authority = slash < 0 ? rest : rest.substring(0, slash);
      var at = authority.lastIndexOf('@');
      this.user = at < 0 ? "" : authority.substring(0, at);
      this.hosts = authority.substring(at + 1);
      var tail = slash < 0 ? "" : rest.substring(slash + 1);
      this.path = tail.isEmpty() ? List.of() : List.of(tail.split("/", -1));
    }

    RedisUri read() {
      var known = SCHEME.matcher(scheme);
      if (!known.matches()) {
        problems.add("the address must begin with " + schemes());
      }
      var kind = known.matches() ? known.group(3) : "";
      var target =
          switch (kind) {
            case "-sentinel" ->
                new Target.Sentinels(nodes(SENTINEL_PORT), service(), () -> Credentials.NONE);
            case "-cluster" -> new Target.Cluster(nodes(DEFAULT_PORT));
            default -> new Target.Single(node());
          };
      return new RedisUri(
          target, database(kind), known.matches() && known.group(2).equals("s"), credentials());
    }

    private Node node() {
      var all = nodes(DEFAULT_PORT);
      if (all.size() > 1) {
        problems.add(
            "the address has several hosts: for a Cluster it begins with redis-cluster://, for Sentinels with redis-sentinel://");
      }
      return all.isEmpty() ? new Node("", DEFAULT_PORT) : all.get(0);
    }

    private List<Node> nodes(int defaultPort) {
      var nodes = new ArrayList<Node>();
      for (var host : hosts.split(",", -1)) {
        node(host, defaultPort).ifPresent(nodes::add);
      }
      return nodes;
    }

    private Optional<Node> node(String text, int defaultPort) {
      var colon = text.indexOf(':', Math.max(0, text.lastIndexOf(']')));
      var host = colon < 0 ? text : text.substring(0, colon);
      if (!HOST.matcher(host).matches()) {
        problems.add("the address has no valid host: expected redis://host:6379");
        return Optional.empty();
      }
      var port = colon < 0 ? defaultPort : port(text.substring(colon + 1));
      return Optional.of(
          new Node(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port));
    }

    private int port(String text) {
      if (text.matches("\\d{1,5}")) {
        var port = Integer.parseInt(text);
        if (port >= 1 && port <= 65_535) {
          return port;
        }
      }
      problems.add("the port in the address must be a number from 1 to 65535");
      return DEFAULT_PORT;
    }

    private String service() {
      var service = path.isEmpty() ? "" : decode(path.get(0));
      if (service.isEmpty()) {
        problems.add(
            "the address of Sentinels must name the master, as in redis-sentinel://host:26379/mymaster");
      }
      return service;
    }

    private int database(String kind) {
      var from = kind.equals("-sentinel") ? 1 : 0;
      var rest = path.size() > from ? path.subList(from, path.size()) : List.<String>of();
      if (rest.isEmpty() || (rest.size() == 1 && rest.get(0).isEmpty())) {
        return 0;
      }
      if (rest.size() > 1 || !rest.get(0).matches("\\d{1,5}")) {
        problems.add("the database in the address must be a number, as in redis://host:6379/2");
        return 0;
      }
      var database = Integer.parseInt(rest.get(0));
      if (kind.equals("-cluster") && database != 0) {
        problems.add("a Cluster has database 0 alone");
      }
      return database;
    }

    private Credentials credentials() {
      if (user.isEmpty()) {
        return Credentials.NONE;
      }
      if (user.indexOf('[') >= 0 || user.indexOf(']') >= 0 || user.indexOf('/') >= 0) {
        problems.add("special characters in a password are written %XX");
      }
      var colon = user.indexOf(':');
      var name = decode(colon < 0 ? user : user.substring(0, colon));
      var password = colon < 0 ? "" : decode(user.substring(colon + 1));
      return new Credentials(
          Optional.of(name).filter(text -> !text.isEmpty()),
          Optional.of(password).filter(text -> !text.isEmpty()));
    }

    private static String decode(String text) {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
  }
}
