// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.simulation.Scenario.Bounds;
import io.millhand.autoscale.simulation.Scenario.ProfileSource;
import io.millhand.autoscale.simulation.Scenario.Workers;
import io.millhand.autoscale.simulation.Trouble.Poison;
import io.millhand.autoscale.simulation.Trouble.Slow;
import io.millhand.autoscale.simulation.Trouble.Span;
import java.util.Arrays;
import java.util.List;

/** The scenarios that come with it. A usual worker has 4 handlers, and does 2 entries a second. */
final class Scenarios {

  private static final int HOUR = 3600;
  private static final Workers USUAL = Workers.of(4);
  private static final Work TWO_SECONDS = new Work.Exponential(2);
  private static final Bounds BOUNDS = new Bounds(1, 40);
  private static final List<Double> BACK_OFF = List.of(2.0, 8.0, 30.0, 60.0);

  static final List<Scenario> ALL =
      List.of(
          plain("constant-low", "2.6 entries a second, for ever", draws -> constant(2.6)),
          plain("constant-high", "40 entries a second, for ever", draws -> constant(40)),
          plain(
              "step-up",
              "from 4 to 40 entries a second after 20 minutes",
              draws -> Profile.of(HOUR, t -> t < 1200 ? 4 : 40).up(1200)),
          plain(
              "step-down",
              "from 40 to 4 entries a second after 20 minutes",
              draws -> Profile.of(HOUR, t -> t < 1200 ? 40 : 4).change(1200)),
          plain(
              "ramp",
              "from 2 to 46 entries a second in 30 minutes, and back in 20",
              draws ->
                  Profile.of(HOUR, t -> t < 1800 ? 2 + t * 44 / 1800 : 46 - (t - 1800) * 44 / 1200)
                      .change(1800)
                      .change(3000)),
          plain("square-fast", "5 and 30 entries a second, 2 minutes each", draws -> square(120)),
          plain("square-slow", "5 and 30 entries a second, 10 minutes each", draws -> square(600)),
          plain(
              "sine",
              "a day in two hours: 2 to 42 entries a second",
              draws ->
                  Profile.of(2 * HOUR, t -> 22 - 20 * StrictMath.cos(t * Math.PI / HOUR))
                      .change(HOUR)),
          plain(
              "bursts",
              "4 entries a second, and bursts whose lengths have a heavy tail",
              Scenarios::bursts),
          new Scenario(
              "batches",
              "1 entry a second, and 10,000 small ones all at once each 20 minutes",
              draws ->
                  Profile.of(HOUR, t -> 1)
                      .batch(300, 10_000)
                      .batch(1500, 10_000)
                      .batch(2700, 10_000),
              new Work.Exponential(0.5),
              USUAL,
              Trouble.NONE,
              BOUNDS),
          troubled(
              "poison",
              "20 entries a second; for 10 minutes 4 in 10 fail five times and are dead-lettered",
              20,
              Trouble.NONE.with(new Poison(new Span(1200, 1800), 0.4, BACK_OFF))),
          troubled(
              "slow-down",
              "8 entries a second; for 10 minutes each takes five times as long",
              8,
              Trouble.NONE.with(new Slow(new Span(1200, 1800), 5))),
          troubled(
              "crashes",
              "20 entries a second, and a worker dies each minute",
              20,
              Trouble.NONE.crashing(60)),
          troubled(
              "blind",
              "20, then 36 entries a second, while Redis cannot be asked for a minute",
              20,
              Trouble.NONE.unknown(new Span(1790, 1850))),
          new Scenario(
              "slow-handlers",
              "an entry takes 30 seconds; from 0.7 to 2.5 entries a second after 20 minutes",
              draws -> Profile.of(HOUR, t -> t < 1200 ? 0.7 : 2.5).up(1200),
              new Work.Exponential(30),
              USUAL.drain(120),
              Trouble.NONE,
              BOUNDS),
          new Scenario(
              "heavy-tail",
              "12 entries a second whose handling times have a heavy tail",
              draws -> constant(12),
              new Work.Lognormal(3, 1.5),
              USUAL,
              Trouble.NONE,
              BOUNDS),
          new Scenario(
              "two-kinds",
              "30 entries a second: 9 of 10 take half a second, one takes 15 seconds",
              draws -> constant(30),
              new Work.Bimodal(0.5, 15, 0.1),
              USUAL,
              Trouble.NONE,
              BOUNDS),
          new Scenario(
              "computing",
              "8 handlers on 2 cores; from 5 to 25 entries a second after 20 minutes",
              draws -> Profile.of(HOUR, t -> t < 1200 ? 5 : 25).up(1200),
              new Work.Exponential(1),
              Workers.of(8).cores(2),
              Trouble.NONE,
              BOUNDS),
          new Scenario(
              "from-zero",
              "nothing, but now and then a few entries: nobody is there in between",
              Scenarios::fewNowAndThen,
              TWO_SECONDS,
              USUAL,
              Trouble.NONE,
              new Bounds(0, 40)),
          new Scenario(
              "bottleneck",
              "what all handlers share serves 40 of them; 24 entries a second need 48",
              draws ->
                  Profile.of(HOUR, t -> t < 1200 ? 10 : t < 2400 ? 24 : 10).up(1200).change(2400),
              TWO_SECONDS,
              USUAL,
              Trouble.NONE.sharing(40),
              BOUNDS));

