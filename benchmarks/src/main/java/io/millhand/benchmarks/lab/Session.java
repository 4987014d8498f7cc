// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.lab;

import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Measurement;
import io.millhand.benchmarks.report.Results;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * One run: what is asked for, what came of it, and who is told meanwhile.
 *
 * <p>Threads: one. Failure: a measurement that breaks is told and counted; the others go on.
 */
public final class Session implements AutoCloseable {

  private final Plan plan;
  private final Children children;
  private final Peers peers;
  private final Results results;
  private final PrintWriter out;

  /** A run that tells its progress to {@code out}. */
  public Session(Plan plan, Children children, Results results, PrintWriter out) {
    this.plan = plan;
    this.children = children;
    this.peers = new Peers(children);
    this.results = results;
    this.out = out;
  }

  /** A measurement of one contender. */
  @FunctionalInterface
  public interface Measure<C> {
    /** Measures it once. */
    Figures of(C contender) throws Exception;
  }

  /** How much to measure. */
  public Plan plan() {
    return plan;
  }

  /** What starts processes. */
  public Children children() {
    return children;
  }

  /** Starts a server, and tells which. */
  public Server server() throws IOException {
    var server = Server.start();
    remark("server: " + server.description());
    return server;
  }

  /** What contenders need besides this JVM. */
  public Peers peers() {
    return peers;
  }

  /** The contenders of a kind of work that were asked for and can run here; tells which cannot. */
  public List<Variant> variants(List<Variant> all, Variant.Plays kind) {
    return all.stream()
        .filter(each -> each.plays().contains(kind))
        .filter(this::isWanted)
        .filter(this::isHere)
        .toList();
  }

  private boolean isHere(Variant variant) {
    var missing = peers.missing(variant);
    missing.ifPresent(why -> remark("SKIPPED " + variant.name() + ": " + why));
    return missing.isEmpty();
  }

  /** Whether a contender was asked for. */
  public boolean isWanted(Variant variant) {
    return plan.contenders().isEmpty() || plan.contenders().stream().anyMatch(variant::isCalled);
  }

  /** The same by a name that stands for no variant. */
  public boolean isWanted(String name) {
    return plan.contenders().isEmpty() || plan.contenders().contains(name);
  }

  /** Measures them in turn, A B A B, so that what disturbs the machine meets all. */
  public void interleave(
      String part, String work, List<Variant> contenders, Measure<Variant> measure) {
    for (int round = 1; round <= plan.rounds(); round++) {
      for (var each : contenders) {
        once(part, work, each.name(), round, () -> measure.of(each));
      }
    }
  }

  /** Measures once, tells and keeps what came. */
  public void once(
      String part,
      String work,
      String contender,
      int round,
      java.util.concurrent.Callable<Figures> measure) {
    var place = "%s %s, %s, round %d/%d".formatted(part, work, contender, round, plan.rounds());
    try {
      var figures = measure.call();
      results.add(new Measurement(part, work, contender, round, figures));
      say(place + ": " + figures);
    } catch (Exception | AssertionError e) {
      var text = place + " FAILED: " + e.getMessage();
      say(text);
      results.failed(text);
    }
  }

  /** Tells, and keeps as a remark. */
  public void remark(String text) {
    say(text);
    results.remark(text);
  }

  /** Tells. */
  public void say(String text) {
    out.println(text);
    out.flush();
  }

  @Override
  public void close() {
    peers.close();
  }
}
