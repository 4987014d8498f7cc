// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How a group is, in a word and in words. No threshold is to be tuned: what is judged is held
 * against what the group itself does.
 *
 * @param kind in a word
 * @param reason why, with figures; safe to print
 */
public record Verdict(Kind kind, String reason) {

  /** In a word; the later, the worse, but for the last. */
  public enum Kind {
    /** Nothing waits, or it is being worked off. */
    OK,
    /** More comes than is settled. */
    SLOW,
    /** Entries end in the dead letters, or kill their workers. */
    POISONED,
    /** Somebody is there, and nothing moves. */
    STALLED,
    /** Something waits, and nobody is there, or the group is paused. */
    STOPPED,
    /** It cannot be told: one look was not enough, or Redis does not know. */
    UNKNOWN
  }

  /** As many settlements as are missed by chance in one window of twenty. */
  private static final double SURELY = 3;

  /** From one look alone. */
  public static Verdict of(GroupSnapshot group) {
    return of(group, Optional.empty());
  }

  /**
   * From two looks.
   *
   * @param group the later
   * @param flow what went through between them; empty where there was one look only
   */
  public static Verdict of(GroupSnapshot group, Optional<Flow> flow) {
    if (!group.hasWork()) {
      return poison(group, flow).orElseGet(() -> idle(group));
    }
    if (group.paused().isPresent()) {
      return new Verdict(
          Kind.STOPPED, "paused by %s; %s".formatted(group.paused().get(), waiting(group)));
    }
    if (isAbandoned(group, flow)) {
      return new Verdict(Kind.STOPPED, "nobody works on it: " + waiting(group));
    }
    if (flow.isEmpty()) {
      return poison(group, flow)
          .orElseGet(
              () ->
                  new Verdict(
                      Kind.UNKNOWN, "one look cannot tell whether it moves: " + waiting(group)));
    }
    return stall(group, flow.get())
        .or(() -> poison(group, flow))
        .orElseGet(() -> pace(group, flow.get()));
  }

  private static Verdict idle(GroupSnapshot group) {
    if (group.paused().isPresent()) {
      return new Verdict(Kind.OK, "nothing waits; paused by " + group.paused().get());
    }
    var crew = group.crew();
    return new Verdict(
        Kind.OK,
        crew.alive() + crew.unseen() > 0 || crew.foreignIdle().isPresent()
            ? "nothing waits"
            : "nothing waits, and nobody is there");
  }

  /**
   * No worker is alive, and no client of another kind has asked since the oldest of what waits
   * came; or none has asked between two looks although entries wait and it has none in hand.
   */
  private static boolean isAbandoned(GroupSnapshot group, Optional<Flow> flow) {
    var crew = group.crew();
    if (crew.alive() + crew.unseen() > 0 || flow.map(Flow::moved).orElse(false)) {
      return false;
    }
    var asked = crew.foreignIdle();
    if (asked.isEmpty()) {
      return true;
    }
    var since = group.oldestUndelivered().or(crew::oldestInHand);
    var hasTime = group.lag().entries() > 0 && group.pending() == 0;
    return isAtLeast(asked.get(), since)
        || (hasTime && isAtLeast(asked.get(), flow.map(Flow::window)));
  }

  private static boolean isAtLeast(Duration time, Optional<Duration> other) {
    return other.isPresent() && time.compareTo(other.get()) >= 0;
  }

  private static Optional<Verdict> stall(GroupSnapshot group, Flow flow) {
    if (flow.moved() || !(group.lag().entries() > 0 || group.pending() > 0 || group.dueNow() > 0)) {
      return Optional.empty();
    }
    var seen = "nothing moved in " + text(flow.window());
    if (group.pending() == 0) {
      return Optional.of(
          new Verdict(
              Kind.STALLED,
              "workers are there and take nothing (paused, or not confirmed); %s: %s"
                  .formatted(seen, waiting(group))));
    }
    var oldest = group.crew().oldestInHand().orElse(Duration.ZERO);
    // If handlers took as long as the oldest has by now, so many would have ended meanwhile.
    var expected = group.pending() * ratio(flow.window(), oldest);
    return Optional.of(
        new Verdict(
            expected >= SURELY ? Kind.STALLED : Kind.UNKNOWN,
            "%s: %s in hand, the oldest for %s; %s"
                .formatted(
                    expected >= SURELY
                        ? "handlers hang, or Redis refuses acks"
                        : "handlers take long",
                    count(group.pending()),
                    text(oldest),
                    seen)));
  }

