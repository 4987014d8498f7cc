// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.Measurement;
import io.millhand.autoscale.Measurement.Fleet;
import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import java.util.Optional;

/** Looks at a run as Redis and the workers would tell of it. */
final class Gauge {

  /** Seconds between two measurements. */
  static final int EVERY = 5;

  private final Load load;
  private final Backlog backlog;
  private final Crew crew;
  private long addedBefore;
  private Optional<Seen> last = Optional.empty();

  private record Seen(int at, long added, long settled) {}

  Gauge(Load load, Backlog backlog, Crew crew) {
    this.load = load;
    this.backlog = backlog;
    this.crew = crew;
  }

  /** How many were added until the second before. */
  long addedBefore() {
    return addedBefore;
  }

  void remember() {
    addedBefore = backlog.added();
  }

  /** What is seen at that second. */
  Sight sight(int second, boolean known, int requested) {
    var measured =
        known && second % EVERY == 0
            ? Optional.of(measure(second, requested))
            : Optional.<Measurement>empty();
    return new Sight(
        second,
        known,
        measured,
        backlog.lag(),
        backlog.pending(),
        backlog.oldestWait(second),
        requested);
  }

  private Measurement measure(int second, int requested) {
    var seen = new Seen(second, backlog.added(), backlog.settled());
    var flow = last.map(before -> flow(before, seen));
    last = Optional.of(seen);
    var none = load.size();
    var oldest = backlog.oldest(none);
    return new Measurement(
        Duration.ofSeconds(second),
        flow,
        new Measurement.Backlog(backlog.waiting(), true),
        backlog.inHand(),
        backlog.later(),
        oldest == none ? Optional.empty() : Optional.of(seconds(second - load.added(oldest))),
        new Fleet(crew.ready(), requested, crew.slots()),
        false);
  }

  private static Flow flow(Seen before, Seen now) {
    return new Flow(
        Duration.ofSeconds(now.at() - before.at()),
        now.added() - before.added(),
        now.settled() - before.settled());
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
