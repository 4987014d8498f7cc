// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Trend;
import io.millhand.inspect.Trend.Watched;
import java.time.Duration;
import java.util.List;

/** Two looks at groups, where one does not tell enough. */
final class Watch {

  private Watch() {}

  /**
   * Looks once, and again after that time where something waits: whether it moves takes two looks.
   *
   * @param over 0 for one look
   */
  static List<Watched> groups(Inspector inspector, List<String> streams, Duration over)
      throws InterruptedException {
    var trend = new Trend(over);
    var first = trend.add(inspector.groups(streams), System.nanoTime());
    if (over.isZero() || first.stream().map(Watched::group).noneMatch(GroupSnapshot::hasWork)) {
      return first;
    }
    Thread.sleep(over);
    return trend.add(inspector.groups(streams), System.nanoTime());
  }
}
