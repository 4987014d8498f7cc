// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.cli.http.Http;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /metrics}. */
final class Metrics implements Http.Endpoint {

  private final Collector collector;
  private final List<MetricSet> sets;
  private final Optional<Probe> probe;
  private final Optional<Scaling> scaling;

  /** Of those sets, that probe and those decisions, beside what is told of the process itself. */
  Metrics(
      Collector collector, List<MetricSet> sets, Optional<Probe> probe, Optional<Scaling> scaling) {
    this.collector = collector;
    this.sets = List.copyOf(sets);
    this.probe = probe;
    this.scaling = scaling;
  }

  /**
   * What is wanted.
   *
   * @param database the number of the database
   * @param consumers how many consumers have series of their own; 0: none
   * @param silentAfter a foreign consumer that has asked for nothing for so long is silent
   * @param names whose names are shown, beside our own
   */
  record Wanted(int database, int consumers, Duration silentAfter, Set<OtherNames> names) {}

  /** The sets that are wanted. */
  static List<MetricSet> sets(Wanted wanted) {
    var consumers = wanted.consumers();
    var sets = new ArrayList<MetricSet>();
    sets.add(new StreamMetrics());
    sets.add(new GroupMetrics(wanted.silentAfter()));
    sets.add(new ProgressMetrics());
    if (consumers > 0) {
      sets.add(new ConsumerMetrics(consumers));
    }
    wanted.names().forEach(name -> sets.add(name.set(wanted.database(), consumers)));
    return sets;
  }

  @Override
  public Answer answer(Request request) {
    var collection = collector.collect();
    var sheet = new Sheet();
    OwnMetrics.fill(sheet, collection);
    probe.ifPresent(each -> each.fill(sheet));
    scaling.ifPresent(each -> ScalingMetrics.fill(sheet, each.signals()));
    collection.seen().ifPresent(seen -> sets.forEach(set -> set.fill(sheet, seen)));
    var form = Exposition.of(request.accept());
    return new Answer(200, form.contentType(), form.write(sheet));
  }
}
