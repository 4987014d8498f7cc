// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.inspect.Flow;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Place.Unread;
import io.millhand.inspect.Trend.Watched;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long entries that were not given out yet have to wait. Looks when it is first asked. */
final class Pace {

  private final Inspector inspector;
  private final String stream;
  private final Duration over;
  private @Nullable List<Watched> groups;

  /**
   * Of that stream's groups.
   *
   * @param over the time between two looks; 0 for none
   */
  Pace(Inspector inspector, String stream, Duration over) {
    this.inspector = inspector;
    this.stream = stream;
    this.over = over;
  }

  /**
   * At the present pace; empty where there is none, and where it is not known how many come first.
   */
  Optional<Duration> until(String group, Unread unread) throws InterruptedException {
    var known = groups;
    if (known == null) {
      known = over.isZero() ? List.of() : Watch.groups(inspector, List.of(stream), over);
      groups = known;
    }
    return known.stream()
        .filter(each -> each.group().name().equals(group) && unread.ahead().isExact())
        .flatMap(each -> each.flow().flatMap(Flow::settledPerSecond).stream())
        .filter(rate -> rate > 0)
        .findFirst()
        .map(rate -> Duration.ofMillis((long) (unread.ahead().entries() / rate * 1000)));
  }
}
