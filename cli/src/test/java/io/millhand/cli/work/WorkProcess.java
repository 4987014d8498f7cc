// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code millhand work} on the stream "orders" and the group "g", as a process of its own. */
final class WorkProcess implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(20);

  private final EmbeddedRedis redis;
  private final ChildProcess process;

  private WorkProcess(EmbeddedRedis redis, ChildProcess process) {
    this.redis = redis;
    this.process = process;
  }

  /** Starts it, and waits until it works. */
  static WorkProcess start(EmbeddedRedis redis, String... args) {
    var work = new WorkProcess(redis, builder(redis, args).start());
    work.process.awaitErrorLine(line -> line.endsWith(": started"), SOON);
    return work;
  }

  /** How to start it. */
  static ChildProcess.Builder builder(EmbeddedRedis redis, String... args) {
    var words = new ArrayList<>(List.of("work", "--stream", "orders", "--group", "g"));
    words.addAll(List.of("--redis", redis.url()));
    words.addAll(Arrays.asList(args));
    return ChildProcess.java(Main.class).args(words.toArray(String[]::new));
  }

  ChildProcess process() {
    return process;
  }

  /** Waits until nothing is left to do: all delivered, nothing pending. */
  void awaitDone(int entries) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              var group =
                  RedisProbe.list(
                      RedisProbe.list(redis.command("XINFO", "GROUPS", "orders")).getFirst());
              assertThat(group.get(group.indexOf("pending") + 1)).isEqualTo(0L);
              assertThat(group.get(group.indexOf("entries-read") + 1)).isEqualTo((long) entries);
            });
  }

  /** Asks it to stop; its exit code. */
  int stop() {
    process.signal("TERM");
    return process.awaitExit(SOON);
  }

  /** The dead letters, each as its names and values in one text. */
  static List<String> dead(EmbeddedRedis redis) {
    return RedisProbe.list(redis.command("XRANGE", "{orders}:g:dead", "-", "+")).stream()
        .map(String::valueOf)
        .toList();
  }

  @Override
  public void close() {
    process.close();
  }
}
