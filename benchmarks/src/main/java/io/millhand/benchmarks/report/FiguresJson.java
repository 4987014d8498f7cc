// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import tools.jackson.databind.json.JsonMapper;

/** Figures out of the line that a child prints. */
public final class FiguresJson {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private FiguresJson() {}

  /**
   * Figures of a line; names that are no {@link Metric} are passed over.
   *
   * @throws IllegalArgumentException when it is no JSON object
   */
  public static Figures parse(String line) {
    var figures = new Figures();
    try {
      MAPPER
          .readTree(line)
          .properties()
          .forEach(
              each ->
                  Metric.of(each.getKey())
                      .ifPresent(metric -> figures.with(metric, each.getValue().asDouble())));
    } catch (tools.jackson.core.JacksonException e) {
      throw new IllegalArgumentException("not figures: " + line, e);
    }
    return figures;
  }
}
