// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0.0,0",
    "7,7",
    "7.25,7250m",
    "0.85,850m",
    "0.5,500m",
    "0.0001,1m",
    "1e-300,1m",
    "7.2501,7251m",
    "1e7,10000000",
    "1e12,1000000000000",
    "123456789.125,123456789125m",
    "1e300,9223372036854775",
    "9223372036854775807,9223372036854775"
  })
  void a_number_is_written_plainly_and_fractions_in_thousandths_rounded_up(
      double number, String expected) {
    assertThat(Quantity.of(number)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1,1",
    "1000,1000",
    "9223372036854775,9223372036854775",
    "9223372036854775807,9223372036854775"
  })
  void a_whole_number_has_no_more_than_a_controller_can_count(long number, String expected) {
    assertThat(Quantity.of(number)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.001})
  void what_is_no_number_from_0_on_is_no_quantity(double number) {
    assertThatThrownBy(() -> Quantity.of(number)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_negative_number_is_no_quantity() {
    assertThatThrownBy(() -> Quantity.of(-1L)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void what_is_read_back_is_the_number_or_less_than_a_thousandth_more() {
    var random = new Random(14);
    for (var i = 0; i < 20_000; i++) {
      var number = random.nextDouble() * Math.pow(10, random.nextInt(19) - 5);
      var text = Quantity.of(number);
      assertThat(text).matches("[0-9]+m?");
      var exact = BigDecimal.valueOf(number).min(BigDecimal.valueOf(Quantity.MOST));
      assertThat(read(text).subtract(exact))
          .as("%s as %s", number, text)
          .isBetween(BigDecimal.ZERO, new BigDecimal("0.000999999999999999999"));
    }
  }

  private static BigDecimal read(String text) {
    return text.endsWith("m")
        ? new BigDecimal(text.substring(0, text.length() - 1)).divide(THOUSAND)
        : new BigDecimal(text);
  }
}
