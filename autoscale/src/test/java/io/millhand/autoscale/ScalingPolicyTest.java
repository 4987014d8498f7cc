// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScalingPolicyTest {

  private static final ScalingPolicy USUAL = ScalingPolicy.DEFAULT;
  private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE);

  @Test
  void the_defaults_are_those_of_the_docs_and_work() {
    assertThat(USUAL)
        .isEqualTo(
            new ScalingPolicy(
                0, 100, Duration.ofMinutes(2), Duration.ofMinutes(1), 0.9, OptionalDouble.empty()));
    assertThat(USUAL.problems()).isEmpty();
  }

  static Stream<ScalingPolicy> thatWork() {
    return Stream.of(
        USUAL.between(0, 1),
        USUAL.between(1, 1),
        USUAL.between(7, 7),
        USUAL.between(0, Integer.MAX_VALUE),
        USUAL.objective(Duration.ofSeconds(1)),
        USUAL.objective(Duration.ofDays(1)),
        USUAL.drain(Duration.ofMillis(500)),
        USUAL.drain(Duration.ofDays(1)),
        USUAL.utilisation(1),
        USUAL.utilisation(0.01),
        USUAL.rate(0.0001),
        USUAL.rate(1e6));
  }

  @ParameterizedTest
  @MethodSource("thatWork")
  void what_lies_on_a_bound_works(ScalingPolicy policy) {
    assertThat(policy.problems()).isEmpty();
    assertThat(new Scaler(policy).workerRate()).isEqualTo(policy.rate());
  }

  static Stream<Arguments> thatCannotWork() {
    return Stream.of(
        Arguments.of(USUAL.between(-1, 5), "min must be 0 or more, but is -1"),
        Arguments.of(USUAL.between(0, 0), "max must be 1 or more, and not below min (0), but is 0"),
        Arguments.of(USUAL.between(6, 5), "max must be 1 or more, and not below min (6), but is 5"),
        Arguments.of(
            new ScalingPolicy(
                0, 9, Duration.ofMillis(999), USUAL.drain(), 0.9, OptionalDouble.empty()),
            "objective must be 1 second to a day, but is 0.999 s"),
        Arguments.of(
            USUAL.objective(Duration.ofSeconds(86_401)).drain(Duration.ofMinutes(1)),
            "objective must be 1 second to a day, but is 86401 s"),
        Arguments.of(
            USUAL.objective(Duration.ofSeconds(-5)).drain(Duration.ofMinutes(1)),
            "objective must be 1 second to a day, but is -5 s"),
        Arguments.of(
            USUAL.drain(Duration.ofMillis(499)),
            "drain must be half a second to a day, but is 0.499 s"),
        Arguments.of(
            USUAL.drain(Duration.ofDays(1).plusMillis(1)),
            "drain must be half a second to a day, but is 86400.001 s"),
        Arguments.of(
            USUAL.drain(LONGEST),
            "drain must be half a second to a day, but is 9223372036854775807 s"),
        Arguments.of(USUAL.utilisation(0), "utilisation must be above 0 and at most 1, but is 0.0"),
        Arguments.of(
            USUAL.utilisation(1.01), "utilisation must be above 0 and at most 1, but is 1.01"),
        Arguments.of(
            USUAL.utilisation(Double.NaN), "utilisation must be above 0 and at most 1, but is NaN"),
        Arguments.of(
            USUAL.rate(0), "rate must be above 0 and at most 1000000 a second, but is 0.0"),
        Arguments.of(
            USUAL.rate(Double.POSITIVE_INFINITY),
            "rate must be above 0 and at most 1000000 a second, but is Infinity"),
        Arguments.of(
            USUAL.rate(Double.NaN),
            "rate must be above 0 and at most 1000000 a second, but is NaN"));
  }

  @ParameterizedTest
  @MethodSource("thatCannotWork")
  void what_cannot_work_is_told_with_its_bounds_and_its_value(
      ScalingPolicy policy, String problem) {
    assertThat(policy.problems()).containsExactly(problem);
    assertThatThrownBy(() -> new Scaler(policy))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(problem);
  }

  @Test
  void all_that_cannot_work_is_told_at_once() {
    var policy = new ScalingPolicy(-1, -2, Duration.ZERO, Duration.ZERO, 2, OptionalDouble.of(-1));

    assertThat(policy.problems())
        .extracting(problem -> List.of(problem.split(" ")).getFirst())
        .containsExactly("min", "max", "objective", "drain", "utilisation", "rate");
  }

  @Test
  void an_objective_brings_half_of_it_to_drain_and_changes_nothing_else() {
    var policy = USUAL.between(3, 7).utilisation(0.5).rate(4).objective(Duration.ofMinutes(10));

    assertThat(policy)
        .isEqualTo(
            new ScalingPolicy(
                3, 7, Duration.ofMinutes(10), Duration.ofMinutes(5), 0.5, OptionalDouble.of(4)));
    assertThat(policy.drain(Duration.ofSeconds(30)).objective()).isEqualTo(policy.objective());
  }
}
