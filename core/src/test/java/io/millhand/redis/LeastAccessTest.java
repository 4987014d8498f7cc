// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millhand.inspect.AccessRules;
import io.millhand.inspect.AccessRules.Role;
import io.millhand.inspect.AccessRules.Topology;
import io.millhand.testkit.RedisProbe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a user with the printed rules may not do. */
class LeastAccessTest extends OnEachServer {

  private static final String SECRET = "s3cret-tulip";

  /** Which Redis lets everybody use. */
  private static final Set<String> FREE = Set.of("auth", "hello", "quit", "reset");

  /** What these commands need to name a key, where it is not the first argument. */
  private static final Map<String, List<String>> FOREIGN =
      Map.of(
          "evalsha", List.of("0123456789012345678901234567890123456789", "1", "foreign"),
          "xreadgroup", List.of("GROUP", "g", "c", "STREAMS", "foreign", ">"));

  /** Those that name no key. */
  private static final Set<String> KEYLESS =
      Set.of(
          "ping",
          "time",
          "info",
          "scan",
          "script|load",
          "acl|whoami",
          "config|get",
          "client|setname",
          "client|id",
          "client|list",
          "client|kill");

  @AfterEach
  void forget() {
    raw("ACL", "DELUSER", "app");
  }

  private AccessRules user(Role role) {
    var rules = AccessRules.of(role, KEYS.stream(), KEYS.group(), Topology.SERVER);
    allow(rules);
    return rules;
  }

  private void allow(AccessRules rules) {
    raw(
        Stream.concat(
                Stream.of("ACL", "SETUSER", "app", "reset", "on", ">" + SECRET),
                rules.words().stream())
            .toArray(String[]::new));
  }

  /** A connection in the user's name. */
  private RedisProbe app() {
    var app = track(redis.probe());
    app.command("AUTH", "app", SECRET);
    return app;
  }

  /** A command or subcommand, and how many words it takes at least. */
  private record Known(String name, int words) {
    List<String> call() {
      var call = new ArrayList<>(List.of(name.split("\\|", 2)));
      call.addAll(FOREIGN.getOrDefault(name, List.of()));
      call.addAll(Collections.nCopies(Math.max(0, words - call.size()), "foreign"));
      return call;
    }
  }

  private List<Known> commands() {
    var all = new ArrayList<Known>();
    for (var row : rawList("COMMAND")) {
      collect((List<?>) row, all);
    }
    return all;
  }

  private static void collect(List<?> row, List<Known> all) {
    var children = (List<?>) row.get(9);
    if (children.isEmpty()) {
      all.add(new Known(String.valueOf(row.get(0)), Math.toIntExact(Math.abs((Long) row.get(1)))));
    }
    children.forEach(child -> collect((List<?>) child, all));
  }

