// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

  @Test
  void a_fixed_wait_is_the_same_each_time() {
    var backoff = Backoff.fixed(ofSeconds(3));

    assertThat(backoff.after(1)).isEqualTo(ofSeconds(3));
    assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(ofSeconds(3));
    assertThat(Backoff.fixed(ZERO).after(1)).isEqualTo(ZERO);
  }

  @Test
  void a_negative_wait_is_refused() {
    assertThatThrownBy(() -> Backoff.fixed(ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_exponential_wait_begins_with_the_first_and_never_exceeds_the_cap() {
    var backoff = Backoff.exponential(ofMillis(300), ofSeconds(1));

    assertThat(backoff.after(1)).isEqualTo(ofMillis(300));
    assertThat(backoff.after(2)).isEqualTo(ofMillis(600));
    assertThat(backoff.after(3)).isEqualTo(ofSeconds(1));
    assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(ofSeconds(1));
  }

  @Test
  void a_cap_of_years_is_reached_and_not_passed() {
    var backoff = Backoff.exponential(Duration.ofNanos(1), ofDays(100_000));

    assertThat(backoff.after(200)).isEqualTo(ofDays(100_000));
    assertThat(Backoff.exponential(ofSeconds(1), ofSeconds(1)).after(5)).isEqualTo(ofSeconds(1));
  }

  @ParameterizedTest
  @CsvSource({"PT0S, PT1S", "PT-1S, PT1S", "PT2S, PT1S"})
  void a_first_wait_that_is_nothing_or_beyond_the_cap_is_refused(Duration first, Duration cap) {
    assertThatThrownBy(() -> Backoff.exponential(first, cap))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(first.toString(), cap.toString());
  }
}
