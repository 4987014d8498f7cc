// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.inspect.Snapshots.Member;
import io.millhand.inspect.Survey;
import java.util.ArrayList;
import java.util.List;

/**
 * The consumers that have series of their own. They come and go with pods and names are never
 * reused: without a limit a long-lived Prometheus would drown in them.
 *
 * @param rows those that are shown: the first ones, by stream, group and name
 * @param leftOut how many more there are
 */
record ShownConsumers(List<Row> rows, int leftOut) {

  /** A consumer, and where it belongs. */
  record Row(String stream, String group, Member consumer) {}

  /** Of that survey, so many at most. */
  static ShownConsumers of(Survey survey, int limit) {
    var rows = new ArrayList<Row>();
    for (var group : survey.groups()) {
      for (var consumer : group.members()) {
        rows.add(new Row(group.stream(), group.name(), consumer));
      }
    }
    return rows.size() <= limit
        ? new ShownConsumers(rows, 0)
        : new ShownConsumers(rows.subList(0, limit), rows.size() - limit);
  }
}
