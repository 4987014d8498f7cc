// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import static io.millhand.benchmarks.contender.Variant.Plays.DRAIN;
import static io.millhand.benchmarks.contender.Variant.Plays.LATENCY;
import static io.millhand.benchmarks.contender.Variant.Plays.SLEEP;

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
              LATENCY),
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
              SLEEP,
              LATENCY));

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
    return new Variant(name, family, what, Set.of(plays), Width.ONE, FAST, () -> contender);
  }

  private static Variant wide(
      String name, String family, String what, Contender contender, Plays... plays) {
    return new Variant(name, family, what, Set.of(plays), Width.ALL, FAST, () -> contender);
  }
}
