// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import io.millhand.autoscale.Advice;
import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.cli.Texts;
import io.millhand.error.MillhandException;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.inspect.Survey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at groups, has it decided how many workers they need, and writes that on the board.
 *
 * <p>Threads: one loop of its own.
 *
 * <p>Owns: what was learnt of each group.
 *
 * <p>Promise: work that comes for a group that was named and has nobody is on the board within a
 * second.
 *
 * <p>Failure: while Redis cannot be read, the board says so; what was learnt stays.
 */
public final class Pilot implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  /** A look at groups that have nobody costs little, and they wait for it. */
  private static final Duration GLANCE = Duration.ofMillis(400);

  /** The second look of all: before it nothing can be told. */
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Workers make a group anew that is gone, within some seconds. */
  private static final Duration REMADE = Duration.ofMinutes(1);

  private final Looks looks;
  private final Policies policies;
  private final Duration every;
  private final Signals signals;
  private final Function<GroupName, Optional<Integer>> requested;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread loop;

  private final Map<GroupName, GroupWatch> watches = new HashMap<>(); // confined to the loop
  private List<GroupName> asleep = List.of(); // confined to the loop
  private long looked; // confined to the loop
  private boolean isFaultTold; // confined to the loop

  /** When each group that was named was seen last. */
  private final Map<GroupName, Long> seenAt = new HashMap<>(); // confined to the loop

  /** How to look. */
  public interface Looks {
    /** At all groups that are of interest. */
    Survey all();

    /** At those groups alone. */
    Survey at(List<GroupName> groups);
  }

  /**
   * Not started yet.
   *
   * @param looks how to look at groups
   * @param policies what their fleets are to keep to
   * @param every how often to decide
   * @param signals the board to write on
   * @param requested workers that were asked for, of a group, where somebody knows
   */
  public Pilot(
      Looks looks,
      Policies policies,
      Duration every,
      Signals signals,
      Function<GroupName, Optional<Integer>> requested) {
    this.looks = looks;
    this.policies = policies;
    this.every = every;
    this.signals = signals;
    this.requested = requested;
    this.loop = Thread.ofPlatform().name("millhand-pilot").daemon().unstarted(this::run);
  }

  /** Looks from now on. */
  public Pilot start() {
    loop.start();
    return this;
  }

  private void run() {
    try {
      do {
        look();
      } while (!rest());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.error("nothing is decided any more: start this process anew", e);
      signals.fail("the loop that looks at groups has ended; the log says why");
    }
  }

  /** Waits for the time of the next look, or until work came for a group that has nobody. */
  private boolean rest() throws InterruptedException {
    var until = System.nanoTime() + (looked == 1 ? SECOND : every).toNanos();
    while (until - System.nanoTime() > 0) {
      var left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
      var pause = asleep.isEmpty() || left.compareTo(GLANCE) < 0 ? left : GLANCE;
      if (closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        return true;
      }
      if (!asleep.isEmpty() && hasWoken()) {
        return false;
      }
    }
    return false;
  }

  private boolean hasWoken() {
    try {
      var seen = looks.at(asleep);
      return asleep.stream().anyMatch(name -> hasWork(seen, name));
    } catch (RuntimeException e) {
      return true; // the whole look tells
    }
  }

  private static boolean hasWork(Survey seen, GroupName name) {
    return seen.groups().stream()
        .filter(group -> group.stream().equals(name.stream()) && group.name().equals(name.group()))
        .findFirst()
        .map(group -> group.hasWork())
        .orElseGet(() -> stream(seen, name).filter(stream -> stream.length() > 0).isPresent());
  }

  private static Optional<StreamSnapshot> stream(Survey seen, GroupName name) {
    return seen.streams().stream().filter(stream -> stream.key().equals(name.stream())).findFirst();
  }

  private void look() {
    try {
      var seen = looks.all();
      signals.publish(signals(seen, Duration.ofNanos(System.nanoTime())));
      looked++;
      isFaultTold = false;
    } catch (MillhandException e) {
      signals.fail(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // A password file that is away for a moment, say: that must not be the end of all decisions.
      if (!isFaultTold) {
        log.error("groups cannot be looked at; it is tried again", e);
      }
      isFaultTold = true;
      signals.fail(String.valueOf(e.getMessage()));
    }
  }

  private List<Signal> signals(Survey seen, Duration at) {
    var all = new ArrayList<Signal>();
    for (var group : seen.groups()) {
      var name = new GroupName(group.stream(), group.name());
      var watch = watches.computeIfAbsent(name, each -> new GroupWatch(policies.of(each)));
      all.add(watch.look(group, at, seen.at(), requested.apply(name)));
    }
    var known = all.stream().map(signal -> new GroupName(signal.stream(), signal.group())).toList();
    watches.keySet().retainAll(known);
    known.forEach(name -> seenAt.put(name, System.nanoTime()));
    seenAt.keySet().retainAll(policies.named());
    policies.named().stream()
        .filter(name -> !known.contains(name))
        .map(name -> wasSeenLately(name) ? gone(seen, name) : unmade(seen, name))
        .forEach(all::add);
    asleep =
        policies.named().stream()
            .filter(name -> all.stream().anyMatch(signal -> sleeps(signal, name)))
            .toList();
    return all;
  }

  private static boolean sleeps(Signal signal, GroupName name) {
    return signal.stream().equals(name.stream())
        && signal.group().equals(name.group())
        && (signal.ready() == 0 || needsNobody(signal.advice()))
        && !signal.hasWork();
  }

  private static boolean needsNobody(Advice advice) {
    return advice instanceof Need need && need.workers() == 0;
  }

  private boolean wasSeenLately(GroupName name) {
    var at = seenAt.get(name);
    return at != null && System.nanoTime() - at < REMADE.toNanos();
  }

  /**
   * A group that was there a moment ago: its workers are about to make it anew, and must not go.
   */
  private static Signal gone(Survey seen, GroupName name) {
    return new Signal(
        name.stream(),
        name.group(),
        seen.at(),
        new Unknown("the group is gone since a moment ago; its workers make it anew"),
        0,
        true,
        OptionalLong.empty(),
        0,
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** A group that its first worker will make: all that is in its stream waits for it. */
  private Signal unmade(Survey seen, GroupName name) {
    var entries = stream(seen, name).map(StreamSnapshot::length).orElse(0L);
    var policy = policies.of(name);
    return new Signal(
        name.stream(),
        name.group(),
        seen.at(),
        new Need(
            Math.clamp(entries > 0 ? 1 : 0, policy.min(), policy.max()),
            "there is no such group yet; its first worker makes it, and %s %s for it"
                .formatted(Texts.entries(entries), entries == 1 ? "waits" : "wait")),
        0,
        entries > 0,
        OptionalLong.of(entries),
        0,
        OptionalLong.of(entries),
        seen.streams().stream()
            .filter(stream -> stream.key().equals(name.stream()))
            .findFirst()
            .flatMap(StreamSnapshot::oldest)
            .flatMap(seen::age)
            .map(age -> OptionalDouble.of(age.toMillis() / 1000.0))
            .orElse(entries > 0 ? OptionalDouble.empty() : OptionalDouble.of(0)),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** Looks no more. */
  @Override
  public void close() {
    closed.countDown();
  }
}
