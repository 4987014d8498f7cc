// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The results for programs: {@code facts}, {@code rows}, {@code measurements}, {@code remarks}. */
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  /** The text of the file. */
  public static String of(Map<String, String> facts, Results results) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("facts", facts);
    all.put("rows", results.rows().stream().map(Json::row).toList());
    all.put("measurements", results.measurements().stream().map(Json::measurement).toList());
    all.put("remarks", results.remarks());
    return MAPPER.writeValueAsString(all) + "\n";
  }

  private static Map<String, Object> row(Row row) {
    Map<String, Object> all = place(row.part(), row.work(), row.contender());
    row.ofLimit().ifPresent(share -> all.put("of_limit", share));
    row.stats()
        .forEach(
            (metric, stat) ->
                all.put(
                    metric.key(),
                    Map.of(
                        "min", stat.min(),
                        "median", stat.median(),
                        "max", stat.max(),
                        "rounds", stat.count())));
    return all;
  }

  private static Map<String, Object> measurement(Measurement each) {
    var all = place(each.part(), each.work(), each.contender());
    all.put("round", each.round());
    each.figures().all().forEach((metric, value) -> all.put(metric.key(), value));
    return all;
  }

  private static Map<String, Object> place(String part, String work, String contender) {
    Map<String, Object> place = new LinkedHashMap<>();
    place.put("part", part);
    place.put("work", work);
    place.put("contender", contender);
    return place;
  }
}
