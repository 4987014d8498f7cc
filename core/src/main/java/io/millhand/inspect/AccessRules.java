// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.redis.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an ACL user of Redis must be allowed, and nothing besides: the one place that says so. Works
 * on 6.2 and newer.
 *
 * @param keys patterns of the keys that he reaches
 * @param commands that he may use, lower case, a subcommand behind a bar
 */
public record AccessRules(List<String> keys, List<String> commands) {

  /** What a user does. */
  public enum Role {
    /** Adds entries. */
    PRODUCER,
    /** Handles the entries of a group. */
    WORKER,
    /** Looks, and changes nothing: the inspector, {@code millhand serve}, the views. */
    VIEWER,
    /** Looks and repairs. */
    OPERATOR
  }

  /** How the servers belong together. */
  public enum Topology {
    /** One server, alone or found through Sentinels. */
    SERVER,
    /** A Redis Cluster. */
    CLUSTER
  }

  /** What each connection asks first; only {@code setname} must be allowed, but see the docs. */
  private static final List<String> GREETING =
      List.of("client|setname", "client|id", "client|list", "info");

  private static final List<String> SENDING = List.of("xadd", "ping");

  private static final List<String> LOOKING =
      List.of(
          "xinfo|stream",
          "xinfo|groups",
          "xinfo|consumers",
          "xrange",
          "xrevrange",
          "xpending",
          "xlen",
          "zscore",
          "zcount",
          "hgetall",
          "hmget",
          "hscan",
          "zscan",
          "get",
          "time",
          "scan",
          "memory|usage",
          "config|get");

  private static final List<String> REPAIRING =
      List.of(
          "xadd",
          "xdel",
          "xack",
          "xclaim",
          "xtrim",
          "xgroup|create",
          "xgroup|setid",
          "xgroup|destroy",
          "xgroup|delconsumer",
          "set",
          "del",
          "zadd",
          "zrem",
          "hget",
          "hset",
          "hdel",
          "evalsha",
          "script|load",
          "acl|whoami");

  private static final List<String> WORKING =
      List.of(
          "xreadgroup",
          "xack",
          "xpending",
          "xrange",
          "xrevrange",
          "xclaim",
          "xadd",
          "xlen",
          "xtrim",
          "xdel",
          "xinfo|stream",
          "xinfo|groups",
          "xinfo|consumers",
          "xgroup|create",
          "xgroup|delconsumer",
          "get",
          "set",
          "del",
          "pexpire",
          "type",
          "hget",
          "hset",
          "hdel",
          "hlen",
          "hincrby",
          "hexists",
          "hmget",
          "hgetall",
          "hscan",
          "zadd",
          "zrem",
          "zscore",
          "zcard",
          "zrange",
          "zrangebyscore",
          "time",
          "evalsha",
          "script|load",
          "client|kill");

  /** Copies, so that nobody changes them. */
  public AccessRules {
    keys = List.copyOf(keys);
    commands = List.copyOf(commands);
  }

  /**
   * Of that role.
   *
   * @param group of a worker; the others need none and reach what belongs to the whole stream
   */
  public static AccessRules of(Role role, String stream, String group, Topology topology) {
    var whole = List.of(pattern(stream), pattern(Keys.prefixOf(stream)) + ":*");
    var rules =
        switch (role) {
          case PRODUCER -> new AccessRules(List.of(pattern(stream)), join(SENDING, GREETING));
          case WORKER ->
              new AccessRules(
                  List.of(pattern(stream), pattern(Keys.of(stream, group).prefix()) + ":*"),
                  join(WORKING, GREETING));
          case VIEWER -> new AccessRules(whole, join(LOOKING, GREETING));
          case OPERATOR -> new AccessRules(whole, join(LOOKING, GREETING, REPAIRING));
        };
    return switch (topology) {
      case SERVER -> rules;
      case CLUSTER -> rules.with(List.of(), List.of("cluster|slots", "asking"));
    };
  }

  /** What a user needs at the Sentinels, whatever his role is; not at the servers with the data. */
  public static AccessRules atSentinels() {
    return new AccessRules(
        List.of(),
        List.of("sentinel|get-master-addr-by-name", "sentinel|master", "client|setname"));
  }

  /** The same, and the key of a stream to which entries are copied or moved. */
  public AccessRules withTarget(String stream) {
    return with(List.of(pattern(stream)), List.of());
  }

  /** The same, and what a producer needs that sends under a key, or sends again. */
  public AccessRules withOnce(String stream) {
    return with(
        List.of(pattern(Keys.prefixOf(stream)) + ":once:*"),
        List.of("get", "set", "pttl", "pexpire", "evalsha", "script|load"));
  }

  /** The same, and what a producer needs that asks how many replicas have its entries. */
  public AccessRules withReplicas() {
    return with(List.of(), List.of("wait"));
  }

  private AccessRules with(List<String> moreKeys, List<String> moreCommands) {
    return new AccessRules(join(keys, moreKeys), join(commands, moreCommands));
  }

  /**
   * As words of {@code ACL SETUSER}, after the user's name, {@code reset}, {@code on} and a
   * password: all that is not named is forbidden.
   */
  public List<String> words() {
    return Stream.of(
            Stream.of("resetchannels", "-@all"),
            keys.stream().map(each -> "~" + each),
            commands.stream().map(each -> "+" + each))
        .flatMap(each -> each)
        .toList();
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // nothing is written to the array
  private static List<String> join(List<String>... parts) {
    return Stream.of(parts).flatMap(List::stream).toList();
  }

  /**
   * A key as a pattern that fits it: what a pattern gives a meaning is escaped. What Redis does not
   * take in a rule, or its command line reads otherwise, a question mark stands for, byte by byte.
   */
  private static String pattern(String key) {
    var pattern = new ArrayList<String>();
    key.codePoints()
        .forEach(
            point -> {
              var one = Character.toString(point);
              if ("*?[]\\".contains(one)) {
                pattern.add("\\" + one);
              } else if (point == '"' || point == '\'' || !isPlain(point)) {
                pattern.add("?".repeat(one.getBytes(UTF_8).length));
              } else {
                pattern.add(one);
              }
            });
    return pattern.stream().collect(Collectors.joining());
  }

  private static boolean isPlain(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
