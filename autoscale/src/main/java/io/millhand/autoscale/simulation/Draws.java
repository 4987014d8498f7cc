// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.SplittableRandom;

/**
 * Random numbers of a seed. Each purpose has its own: what is drawn for one, such as start delays,
 * changes nothing for another, such as arrivals.
 */
final class Draws {

  /** What numbers are drawn for. */
  enum Purpose {
    PROFILE(0),
    ARRIVALS(1),
    WORK(2),
    POISON(3),
    STARTS(4),
    CRASHES(5),
    PHASE(6);

    private final int number;

    Purpose(int number) {
      this.number = number;
    }
  }

  private final SplittableRandom random;

  Draws(long seed, Purpose purpose) {
    // a fixed odd factor keeps the seeds of neighbouring purposes apart
    random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + purpose.number * 7919L);
  }

  /** At least 0, below 1. */
  double part() {
    return random.nextDouble();
  }

  double between(double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  double exponential(double mean) {
    return -mean * StrictMath.log(1 - random.nextDouble());
  }

  /** With a minimum of 1 and that shape: the smaller, the heavier the tail. */
  double pareto(double shape) {
    return StrictMath.pow(1 - random.nextDouble(), -1 / shape);
  }

  /** Of the standard normal distribution, by Box and Muller. */
  double normal() {
    return StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()))
        * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
  }

  /** How long one entry takes, in seconds. */
  double of(Work work) {
    return switch (work) {
      case Work.Constant constant -> constant.mean();
      case Work.Exponential exponential -> exponential(exponential.mean());
      case Work.Lognormal tail ->
          tail.mean() * StrictMath.exp(tail.sigma() * normal() - tail.sigma() * tail.sigma() / 2);
      case Work.Bimodal bimodal -> part() < bimodal.share() ? bimodal.longer() : bimodal.shorter();
    };
  }
}
