// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.autoscale.ScalingPolicy;
import io.millhand.cli.Glob;
import io.millhand.cli.Texts;
import io.millhand.cli.autoscale.GroupName;
import io.millhand.cli.autoscale.GroupPolicy;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Pilot;
import io.millhand.cli.autoscale.Policies;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.demo.Child.News;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Survey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;

/**
 * Keeps the fleet as large as is needed, in a demo with {@code --autoscale}.
 *
 * <p>Threads: the parent's loop; the pilot's thread only writes into the inbox, and reads how many
 * were asked for.
 *
 * <p>Owns: what is needed, and how the size has changed.
 */
final class Steering implements AutoCloseable {

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration SIGNALS_HOLD = Duration.ofSeconds(10);

  private final ScalingPolicy policy;
  private final Fleet fleet;
  private final Signals.Listening listening;
  private final Pilot pilot;
  private final List<Size> sizes = new ArrayList<>();
  private Optional<Need> need = Optional.empty();

  /** Written by the parent's loop, read by the pilot. */
  private volatile int requested;

  /**
   * How large the fleet was to be from then on.
   *
   * @param at when, since the start
   * @param workers how many
   * @param reason why
   */
  record Size(Duration at, int workers, String reason) {}

  /** Looks at the group from now on. */
  Steering(
      DemoSettings.Source source,
      ScalingPolicy policy,
      Site site,
      Fleet fleet,
      BlockingQueue<News> inbox) {
    this.policy = policy;
    this.fleet = fleet;
    this.requested = (int) fleet.staffed();
    var signals = new Signals(SIGNALS_HOLD);
    this.listening = signals.listen(() -> read(signals, source).ifPresent(inbox::add));
    this.pilot =
        new Pilot(
                new Looks(site.inspector(), source),
                new Policies(
                    List.of(
                        new GroupPolicy(
                            Glob.literal(source.stream()), Glob.literal(source.group()), policy))),
                EVERY,
                signals,
                name -> Optional.of(requested))
            .start();
  }

  /** What is not known changes nothing. */
  private static Optional<News> read(Signals signals, DemoSettings.Source source) {
    try {
      return signals
          .of(source.stream(), source.group())
          .flatMap(
              signal ->
                  switch (signal.advice()) {
                    case Need it -> Optional.of(new News.Needed(it));
                    case Unknown unknown -> Optional.empty();
                  });
    } catch (NoSignalException e) {
      return Optional.empty();
    }
  }

  /**
   * So many are needed.
   *
   * @param at when that was said, since the start
   * @return what to tell of it, where it is another number
   */
  Optional<String> needed(Need now, Duration at) {
    var changed = need.filter(before -> before.workers() == now.workers()).isEmpty();
    need = Optional.of(now);
    if (!changed) {
      return Optional.empty();
    }
    sizes.add(new Size(at, now.workers(), now.reason()));
    return Optional.of("%s needed: %s".formatted(Texts.workers(now.workers()), now.reason()));
  }

  /** Starts who is missing, and has who is too many drain. */
  void steer() {
    if (need.isPresent()) {
      while (fleet.staffed() < need.get().workers()) {
        fleet.startOne();
      }
      while (fleet.staffed() > need.get().workers()) {
        fleet.retireOne();
      }
    }
    requested = (int) fleet.staffed();
  }

  /** What is needed, as far as it is known. */
  Optional<Need> need() {
    return need;
  }

  /** How large the fleet was to be, and when. */
  List<Size> sizes() {
    return List.copyOf(sizes);
  }

  /** Whether it has grown, and is as small again as it can be. */
  boolean isOver() {
    return sizes.stream().anyMatch(size -> size.workers() > policy.min())
        && sizes.getLast().workers() == policy.min()
        && fleet.alive() == policy.min();
  }

  @Override
  public void close() {
    listening.close();
    pilot.close();
  }

  /**
   * Looks at the demo's group.
   *
   * @param inspector asks
   * @param source which group
   */
  private record Looks(Inspector inspector, DemoSettings.Source source) implements Pilot.Looks {
    @Override
    public Survey all() {
      return inspector.survey(
          List.of(source.stream()), (stream, group) -> group.equals(source.group()));
    }

    @Override
    public Survey at(List<GroupName> groups) {
      return all();
    }
  }
}
