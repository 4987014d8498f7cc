// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.autoscale.Measurement.Backlog;
import io.millhand.autoscale.Measurement.Fleet;
import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of any measurements, those that make no sense too. Each seed is another history. */
class ScalerPropertiesTest {

  private static final int LOOKS = 400;

  static IntStream seeds() {
    return IntStream.range(0, 100);
  }

  private static ScalingPolicy policy(Random random) {
    var min = random.nextInt(4);
    var policy =
        ScalingPolicy.DEFAULT
            .between(min, Math.max(1, min + random.nextInt(60)))
            .objective(Duration.ofSeconds(1 + random.nextInt(600)))
            .utilisation(0.1 + 0.9 * random.nextDouble());
    return random.nextBoolean() ? policy : policy.rate(Math.exp(10 * random.nextDouble() - 4));
  }

  /** Mostly quiet or busy for a while, now and then anything. */
  private static List<Measurement> history(Random random) {
    var all = new ArrayList<Measurement>();
    var at = Duration.ofSeconds(1000);
    var mood = 0;
    for (int i = 0; i < LOOKS; i++) {
      mood = random.nextInt(20) == 0 ? random.nextInt(4) : mood;
      var step = random.nextInt(30) == 0 ? anyTime(random) : Duration.ofSeconds(5);
      at = at.plus(step);
      all.add(measured(random, at, step, mood));
    }
    return all;
  }

  private static Duration anyTime(Random random) {
    return Duration.ofMillis(random.nextInt(4) == 0 ? 0 : random.nextInt(2_000_000));
  }

  private static Measurement measured(Random random, Duration at, Duration step, int mood) {
    var ready = mood == 3 ? random.nextInt(3) : random.nextInt(40);
    var slots = ready * random.nextInt(12);
    var much = mood * Math.max(1, step.toSeconds()) * 50;
    var backlog = mood == 0 ? 0 : amount(random, mood * 3000L);
    return new Measurement(
        at,
        random.nextInt(15) == 0
            ? Optional.empty()
            : Optional.of(new Flow(step, amount(random, much), amount(random, much))),
        new Backlog(backlog, random.nextInt(10) != 0),
        mood == 0 ? 0 : amount(random, slots),
        random.nextInt(8) == 0 ? amount(random, 100) : 0,
        backlog == 0 ? Optional.empty() : Optional.of(anyTime(random)),
        new Fleet(ready, random.nextBoolean() ? ready : random.nextInt(60), slots),
        random.nextInt(25) == 0);
  }

  private static long amount(Random random, long most) {
    return most == 0 || random.nextInt(4) == 0 ? 0 : random.nextLong(most + 1);
  }

  private static List<Advice> advice(ScalingPolicy policy, List<Measurement> history) {
    var scaler = new Scaler(policy);
    return history.stream().map(scaler::advise).toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void a_need_keeps_to_the_bounds_and_is_never_0_over_work(int seed) {
    var random = new Random(seed);
    var policy = policy(random);
    var history = history(random);
    var all = advice(policy, history);
    var last = -1;

    for (int i = 0; i < LOOKS; i++) {
      var look = history.get(i);
      assertThat(all.get(i).reason()).isNotBlank().doesNotContain("NaN", "Infinity");
      switch (all.get(i)) {
        case Unknown unknown -> {
          assertThat(look.flow()).as("look %d: %s", i, look).isEmpty();
          assertThat(isDeserted(look) && last <= 1).as("look %d: %s", i, look).isFalse();
        }
        case Need need -> {
          assertThat(look.flow().isPresent() || isDeserted(look)).isTrue();
          assertThat(need.workers())
              .as("look %d: %s", i, look)
              .isBetween(
                  look.hasWork() && !look.paused() ? Math.max(1, policy.min()) : policy.min(),
                  policy.max());
          last = need.workers();
        }
      }
    }
  }

  private static boolean isDeserted(Measurement look) {
    return look.hasWork()
        && !look.paused()
        && look.fleet().ready() == 0
        && look.fleet().requested() == 0;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void the_same_measurements_lead_to_the_same_advice(int seed) {
    var random = new Random(seed);
    var policy = policy(random);
    var history = history(random);

    assertThat(advice(policy, history)).isEqualTo(advice(policy, history));
  }

  /** A clock that never jumps may have begun anywhere. */
  @ParameterizedTest
  @MethodSource("seeds")
  void when_the_clock_began_makes_no_difference(int seed) {
    var random = new Random(seed);
    var policy = policy(random);
    var history = history(random);
    var expected = advice(policy, history);

    for (var began :
        List.of(Duration.ofDays(-400), Duration.ofSeconds(-1000), Duration.ofDays(400))) {
      var same = advice(policy, history.stream().map(look -> later(look, began)).toList());
      for (int i = 0; i < LOOKS; i++) {
        assertThat(same.get(i)).as("look %d, by %s", i, began).isEqualTo(expected.get(i));
      }
    }
  }

  private static Measurement later(Measurement look, Duration by) {
    return new Measurement(
        look.at().plus(by),
        look.flow(),
        look.backlog(),
        look.inHand(),
        look.later(),
        look.oldest(),
        look.fleet(),
        look.paused());
  }

  /** Whatever has happened: with the same quiet load at last, the need is what that load needs. */
  @ParameterizedTest
  @MethodSource("seeds")
  void after_any_history_a_steady_load_ends_in_what_it_needs(int seed) {
    var random = new Random(seed);
    var scaler = new Scaler(ScalingPolicy.DEFAULT.rate(10));
    var history = history(random);
    history.forEach(scaler::advise);

    var at = history.getLast().at();
    var step = Duration.ofSeconds(5);
    for (int i = 0; i < 12 * 90; i++) {
      at = at.plus(step);
      scaler.advise(
          new Measurement(
              at,
              Optional.of(new Flow(step, 450, 450)),
              new Backlog(0, true),
              90,
              0,
              Optional.empty(),
              new Fleet(10, 10, 100),
              false));
    }
    var last =
        scaler.advise(
            new Measurement(
                at.plus(step),
                Optional.of(new Flow(step, 450, 450)),
                new Backlog(0, true),
                90,
                0,
                Optional.empty(),
                new Fleet(10, 10, 100),
                false));

    assertThat(last).isInstanceOf(Need.class);
    assertThat(((Need) last).workers()).isBetween(10, 11);
  }
}
