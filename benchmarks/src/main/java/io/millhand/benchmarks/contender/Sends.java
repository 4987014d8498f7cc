// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.util.List;

/**
 * A way to send entries, by its name.
 *
 * @param name as the tables have it
 * @param family that it belongs to
 * @param what it is, in one line
 * @param pace about how many entries a second it sends at best; only to keep slow ones short
 * @param makes opens it
 */
public record Sends(String name, String family, String what, long pace, Opens makes) {

  private static final int BATCH = 1_000;

  private static final List<Sends> ALL =
      List.of(
          bare(1, 20_000),
          bare(16, 150_000),
          bare(128, 400_000),
          millhand(1, 15_000),
          millhand(16, 100_000),
          new Sends(
              "millhand-sendall",
              "millhand",
              "sendAll, 1,000 at a time",
              400_000,
              (host, port) -> MillhandSender.batched(host, port, BATCH)),
          new Sends(
              "jedis-1",
              "jedis",
              "XADD one after the other",
              15_000,
              (host, port) -> new JedisSender(host, port, 1)),
          new Sends(
              "jedis-pipeline",
              "jedis",
              "pipelines of 1,000 XADD",
              300_000,
              (host, port) -> new JedisSender(host, port, BATCH)));

  /** Opens it. */
  @FunctionalInterface
  public interface Opens {
    /** Connects. */
    Sender open(String host, int port) throws Exception;
  }

  /** Somebody who sends. */
  public interface Sender extends AutoCloseable {
    /** Sends so many entries, and returns when Redis has confirmed all. */
    void send(String stream, long entries) throws Exception;

    @Override
    void close();
  }

  /** All. */
  public static List<Sends> all() {
    return ALL;
  }

  /** The one of that name. */
  public static Sends named(String name) {
    return ALL.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no sender is called " + name));
  }

  private static Sends bare(int outstanding, long pace) {
    return new Sends(
        "limit-" + outstanding,
        "limit",
        "bare socket, " + outstanding + " XADD outstanding",
        pace,
        (host, port) -> new BareSender(host, port, outstanding));
  }

  private static Sends millhand(int threads, long pace) {
    return new Sends(
        "millhand-send-" + threads,
        "millhand",
        "send, " + threads + (threads == 1 ? " thread" : " threads"),
        pace,
        (host, port) -> MillhandSender.single(host, port, threads));
  }
}
