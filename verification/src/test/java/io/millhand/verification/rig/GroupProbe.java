// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static io.millhand.testkit.RedisProbe.list;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Redis itself says about a group, asked without the library under test. */
public final class GroupProbe {

  private static final String DEFERRED = "~deferred";
  private static final String COUNT_AT_MOST = "100000";

  private final Supplier<EmbeddedRedis> redis;
  private final String stream;
  private final String group;

  GroupProbe(Supplier<EmbeddedRedis> redis, String stream, String group) {
    this.redis = redis;
    this.stream = stream;
    this.group = group;
  }

  /**
   * What is unfinished.
   *
   * @param pending delivered and not acked, deferred ones among them
   * @param deferred with a due time
   * @param undelivered not yet read
   */
  public record Unfinished(long pending, long deferred, long undelivered) {
    boolean isNothing() {
      return pending == 0 && deferred == 0 && undelivered == 0;
    }
  }

  /** What is unfinished. */
  public Unfinished unfinished() {
    var pending = (Long) Objects.requireNonNull(list(command("XPENDING", stream, group)).get(0));
    var deferred = (Long) Objects.requireNonNull(command("ZCARD", key("deferred")));
    return new Unfinished(pending, deferred, undelivered());
  }

  /** How many no consumer has read. */
  public long undelivered() {
    var last = Objects.requireNonNull(groupRow().get("last-delivered-id"));
    return list(command("XRANGE", stream, "(" + last, "+", "COUNT", COUNT_AT_MOST)).size();
  }

  /** The names of all entries that the stream has, handled ones among them. */
  public Set<String> kept() {
    return list(command("XRANGE", stream, "-", "+")).stream()
        .map(row -> String.valueOf(map(list(row).get(1)).get(Load.NAME)))
        .collect(Collectors.toSet());
  }

  /** How many are pending under a consumer's name. */
  public int pendingOf(String consumer) {
    return list(command("XPENDING", stream, group, "-", "+", "10000", consumer)).size();
  }

  /** Waits until nothing is unfinished. */
  public void awaitQuiet(Duration timeout) {
    await()
        .alias("nothing pending, deferred or undelivered in " + group)
        .atMost(timeout)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(this::unfinished, Unfinished::isNothing);
  }

  /** The names of all consumers. */
  public List<String> consumers() {
    return list(command("XINFO", "CONSUMERS", stream, group)).stream()
        .map(row -> String.valueOf(map(row).get("name")))
        .toList();
  }

  /** The consumers that are registered as workers. */
  public List<String> workers() {
    return list(command("HKEYS", key("workers"))).stream().map(String::valueOf).toList();
  }

  /** The ids, at Redis, of the workers' connections to read, to settle and for heartbeats. */
  public Set<String> workerConnections() {
    return String.valueOf(command("CLIENT", "LIST"))
        .lines()
        .filter(line -> line.matches(".* name=millhand-(read|settle|beat) .*"))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .collect(Collectors.toSet());
  }

  /** How many connections of the library Redis has, whosever they are. */
  public long connections() {
    return String.valueOf(command("CLIENT", "LIST"))
        .lines()
        .filter(line -> line.contains(" name=millhand-"))
        .count();
  }

  /** The dead letters. */
  public List<Letter> dead() {
    var words = Stream.of("XRANGE", key("dead"), "-", "+").map(word -> word.getBytes(UTF_8));
    return list(redis.get().command(words.toArray(byte[][]::new))).stream()
        .map(Letter::of)
        .toList();
  }

  /**
   * An entry of the stream.
   *
   * @param id its id
   * @param name its name in the ledger
   */
  public record Found(String id, String name) {}

  /** So many at most that wait for their due time and that the stream has. */
  public List<Found> deferred(int count) {
    var rows =
        list(command("XPENDING", stream, group, "-", "+", Integer.toString(count), DEFERRED));
    return rows.stream()
        .map(row -> String.valueOf(list(row).get(0)))
        .flatMap(id -> entries(id, id, 1).stream())
        .toList();
  }

  /** The next so many at most that no consumer has read. */
  public List<Found> unread(int count) {
    return entries("(" + groupRow().get("last-delivered-id"), "+", count);
  }

  private List<Found> entries(String from, String to, int count) {
    return list(command("XRANGE", stream, from, to, "COUNT", Integer.toString(count))).stream()
        .map(row -> list(row))
        .map(
            row ->
                new Found(
                    String.valueOf(row.get(0)), String.valueOf(map(row.get(1)).get(Load.NAME))))
        .toList();
  }

  /** The ledger's names of all entries that the stream has now. */
  public Set<String> names() {
    return entries("-", "+", Integer.MAX_VALUE).stream()
        .map(Found::name)
        .collect(Collectors.toSet());
  }

  private Map<String, String> groupRow() {
    return list(command("XINFO", "GROUPS", stream)).stream()
        .map(GroupProbe::map)
        .filter(row -> group.equals(row.get("name")))
        .findFirst()
        .orElseThrow();
  }

  private String key(String what) {
    return "{" + stream + "}:" + group + ":" + what;
  }

  private @Nullable Object command(String... words) {
    return redis.get().command(words);
  }

  private static Map<String, String> map(@Nullable Object row) {
    var flat = list(row);
    var map = new HashMap<String, String>();
    for (int i = 0; i < flat.size(); i += 2) {
      map.put(String.valueOf(flat.get(i)), String.valueOf(flat.get(i + 1)));
    }
    return map;
  }
}
