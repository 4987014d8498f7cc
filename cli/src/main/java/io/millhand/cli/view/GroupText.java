// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Escape;
import io.millhand.cli.Texts;
import io.millhand.inspect.Flow;
import io.millhand.inspect.Snapshots.Crew;
import io.millhand.inspect.Snapshots.Pin;
import io.millhand.inspect.Trend.Watched;
import java.util.List;

/** A group as a row of a table, and in words. */
final class GroupText {

  static final List<String> HEAD =
      List.of(
          "STREAM",
          "GROUP",
          "VERDICT",
          "LAG",
          "PENDING",
          "DEFERRED",
          "DEAD",
          "IN/S",
          "OUT/S",
          "WORKERS",
          "UNDELIVERED FOR",
          "UNFINISHED FOR");

  private GroupText() {}

  static String reason(Watched watched) {
    return "%s/%s is %s: %s"
        .formatted(
            Escape.text(watched.group().stream()),
            Escape.text(watched.group().name()),
            Texts.word(watched.verdict().kind()),
            watched.verdict().reason());
  }

  static List<String> row(Watched watched) {
    var group = watched.group();
    return List.of(
        group.stream(),
        group.name(),
        Texts.word(watched.verdict().kind()),
        Texts.lag(group.lag()),
        Texts.count(group.pending()),
        Texts.count(group.deferred()),
        Texts.count(group.dead()),
        Texts.rate(watched.flow().flatMap(Flow::addedPerSecond)),
        Texts.rate(watched.flow().flatMap(Flow::settledPerSecond)),
        workers(group.crew()),
        Texts.duration(group.oldestUndelivered()),
        Texts.duration(group.oldestPending().flatMap(Pin::age)));
  }

  private static String workers(Crew crew) {
    return crew.gone() == 0
        ? Texts.count(crew.alive() + crew.unseen())
        : "%d +%d gone".formatted(crew.alive() + crew.unseen(), crew.gone());
  }
}
