// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import static io.millhand.benchmarks.contender.Variant.Plays.DELETES;
import static io.millhand.benchmarks.contender.Variant.Plays.DRAIN;
import static io.millhand.benchmarks.contender.Variant.Plays.IDLE;
import static io.millhand.benchmarks.contender.Variant.Plays.LATENCY;
import static io.millhand.benchmarks.contender.Variant.Plays.SLEEP;

import io.millhand.benchmarks.contender.Variant.Kind;
import io.millhand.benchmarks.contender.Variant.Plays;
import io.millhand.benchmarks.contender.Variant.Width;
import java.util.List;
import java.util.Set;

/** All contenders, in the order in which they run. */
public final class Variants {

  private static final long FAST = 1_000_000;

  private static final List<Variant> ALL =
      List.of(
          fast("limit-c100", "limit", "bare socket loop, COUNT 100", Limit.draining(100), DRAIN),
          fast("limit-c500", "limit", "bare socket loop, COUNT 500", Limit.draining(500), DRAIN),
          fast("limit-wait", "limit", "bare socket loop that waits", Limit.waiting(500), LATENCY),
          fast(
              "millhand-batch",
              "millhand-batch",
              "onBatch(500), else as it comes",
              MillhandWorker.batch(),
              DRAIN),
          wide(
              "millhand-each",
              "millhand-each",
              "onEach, 1,000 in flight, else as it comes",
              MillhandWorker.each(),
              DRAIN,
              SLEEP,
              LATENCY),
          fast(
              "millhand-plain",
              "millhand-plain",
              "onEach, nothing set: 64 at once, 1,024 in flight",
              MillhandWorker.plain(),
              DRAIN,
              LATENCY,
              IDLE),
          fast(
              "millhand-metrics",
              "millhand-extras",
              "as plain, every step counted and timed by Micrometer",
              MillhandWorker.metrics(),
              DRAIN),
          fast(
              "millhand-queue",
              "millhand-extras",
              "as plain, what is acked is deleted",
              MillhandWorker.queue(),
              DRAIN,
              DELETES),
          fast(
              "jedis-pipelined",
              "jedis",
              "XACK and next XREADGROUP in one write, COUNT 500",
              JedisLoop.pipelined(500),
              DRAIN),
          fast(
              "jedis-sync",
              "jedis",
              "one command after the other, COUNT 500",
              JedisLoop.sync(500),
              DRAIN,
              LATENCY,
              IDLE),
          wide(
              "jedis-threads",
              "jedis",
              "a virtual thread for each entry, 1,000 in flight, batched acks",
              new JedisThreads(),
              DRAIN,
              SLEEP,
              LATENCY),
          fast(
              "lettuce-c100",
              "lettuce",
              "asynchronous, two reads outstanding, COUNT 100",
              new LettuceLoop(100),
              DRAIN,
              LATENCY,
              IDLE),
          fast(
              "lettuce-c500",
              "lettuce",
              "asynchronous, two reads outstanding, COUNT 500",
              new LettuceLoop(500),
              DRAIN),
          wide(
              "lettuce-threads",
              "lettuce",
              "a virtual thread for each entry, 1,000 in flight, batched acks",
              new LettuceThreads(),
              DRAIN,
              SLEEP,
              LATENCY),
          fast(
              "redisson-batch-ack",
              "redisson",
              "RStream loop, COUNT 500, one ack for each batch",
              RedissonLoop.batchAck(500),
              DRAIN,
              SLEEP,
              LATENCY),
          slow(
              "redisson-ack-each",
              "redisson",
              "RStream loop, COUNT 500, one ack for each entry",
              8_000,
              RedissonLoop.ackEach(500),
              DRAIN),
          slow(
              "spring-ack",
              "spring",
              "listener container, one ack for each entry",
              9_500,
              SpringContainer.acking(1),
              DRAIN,
              SLEEP,
              LATENCY,
              IDLE),
          new Variant(
              "spring-ack-100",
              "spring",
              "the same with 100 subscriptions",
              Set.of(SLEEP),
              Width.HUNDRED,
              9_500,
              Kind.JAVA,
              () -> SpringContainer.acking(100)),
          fast(
              "spring-auto-ack",
              "spring",
              "listener container with NOACK: AT MOST ONCE, loses entries in a crash",
              SpringContainer.autoAck(),
              DRAIN),
          script(
              "bullmq",
              "job queue in Lua and Node, concurrency 1,000; jobs of its own, no stream",
              Width.ALL,
              15_000,
              Kind.BULLMQ),
          script("python", "redis-py loop: read 10, ack each", Width.ONE, 6_500, Kind.PYTHON),
          new Variant(
              "parallel-consumer",
              "parallel-consumer",
              "Confluent Parallel Consumer, unordered, 1,000 threads, on a Kafka broker",
              Set.of(DRAIN, SLEEP),
              Width.ALL,
              80_000,
              Kind.KAFKA,
              ParallelConsumerLoop::new));

  private Variants() {}

  /** All. */
  public static List<Variant> all() {
    return ALL;
  }

  /** The one of that name. */
  public static Variant named(String name) {
    return ALL.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no contender is called " + name));
  }

  private static Variant fast(
      String name, String family, String what, Contender contender, Plays... plays) {
    return new Variant(
        name, family, what, Set.of(plays), Width.ONE, FAST, Kind.JAVA, () -> contender);
  }

  private static Variant script(String name, String what, Width width, long pace, Kind kind) {
    return new Variant(
        name,
        name,
        what,
        Set.of(DRAIN, SLEEP),
        width,
        pace,
        kind,
        () -> {
          throw new IllegalStateException(name + " is a program of its own");
        });
  }

  private static Variant slow(
      String name, String family, String what, long pace, Contender contender, Plays... plays) {
    return new Variant(
        name, family, what, Set.of(plays), Width.ONE, pace, Kind.JAVA, () -> contender);
  }

  private static Variant wide(
      String name, String family, String what, Contender contender, Plays... plays) {
    return new Variant(
        name, family, what, Set.of(plays), Width.ALL, FAST, Kind.JAVA, () -> contender);
  }
}