  private String dryRun(List<String> call) {
    try {
      return String.valueOf(
          raw(
              Stream.concat(Stream.of("ACL", "DRYRUN", "app"), call.stream())
                  .toArray(String[]::new)));
    } catch (RedisProbe.ErrorReply e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void of_all_commands_that_the_server_knows_those_of_the_rules_alone_are_allowed(Role role) {
    assumeTrue(streams.probe().isAtLeast(7, 0), "ACL DRYRUN is new in 7.0");
    var rules = user(role);
    var allowed = new TreeSet<String>();

    for (var command : commands()) {
      var answer = dryRun(command.call());
      if (!answer.contains("no permissions to run the '" + command.name() + "' command")) {
        allowed.add(command.name());
      }
    }

    var expected = new TreeSet<>(rules.commands());
    expected.addAll(FREE);
    assertThat(allowed).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void no_command_reaches_a_key_of_others(Role role) {
    assumeTrue(streams.probe().isAtLeast(7, 0), "ACL DRYRUN is new in 7.0");
    var rules = user(role);
    var words = new java.util.HashMap<String, Known>();
    commands().forEach(each -> words.put(each.name(), each));

    for (var command : rules.commands()) {
      var answer = dryRun(words.get(command).call());
      if (!KEYLESS.contains(command)) {
        assertThat(answer).as(command).contains("foreign", "key");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void dangerous_commands_are_refused(Role role) {
    user(role);
    raw("SET", "foreign", "theirs");
    var app = app();
    for (var call :
        List.of(
            "FLUSHALL",
            "FLUSHDB",
            "CONFIG SET maxmemory 1",
            "KEYS *",
            "DEBUG SLEEP 0",
            "SHUTDOWN NOSAVE",
            "MONITOR",
            "REPLICAOF NO ONE",
            "SCRIPT FLUSH",
            "ACL LIST",
            "ACL SETUSER app +@all",
            "EVAL return(1) 0",
            "FUNCTION LIST",
            "MODULE LIST",
            "GET foreign",
            "DEL foreign",
            "XADD foreign * a 1",
            "RENAME orders foreign",
            "PUBLISH channel text",
            "SUBSCRIBE channel",
            "MULTI")) {
      assertThatThrownBy(() -> app.command(call.split(" ", -1)))
          .as(call)
          .isInstanceOf(RedisProbe.ErrorReply.class)
          .message()
          .containsAnyOf("NOPERM", "unknown command"); // 6.2 has no FUNCTION
    }
    assertThat(raw("GET", "foreign")).isEqualTo("theirs");
  }

  /** Who may load scripts runs Lua of his own, but no command and no key is his by that. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "return redis.call('FLUSHALL')",
        "return redis.call('GET', 'foreign')",
        "return redis.call('SET', 'foreign', 'mine')",
        "return redis.call('XGROUP', 'DESTROY', 'orders', 'processing')",
        "return redis.call('CONFIG', 'SET', 'maxmemory', '1')"
      })
  void a_script_of_a_worker_can_do_no_more_than_himself(String script) {
    user(Role.WORKER);
    raw("SET", "foreign", "theirs");
    var app = app();
    var sha = String.valueOf(app.command("SCRIPT", "LOAD", script));

    assertThatThrownBy(() -> app.command("EVALSHA", sha, "0"))
        .isInstanceOf(RedisProbe.ErrorReply.class);
    assertThat(raw("GET", "foreign")).isEqualTo("theirs");
    assertThat(raw("EXISTS", "orders")).isEqualTo(1L);
  }

  @Test
  void a_group_of_a_stream_is_not_another_ones() {
    user(Role.WORKER);
    raw("SET", "{orders}:billing:keeper", "theirs");
    var app = app();

    for (var key : List.of("{orders}:billing:keeper", "{orders}:audit", "orders2")) {
      assertThatThrownBy(() -> app.command("GET", key)).hasMessageContaining("NOPERM");
    }
  }

  @ParameterizedTest
  @CsvSource({"'a*b',aXb", "'a?b',aXb", "'a[bc]',ab", "'a\\b',ab", "'[^x]',a"})
  void names_that_look_like_patterns_reach_their_own_keys_alone(String stream, String foreign) {
    allow(AccessRules.of(Role.PRODUCER, stream, "", Topology.SERVER));
    var app = app();

    assertThat(app.command("XADD", stream, "*", "a", "1")).isNotNull();
    assertThatThrownBy(() -> app.command("XADD", foreign, "*", "a", "1"))
        .hasMessageContaining("NOPERM");
  }

  @ParameterizedTest
  @CsvSource({"'two words'", "'quo\"te'", "'it''s'", "'tab\there'", "'größe 5\u00a0€'"})
  void names_that_a_rule_cannot_hold_are_reached_all_the_same(String stream) {
    var rules = AccessRules.of(Role.PRODUCER, stream, "", Topology.SERVER);
    allow(rules);

    assertThat(app().command(stream(stream))).isNotNull();
    assertThat(String.join(" ", rules.words())).doesNotContainPattern("[\"'\t\u00a0]");
    assertThat(rules.keys().getFirst()).doesNotContain(" ");
  }

  private static byte[][] stream(String key) {
    return Stream.of("XADD", key, "*", "a", "1")
        .map(word -> word.getBytes(UTF_8))
        .toArray(byte[][]::new);
  }
}
