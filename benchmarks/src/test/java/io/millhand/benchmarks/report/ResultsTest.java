// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ResultsTest {

  private final Results results = new Results();

  @Test
  void a_ratio_is_of_medians_against_the_best_yardstick_of_the_same_work() {
    add("drain", "no-op", "limit-c100", 100, 110, 90);
    add("drain", "no-op", "limit-c500", 190, 200, 1_000);
    add("drain", "no-op", "ours", 150, 160, 10);
    add("drain", "other", "ours", 7);

    var rows = results.rows();

    assertThat(rows)
        .extracting(row -> row.work() + " " + row.contender())
        .containsExactly("no-op limit-c100", "no-op limit-c500", "no-op ours", "other ours");
    assertThat(rows.get(0).ofLimit()).hasValue(0.5);
    assertThat(rows.get(1).ofLimit()).hasValue(1.0);
    assertThat(rows.get(2).ofLimit()).hasValue(0.75);
    assertThat(rows.get(3).ofLimit()).isEmpty();
  }

  @Test
  void what_broke_is_counted_and_told_once() {
    results.failed("drain, ours: broke");
    results.failed("drain, ours: broke");

    assertThat(results.failures()).isEqualTo(2);
    assertThat(results.remarks()).containsExactly("drain, ours: broke");
  }

  @Test
  void the_page_has_medians_ranges_ratios_and_remarks() {
    add("drain", "no-op", "limit-c500", 1_000, 2_000, 3_000);
    add("drain", "no-op", "ours", 1_500, 1_500, 1_500);
    results.remark("SKIPPED bullmq: no node");

    assertThat(Markdown.of(Map.of("cores", "2"), results))
        .contains("- cores: 2")
        .contains("| limit-c500 | 2,000 (1,000–3,000) | 100.0 % | 100.0 % |")
        .contains("| ours | 1,500 | 0.0 % | 75.0 % |")
        .contains("- SKIPPED bullmq: no node");
  }

  @Test
  void the_json_has_rows_and_each_measurement() {
    add("drain", "no-op", "limit-c500", 1_000, 2_000);

    var json = JsonMapper.builder().build().readTree(Json.of(Map.of("cores", "2"), results));

    assertThat(json.get("facts").get("cores").asString()).isEqualTo("2");
    assertThat(json.get("rows").get(0).get("rate").get("median").asDouble()).isEqualTo(1_500);
    assertThat(json.get("measurements")).hasSize(2);
    assertThat(json.get("measurements").get(1).get("round").asInt()).isEqualTo(2);
  }

  @Test
  void figures_go_through_json_and_back() {
    var figures = new Figures().with(Metric.RATE, 123.5).with(Metric.LEFT, 0L);

    assertThat(FiguresJson.parse(figures.json()).all()).isEqualTo(figures.all());
    assertThat(FiguresJson.parse("{\"unheard\":1}").all()).isEmpty();
  }

  private void add(String part, String work, String contender, double... rates) {
    for (int i = 0; i < rates.length; i++) {
      results.add(
          new Measurement(part, work, contender, i + 1, new Figures().with(Metric.RATE, rates[i])));
    }
  }
}
