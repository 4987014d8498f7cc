// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.child.Arguments;
import io.millhand.benchmarks.child.Task;
import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variant.Kind;
import io.millhand.benchmarks.contender.Variant.Plays;
import io.millhand.benchmarks.lab.Server;
import io.millhand.benchmarks.lab.Session;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import java.time.Duration;

/**
 * Lets one contender after the other consume streams of a server, each in a process of its own, and
 * looks afterwards whether all was acked.
 */
final class Consumption {

  private static final Duration MOST = Duration.ofMinutes(8);

  private final Session session;
  private final Server server;

  Consumption(Session session, Server server) {
    this.session = session;
    this.server = server;
  }

  /**
   * What to consume.
   *
   * @param entries how many
   * @param payload bytes of an entry's largest field
   * @param inFlight how many may be in handlers at once
   * @param sleepMillis how long a handler takes; 0 for nothing
   * @param warmUp entries before, which do not count
   * @param failing every how many entries one fails once; 0 for none
   * @param passes how often those before are consumed, at most
   */
  record Work(
      long entries,
      int payload,
      int inFlight,
      long sleepMillis,
      long warmUp,
      int failing,
      int passes) {

    Work(long entries, int payload, int inFlight, long sleepMillis, long warmUp) {
      this(entries, payload, inFlight, sleepMillis, warmUp, 0, 1);
    }

    /** The same, where every so many entries one fails once. */
    Work failing(int every) {
      return new Work(entries, payload, inFlight, sleepMillis, warmUp, every, passes);
    }

    /** The same, after so many passes through what is consumed before. */
    Work after(int passesBefore) {
      return new Work(entries, payload, inFlight, sleepMillis, warmUp, failing, passesBefore);
    }
  }

  Figures measure(Variant variant, Work work) throws Exception {
    return measure(Task.CONSUME, variant, work);
  }

  Figures measure(Task task, Variant variant, Work work) throws Exception {
    if (variant.kind() == Kind.KAFKA) {
      return measureOnBroker(variant, work);
    }
    var own = variant.plays().contains(Plays.DELETES);
    var stream =
        own
            ? server.ownStream(work.entries(), work.payload())
            : server.stream(work.entries(), work.payload());
    var warm =
        own
            ? server.ownStream(work.warmUp(), work.payload())
            : server.warmStream(work.warmUp(), work.payload());
    try {
      return measureOn(task, stream, warm, group -> {}, variant, work);
    } finally {
      if (own) {
        server.delete(stream);
        server.delete(warm);
      }
    }
  }

  private Figures measureOnBroker(Variant variant, Work work) throws Exception {
    var broker = session.peers().broker();
    var topic = broker.topic("orders", work.entries(), work.payload());
    var warm = broker.topic("warm", work.warmUp(), work.payload());
    var arguments =
        arguments(variant, work, topic, warm, "group-" + System.nanoTime())
            .with("host", broker.host())
            .with("port", broker.port())
            .with("server-pid", broker.pid());
    return session.peers().run(Task.CONSUME, variant, arguments, MOST);
  }

  /** What is done with a group before it is consumed. */
  @FunctionalInterface
  interface Prepares {
    void on(String group) throws Exception;
  }

  /** The same on this stream, with a group that was prepared. */
  Figures measureOn(String stream, Prepares prepares, Variant variant, Work work) throws Exception {
    var warm = server.warmStream(work.warmUp(), work.payload());
    return measureOn(Task.CONSUME, stream, warm, prepares, variant, work);
  }

  private Figures measureOn(
      Task task, String stream, String warm, Prepares prepares, Variant variant, Work work)
      throws Exception {
    var group = server.group(stream);
    server.createGroup(warm, group);
    try {
      prepares.on(group);
      var before = server.left(stream, group) - work.entries();
      var figures =
          session.peers().run(task, variant, arguments(variant, work, stream, warm, group), MOST);
      return variant.kind() == Kind.BULLMQ
          ? figures // it has a queue of its own, and has told what is left in that
          : figures.with(Metric.LEFT, server.left(stream, group) - before);
    } finally {
      server.forget(stream, group);
      server.forget(warm, group);
    }
  }

  private Arguments arguments(
      Variant variant, Work work, String stream, String warm, String group) {
    return Arguments.empty()
        .with("contender", variant.name())
        .with("host", server.host())
        .with("port", server.port())
        .with("stream", stream)
        .with("group", group)
        .with("entries", work.entries())
        .with("payload", work.payload())
        .with("inflight", work.inFlight())
        .with("sleep", work.sleepMillis())
        .with("failing", work.failing())
        .with("warm-stream", warm)
        .with("warm-entries", work.warmUp())
        .with("warm-passes", canRepeat(variant) ? work.passes() : 1);
  }

  /** Whether a stream that it has consumed can be consumed by another group. */
  private static boolean canRepeat(Variant variant) {
    return variant.kind() == Kind.JAVA && !variant.plays().contains(Plays.DELETES);
  }
}
