// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpositionTest {

  private static Sheet sheet() {
    var sheet = new Sheet();
    sheet.add(Metric.seconds("age_seconds", "How \"old\".", "name"), 1.5, "a\"b");
    sheet.add(Metric.counter("done_total", "Done."), 3_000_000_000L);
    return sheet;
  }

  @Test
  void the_plain_text_is_as_prometheus_has_it() {
    assertThat(new String(Exposition.TEXT.write(sheet()), UTF_8))
        .isEqualTo(
            """
            # HELP age_seconds How "old".
            # TYPE age_seconds gauge
            age_seconds{name="a\\"b"} 1.5
            # HELP done_total Done.
            # TYPE done_total counter
            done_total 3000000000
            """);
  }

  @Test
  void openmetrics_has_units_a_name_without_total_and_an_end() {
    assertThat(new String(Exposition.OPEN_METRICS.write(sheet()), UTF_8))
        .isEqualTo(
            """
            # HELP age_seconds How \\"old\\".
            # TYPE age_seconds gauge
            # UNIT age_seconds seconds
            age_seconds{name="a\\"b"} 1.5
            # HELP done Done.
            # TYPE done counter
            done_total 3000000000
            # EOF
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | TEXT",
        "*/* | TEXT",
        "text/html,*/*;q=0.1 | TEXT",
        "application/openmetrics-text | OPEN_METRICS",
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
            + " | OPEN_METRICS",
        "application/openmetrics-text;version=1.0.0;q=0.2,text/plain;q=0.5 | TEXT"
      })
  void the_client_gets_what_it_likes_better(String accept, Exposition form) {
    assertThat(Exposition.of(accept)).isEqualTo(form);
  }
}