  private static double ratio(Duration part, Duration whole) {
    return whole.isZero() ? 0 : (double) part.toMillis() / Math.max(1, whole.toMillis());
  }

  private static Optional<Verdict> poison(GroupSnapshot group, Optional<Flow> flow) {
    var suspects = group.crew().suspects();
    if (!suspects.isEmpty()) {
      return Optional.of(
          new Verdict(
              Kind.POISONED,
              "workers died with entry %s%s, which runs alone now"
                  .formatted(
                      suspects.get(0),
                      suspects.size() == 1 ? "" : " and %d more".formatted(suspects.size() - 1))));
    }
    return flow.filter(seen -> seen.dead() > 0)
        .map(
            seen ->
                new Verdict(
                    Kind.POISONED,
                    "%s went to the dead letters in %s; %s are there"
                        .formatted(count(seen.dead()), text(seen.window()), count(group.dead()))));
  }

  private static Verdict pace(GroupSnapshot group, Flow flow) {
    if (flow.added().isEmpty() || flow.settled().isEmpty()) {
      return group.lag().isExact()
          ? new Verdict(Kind.OK, "it moves; this server cannot tell how fast")
          : new Verdict(
              Kind.UNKNOWN, "it moves; Redis cannot tell how much waits: " + waiting(group));
    }
    var in = flow.addedPerSecond().orElseThrow();
    var out = flow.settledPerSecond().orElseThrow();
    var rates = "%s/s come, %s/s are settled".formatted(rate(in), rate(out));
    var grown = flow.added().get() - flow.settled().get();
    // Chance alone makes counts differ by about their square root.
    if (group.lag().entries() > 0
        && grown > SURELY * Math.sqrt((double) flow.added().get() + flow.settled().get())) {
      return new Verdict(
          Kind.SLOW,
          "%s, so it falls back by %s/s: %s".formatted(rates, rate(in - out), waiting(group)));
    }
    return new Verdict(
        Kind.OK,
        rates
            + flow.drainTime(group)
                .filter(time -> group.lag().entries() > 0)
                .map(time -> "; nothing waits in about " + text(time))
                .orElse(group.lag().isExact() ? "" : "; " + waiting(group)));
  }

  private static String waiting(GroupSnapshot group) {
    var text = new StringBuilder();
    if (group.lag().entries() > 0) {
      text.append(group.lag().isExact() ? "" : "Redis cannot tell how many, but at least ")
          .append(count(group.lag().entries()))
          .append(" wait");
      group
          .oldestUndelivered()
          .ifPresent(age -> text.append(", the oldest for ").append(text(age)));
    }
    if (group.pending() > 0) {
      text.append(text.isEmpty() ? "" : ", ").append(count(group.pending())).append(" in hand");
    }
    if (group.deferred() > 0) {
      text.append(text.isEmpty() ? "" : ", ").append(count(group.deferred())).append(" deferred");
    }
    return text.toString();
  }

  private static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%,.0f", perSecond);
  }

  /** {@code 0.8 s}, {@code 12 s}, {@code 5 min}, {@code 3 h}, {@code 2 d}. */
  private static String text(Duration time) {
    if (time.toSeconds() < 10) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
    if (time.toSeconds() < 120) {
      return time.toSeconds() + " s";
    }
    if (time.toMinutes() < 120) {
      return time.toMinutes() + " min";
    }
    return time.toHours() < 48 ? time.toHours() + " h" : time.toDays() + " d";
  }
}
