// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.RetryPolicy.Decision;
import io.millhand.delivery.RetryPolicy.Decision.GiveUp;
import io.millhand.delivery.RetryPolicy.Decision.Retry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {

  private final Exception failure = new IllegalStateException("card refused");

  private static Decision decide(RetryPolicy policy, Throwable cause, int attempts) {
    return policy.decide(cause, attempts, 0.5);
  }

  @Test
  void an_entry_is_retried_until_its_attempts_are_used_up() {
    var policy = RetryPolicy.fixed(ofSeconds(3)).maxAttempts(3);

    assertThat(decide(policy, failure, 1)).isEqualTo(new Retry(ofSeconds(3)));
    assertThat(decide(policy, failure, 2)).isEqualTo(new Retry(ofSeconds(3)));
    assertThat(decide(policy, failure, 3)).isEqualTo(new GiveUp("failed 3 of 3 attempts"));
    assertThat(decide(policy, failure, 4)).isEqualTo(new GiveUp("failed 4 of 3 attempts"));
  }

  @Test
  void ten_attempts_are_the_default() {
    assertThat(RetryPolicy.fixed(ofSeconds(1)).maxAttempts()).isEqualTo(10);
  }

  @Test
  void never_means_that_the_first_failure_is_the_last() {
    assertThat(decide(RetryPolicy.never(), failure, 1)).isInstanceOf(GiveUp.class);
  }

  @Test
  void waits_double_up_to_their_cap() {
    var policy = RetryPolicy.exponential(ofMillis(200), ofSeconds(1)).jitter(0);

    assertThat(decide(policy, failure, 1)).isEqualTo(new Retry(ofMillis(200)));
    assertThat(decide(policy, failure, 2)).isEqualTo(new Retry(ofMillis(400)));
    assertThat(decide(policy, failure, 3)).isEqualTo(new Retry(ofMillis(800)));
    assertThat(decide(policy, failure, 4)).isEqualTo(new Retry(ofSeconds(1)));
    assertThat(decide(policy, failure, 9)).isEqualTo(new Retry(ofSeconds(1)));
  }

  @ParameterizedTest
  @CsvSource({"0, 800", "0.25, 900", "0.5, 1000", "1, 1200"})
  void a_wait_is_spread_by_a_fifth_to_either_side(double random, long millis) {
    assertThat(RetryPolicy.fixed(ofSeconds(1)).decide(failure, 1, random))
        .isEqualTo(new Retry(ofMillis(millis)));
  }

  @Test
  void the_spread_can_be_all_or_nothing() {
    assertThat(RetryPolicy.fixed(ofSeconds(1)).jitter(1).decide(failure, 1, 0))
        .isEqualTo(new Retry(Duration.ZERO));
    assertThat(RetryPolicy.fixed(ofSeconds(1)).jitter(0).decide(failure, 1, 0))
        .isEqualTo(new Retry(ofSeconds(1)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
  void a_spread_beyond_all_or_nothing_is_refused(double share) {
    assertThatThrownBy(() -> RetryPolicy.never().jitter(share))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("" + share);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void less_than_one_attempt_is_refused(int count) {
    assertThatThrownBy(() -> RetryPolicy.never().maxAttempts(count))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("" + count);
  }

  @Test
  void what_cannot_be_decoded_is_never_retried() {
    var policy = RetryPolicy.fixed(ofSeconds(1));

    assertThat(decide(policy, new UndecodableException("no field"), 1)).isInstanceOf(GiveUp.class);
    assertThat(decide(policy, new RuntimeException(new UndecodableException("no field")), 1))
        .isInstanceOf(GiveUp.class);
  }

  @Test
  void fatal_errors_are_not_retried_subclasses_and_causes_included() {
    var policy = RetryPolicy.fixed(ofSeconds(1)).fatal(IOException.class).fatal(Error.class);

    assertThat(decide(policy, new IOException(), 1)).isInstanceOf(GiveUp.class);
    assertThat(decide(policy, new FileNotFoundException(), 1)).isInstanceOf(GiveUp.class);
    assertThat(decide(policy, new UncheckedIOException(new IOException()), 1))
        .isInstanceOf(GiveUp.class);
    assertThat(decide(policy, new AssertionError(), 1)).isInstanceOf(GiveUp.class);
    assertThat(decide(policy, failure, 1)).isInstanceOf(Retry.class);
  }

  @Test
  void only_the_errors_that_are_named_are_retried_where_any_are() {
    var policy = RetryPolicy.fixed(ofSeconds(1)).retryOnly(IOException.class);

    assertThat(decide(policy, new FileNotFoundException(), 1)).isInstanceOf(Retry.class);
    assertThat(decide(policy, new UncheckedIOException(new IOException()), 1))
        .isInstanceOf(Retry.class);
    assertThat(decide(policy, failure, 1)).isInstanceOf(GiveUp.class);
    assertThat(decide(policy.retryOnly(IllegalStateException.class), failure, 1))
        .isInstanceOf(Retry.class);
  }

  @Test
  void an_error_that_is_both_is_fatal() {
    var policy =
        RetryPolicy.fixed(ofSeconds(1))
            .retryOnly(IOException.class)
            .fatal(FileNotFoundException.class);

    assertThat(decide(policy, new FileNotFoundException(), 1)).isInstanceOf(GiveUp.class);
    assertThat(decide(policy, new IOException(), 1)).isInstanceOf(Retry.class);
  }

  @Test
  void causes_that_run_in_a_circle_are_followed_once() {
    var one = new RuntimeException("one");
    var two = new RuntimeException("two", one);
    one.initCause(two);

    assertThat(decide(RetryPolicy.fixed(ofSeconds(1)).fatal(IOException.class), one, 1))
        .isInstanceOf(Retry.class);
  }

  @Test
  void each_method_leaves_the_policy_that_it_was_called_on_as_it_was() {
    var policy = RetryPolicy.fixed(ofSeconds(1));
    policy.maxAttempts(1);
    policy.jitter(1);
    policy.fatal(IllegalStateException.class);
    policy.retryOnly(IOException.class);

    assertThat(policy.decide(failure, 9, 0)).isEqualTo(new Retry(ofMillis(800)));
  }

  @Test
  void waits_of_ones_own_are_asked_with_the_number_of_failures() {
    var policy = RetryPolicy.custom(attempts -> ofMinutes(attempts)).jitter(0);

    assertThat(decide(policy, failure, 7)).isEqualTo(new Retry(ofMinutes(7)));
  }

  @Test
  void a_wait_without_end_or_below_nothing_is_kept_within_bounds() {
    var endless = RetryPolicy.custom(attempts -> ofSeconds(Long.MAX_VALUE)).jitter(1);
    var negative = RetryPolicy.custom(attempts -> ofSeconds(-5));

    assertThat(((Retry) endless.decide(failure, 1, 1)).after())
        .isBetween(Duration.ofDays(36_500), Duration.ofDays(73_000));
    assertThat(decide(negative, failure, 1)).isEqualTo(new Retry(Duration.ZERO));
  }
}
