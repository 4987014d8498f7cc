// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Measurement.Backlog;
import io.millhand.autoscale.Measurement.Fleet;
import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import java.util.Optional;

/**
 * A group as a test wants it to be seen, and a scaler that is shown it: a look each five seconds.
 * Each worker has ten handlers.
 */
final class Watched {

  static final Duration STEP = Duration.ofSeconds(5);
  static final int SLOTS = 10;

  /** The default, and one worker settles 10 in a second. */
  static final ScalingPolicy TEN = ScalingPolicy.DEFAULT.rate(10);

  private final Scaler scaler;
  private Duration at = Duration.ofHours(1);
  private Backlog backlog = new Backlog(0, true);
  private long inHand;
  private long later;
  private Optional<Duration> oldest = Optional.empty();
  private int ready;
  private int requested;
  private boolean paused;

  Watched(ScalingPolicy policy) {
    this.scaler = new Scaler(policy);
  }

  /** Seen once already: what is asked next is no first look. */
  static Watched of(ScalingPolicy policy) {
    var watched = new Watched(policy);
    watched.blind();
    return watched;
  }

  /** So many busy nine tenths of their time, seen for so long that all is known of them. */
  static Watched atWork(int workers) {
    return atWork(TEN, workers);
  }

  static Watched atWork(ScalingPolicy policy, int workers) {
    var group = Watched.of(policy).workers(workers).inHand(9L * workers);
    assertThat(group.steady(Duration.ofMinutes(10), 9 * workers, 9 * workers).workers())
        .isEqualTo(workers);
    return group;
  }

  Watched waiting(long entries) {
    backlog = new Backlog(entries, true);
    return this;
  }

  Watched waitingAtLeast(long entries) {
    backlog = new Backlog(entries, false);
    return this;
  }

  Watched oldest(Duration age) {
    oldest = Optional.of(age);
    return this;
  }

  Watched inHand(long entries) {
    inHand = entries;
    return this;
  }

  Watched later(long entries) {
    later = entries;
    return this;
  }

  /** So many are there, and were asked for. */
  Watched workers(int number) {
    ready = number;
    requested = number;
    return this;
  }

  /** So many were asked for; as many are there as before. */
  Watched requested(int number) {
    requested = number;
    return this;
  }

  Watched paused() {
    paused = true;
    return this;
  }

  Watched resumed() {
    paused = false;
    return this;
  }

  Watched nothing() {
    oldest = Optional.empty();
    return waiting(0).inHand(0).later(0);
  }

  Scaler scaler() {
    return scaler;
  }

  /** A look after which it is not known what went through. */
  Advice blind() {
    at = at.plus(STEP);
    return scaler.advise(measured(Optional.empty()));
  }

  /** A look after so many a second came and went. */
  Advice look(double added, double settled) {
    at = at.plus(STEP);
    return again(STEP, added, settled);
  }

  /** Another look at the time of the one before. */
  Advice again(Duration time, double added, double settled) {
    var seconds = time.toMillis() / 1000.0;
    return scaler.advise(
        measured(
            Optional.of(
                new Flow(time, Math.round(added * seconds), Math.round(settled * seconds)))));
  }

  /** The clock goes on, or back; nobody looks. */
  Watched pass(Duration time) {
    at = at.plus(time);
    return this;
  }

  Need need(double added, double settled) {
    var advice = look(added, settled);
    assertThat(advice).isInstanceOf(Need.class);
    return (Need) advice;
  }

  /** The last need of so long a time of the same. */
  Need steady(Duration time, double added, double settled) {
    for (var left = time.minus(STEP); left.isPositive(); left = left.minus(STEP)) {
      need(added, settled);
    }
    return need(added, settled);
  }

  /** How long the need stays, while it is the same each look; five minutes at most. */
  Duration untilNeedIsNot(int workers, double added, double settled) {
    var passed = STEP;
    while (need(added, settled).workers() == workers) {
      passed = passed.plus(STEP);
      assertThat(passed).as("still %d", workers).isLessThan(Duration.ofMinutes(15));
    }
    return passed;
  }

  private Measurement measured(Optional<Flow> flow) {
    return new Measurement(
        at,
        flow,
        backlog,
        inHand,
        later,
        oldest,
        new Fleet(ready, requested, ready * SLOTS),
        paused);
  }
}
