// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.config.Credentials;
import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.delivery.EntryId;
import io.millhand.redis.WorkerCommands.Registered;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * A test of the protocol, run on each server that we have: with the group {@code processing} of the
 * stream {@code orders}, workers that do only what they are told, and a second pair of eyes that
 * does not use the code under test.
 */
@ParameterizedClass(name = "on {0}", autoCloseArguments = false)
@ArgumentsSource(Servers.class)
abstract class OnEachServer {

  static final Keys KEYS = Keys.of("orders", "processing");

  @Parameter EmbeddedRedis redis;

  /** A report of failed tests has no word on the parameter of their class. */
  @RegisterExtension
  final TestExecutionExceptionHandler tellsServer =
      (context, failure) -> {
        if (failure.getClass().getSimpleName().equals("TestAbortedException")) {
          throw failure; // an assumption
        }
        throw new AssertionError("on " + redis + ": " + failure.getMessage(), failure);
      };

  private RedisProbe probe;
  RedisStreams streams;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @BeforeEach
  void begin() {
    probe = redis.probe();
    raw("FLUSHALL");
    raw("SCRIPT", "FLUSH");
    raw("CONFIG", "SET", "maxmemory", "0");
    raw("XGROUP", "CREATE", KEYS.stream(), KEYS.group(), "0", "MKSTREAM");
    streams = new RedisStreams(settings(redis));
  }

  @AfterEach
  void end() throws Exception {
    for (var each : opened) {
      each.close();
    }
    probe.close();
  }

  static RedisSettings settings(EmbeddedRedis redis) {
    return new RedisSettings(
        new Target.Single(new Node(redis.host(), redis.port())),
        0,
        Optional.empty(),
        () -> Credentials.NONE,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10));
  }

  <C extends AutoCloseable> C track(C resource) {
    opened.push(resource);
    return resource;
  }

  /** A registered worker. */
  TestWorker worker(String consumer) {
    var worker = unregistered(consumer, consumer + "-boot");
    if (!(worker.register() instanceof Registered.Ok)) {
      throw new AssertionError(consumer + " could not be registered");
    }
    return worker;
  }

  TestWorker unregistered(String consumer, String bootId) {
    return track(new TestWorker(streams, KEYS, consumer, bootId));
  }

  InspectCommands inspect() {
    return track(streams.inspecting(streams.nodes().get(0)));
  }

  OperateCommands operate() {
    return track(streams.operating("orders"));
  }

  /** A command by another way than ours. */
  @Nullable Object raw(String... words) {
    return probe.command(words);
  }

  @Nullable Object raw(byte[]... words) {
    return probe.command(words);
  }

  List<?> rawList(String... words) {
    return RedisProbe.list(raw(words));
  }

  EntryId add() {
    return add("order_id", "1");
  }

  EntryId add(String... fields) {
    var words =
        Stream.concat(Stream.of("XADD", KEYS.stream(), "*"), Stream.of(fields))
            .toArray(String[]::new);
    return EntryId.parse(Objects.requireNonNull((String) raw(words)));
  }

  /** Adds an entry under an id of the test's choice. */
  EntryId addAs(String id) {
    return EntryId.parse(
        Objects.requireNonNull((String) raw("XADD", KEYS.stream(), id, "order_id", "1")));
  }

  List<EntryId> add(int count) {
    return IntStream.range(0, count).mapToObj(i -> add("order_id", "" + i)).toList();
  }

  /** A row of the pending list, as Redis shows it. */
  record Row(EntryId id, String consumer, long idle, long deliveries) {}

  List<Row> pending() {
    return rawList("XPENDING", KEYS.stream(), KEYS.group(), "-", "+", "100000").stream()
        .map(row -> row((List<?>) row))
        .toList();
  }

  private static Row row(List<?> parts) {
    return new Row(
        EntryId.parse((String) parts.get(0)),
        (String) parts.get(1),
        (Long) parts.get(2),
        (Long) parts.get(3));
  }

  List<EntryId> pendingIds() {
    return pending().stream().map(Row::id).toList();
  }

  List<EntryId> pendingOf(String consumer) {
    return pending().stream().filter(row -> row.consumer().equals(consumer)).map(Row::id).toList();
  }

  Row pending(EntryId id) {
    return pending().stream().filter(row -> row.id().equals(id)).findFirst().orElseThrow();
  }

  String ownerOf(EntryId id) {
    return pending(id).consumer();
  }

  /** Its due time, server milliseconds; null where it has none. */
  @Nullable Long dueTime(EntryId id) {
    var score = raw("ZSCORE", KEYS.deferred(), id.toString());
    return score == null ? null : (long) Double.parseDouble((String) score);
  }

  /** Lets its due time have come. */
  void makeDue(EntryId id) {
    raw("ZADD", KEYS.deferred(), "XX", "1", id.toString());
  }

  /** What is remembered of its failures. */
  Failure failure(EntryId id) {
    var text = failureText(id);
    return Failure.parse(text == null ? null : text.getBytes(UTF_8));
  }

  @Nullable String failureText(EntryId id) {
    return (String) raw("HGET", KEYS.failures(), id.toString());
  }

  void remember(EntryId id, String record) {
    raw("HSET", KEYS.failures(), id.toString(), record);
  }

  /** A worker's registration, byte for byte. */
  @Nullable String info(String consumer) {
    return (String) raw("HGET", KEYS.info(), consumer);
  }

  /** Moves an entry to a consumer, as a client of another kind would, that long ago. */
  void claimAs(String consumer, EntryId id, long idle) {
    raw(
        "XCLAIM",
        KEYS.stream(),
        KEYS.group(),
        consumer,
        "0",
        id.toString(),
        "IDLE",
        "" + idle,
        "RETRYCOUNT",
        "1",
        "JUSTID");
  }

  /** Deletes its body from the stream; what is pending stays pending. */
  void trimAway(EntryId id) {
    raw("XDEL", KEYS.stream(), id.toString());
  }

  long serverMillis() {
    var time = rawList("TIME");
    return Long.parseLong((String) time.get(0)) * 1000
        + Long.parseLong((String) time.get(1)) / 1000;
  }

  /** Lets the server be at its maxmemory. */
  void fillMemory() {
    raw("CONFIG", "SET", "maxmemory-policy", "noeviction");
    raw("CONFIG", "SET", "maxmemory", "1");
  }
}
