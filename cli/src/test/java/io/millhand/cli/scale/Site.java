// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Millhand;
import io.millhand.Producer;
import io.millhand.cli.Main;
import io.millhand.delivery.Fields;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Ledger;
import io.millhand.testkit.LedgerReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A stream, its group, a producer with a ledger, and how to start workers that keep theirs. */
final class Site implements AutoCloseable {

  static final String STREAM = "orders";
  static final String GROUP = "g";
  static final String NAME = "n";
  static final String WORK = "work";
  static final String POISON = "poison";

  /** The variable that tells workers where ledgers are. */
  static final String LEDGERS = "TEST_LEDGERS";

  static final Duration SOON = Duration.ofSeconds(30);

  private final EmbeddedRedis redis;
  private final Path folder;
  private final Ledger ledger;
  private final Millhand millhand;
  private final Producer producer;
  private int sent;

  Site(EmbeddedRedis redis, Path folder) {
    this.redis = redis;
    this.folder = folder;
    this.ledger = Ledger.open(folder, "test");
    this.millhand = Millhand.connect(redis.url());
    this.producer = millhand.producerBuilder(STREAM).retryFor(Duration.ofSeconds(20)).build();
  }

  /** The shell command of a worker; all that is long or of this run is in its environment. */
  static String work(String more) {
    return "exec \"$TEST_JAVA\" -Xmx64m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -cp \"$TEST_CLASSES\" "
        + Main.class.getName()
        + " work --handler "
        + LedgerHandler.class.getName()
        + " --log-level warn "
        + more;
  }

  /** What such a command needs in its environment. */
  Map<String, String> environment() {
    var variables = new HashMap<String, String>();
    variables.put("TEST_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    variables.put("TEST_CLASSES", System.getProperty("java.class.path", ""));
    variables.put(LEDGERS, folder.toString());
    variables.put("REDIS_URL", redis.url());
    variables.put("STREAM_KEY", STREAM);
    variables.put("GROUP_NAME", GROUP);
    return variables;
  }

  /** {@code millhand scale --json}, as a process of its own. */
  ChildProcess scale(String command, String... more) {
    var words = new ArrayList<>(List.of("scale", "--json", "--exec", command));
    words.addAll(List.of(more));
    var builder = ChildProcess.java(Main.class).args(words.toArray(String[]::new));
    environment().forEach(builder::environment);
    return builder.start();
  }

  /** The same as the first process of a container: process ids are its own, and it is 1. */
  ChildProcess scaleAsFirst(String command, String... more) {
    var variables = environment();
    var words =
        new ArrayList<>(
            List.of(
                "--fork",
                "--pid",
                "--mount-proc",
                "--kill-child",
                String.valueOf(variables.get("TEST_JAVA")),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.valueOf(variables.get("TEST_CLASSES")),
                Main.class.getName()));
    words.addAll(List.of("scale", "--json", "--exec", command));
    words.addAll(List.of(more));
    var builder = ChildProcess.command("unshare", words.toArray(String[]::new));
    variables.forEach(builder::environment);
    return builder.start();
  }

  /** Sends so many, each of so much work. */
  void send(int count, Duration work) {
    send("e", count, work);
  }

  /** The same, with names that begin so. */
  void send(String prefix, int count, Duration work) {
    for (int i = 0; i < count; i++) {
      sent++;
      var name = "%s-%05d".formatted(prefix, sent);
      ledger.attempted(name);
      var id = producer.send(Fields.of(NAME, name, WORK, Long.toString(work.toMillis())));
      ledger.added(name, id.toString());
    }
  }

  /** Sends so many a second for a time. */
  void send(double perSecond, Duration time, Duration work) throws InterruptedException {
    var never = new CountDownLatch(1);
    var began = System.nanoTime();
    for (int i = 0; i < perSecond * time.toMillis() / 1000; i++) {
      send(1, work);
      var next = began + (long) ((i + 1) / perSecond * 1e9);
      assertThat(never.await(next - System.nanoTime(), TimeUnit.NANOSECONDS)).isFalse();
    }
  }

  /** How many have been sent. */
  int sent() {
    return sent;
  }

  /** What Redis says of the group. */
  GroupSnapshot group() {
    return millhand.inspector().group(STREAM, GROUP);
  }

  /** Waits until nothing is left to do. */
  void awaitDone(Duration most) {
    await()
        .atMost(most)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(
            () -> {
              var group = group();
              return group.lag().isExact()
                  && group.lag().entries() == 0
                  && group.pending() == 0
                  && group.deferred() == 0;
            });
  }

  /** Waits until so many have been handled. */
  void awaitHandled(int count) {
    await().atMost(SOON).until(() -> lines("END").size() >= count);
  }

  /** What the ledgers say. */
  LedgerReport report() {
    return Ledger.reconcile(folder);
  }

  /** A line of a ledger. */
  record Line(String word, double at, String name, String worker) {}

  /** All lines of that kind so far, by time. */
  List<Line> lines(String word) {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".ledger"))
          .flatMap(Site::read)
          .filter(line -> line.endsWith(" .") && line.startsWith(word + " "))
          .map(line -> line.split(" ", -1))
          .map(words -> new Line(words[0], Long.parseLong(words[1]) / 1e6, words[2], words[3]))
          .sorted(java.util.Comparator.comparingDouble(Line::at))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static java.util.stream.Stream<String> read(Path file) {
    try {
      return Files.readString(file, UTF_8).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The longest time that an entry waited from its send until a handler first began. */
  double longestWait() {
    var added = new HashMap<String, Double>();
    lines("ADD").forEach(line -> added.putIfAbsent(line.name(), line.at()));
    var begun = new HashMap<String, Double>();
    lines("BEG").forEach(line -> begun.putIfAbsent(line.name(), line.at()));
    return begun.entrySet().stream()
        .mapToDouble(each -> each.getValue() - added.getOrDefault(each.getKey(), each.getValue()))
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    millhand.close();
    ledger.close();
  }
}