  private Scenarios() {}

  private static Scenario plain(String name, String text, ProfileSource profile) {
    return new Scenario(name, text, profile, TWO_SECONDS, USUAL, Trouble.NONE, BOUNDS);
  }

  private static Scenario troubled(String name, String text, double rate, Trouble trouble) {
    return new Scenario(
        name, text, draws -> profile(rate, trouble), TWO_SECONDS, USUAL, trouble, BOUNDS);
  }

  private static Profile profile(double rate, Trouble trouble) {
    if (!trouble.unknown().isEmpty()) {
      return Profile.of(HOUR, t -> t < 1800 ? rate : 1.8 * rate).up(1800);
    }
    if (trouble.poison().share() > 0 || trouble.slow().factor() != 1) {
      return constant(rate).up(1200).change(1800);
    }
    return constant(rate);
  }

  private static Profile constant(double rate) {
    return Profile.of(HOUR, t -> rate);
  }

  private static Profile square(int half) {
    var profile = Profile.of(HOUR, t -> (int) t / half % 2 == 0 ? 5 : 30);
    for (int t = half; t < HOUR; t += half) {
      profile = t / half % 2 == 1 ? profile.up(t) : profile.change(t);
    }
    return profile;
  }

  private static Profile bursts(Draws draws) {
    var rates = new double[HOUR];
    Arrays.fill(rates, 4);
    var profile = Profile.of(HOUR, t -> 0);
    var at = 300 + (int) draws.exponential(200);
    while (at < HOUR - 60) {
      var length = (int) Math.min(600, 15 * draws.pareto(1.1));
      var rate = draws.between(15, 50);
      Arrays.fill(rates, at, Math.min(HOUR, at + length), rate);
      profile = profile.up(at).change(Math.min(HOUR, at + length));
      at += length + 60 + (int) draws.exponential(300);
    }
    var made = Profile.of(HOUR, t -> rates[(int) t]);
    return new Profile(
        made.perSecond(), List.of(), List.of(), profile.changes(), profile.stepsUp());
  }

  private static Profile fewNowAndThen(Draws draws) {
    var profile = Profile.of(2 * HOUR, t -> 0);
    for (int at = 120 + draws.below(300); at < 2 * HOUR; at += 500 + draws.below(900)) {
      profile = profile.batch(at, 1 + draws.below(20));
    }
    return profile;
  }
}
