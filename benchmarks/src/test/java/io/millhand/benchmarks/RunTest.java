// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tiny runs of what needs nothing but this JVM and a Redis: that it measures, not how fast. */
class RunTest {

  private static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();

  @Test
  void a_drain_is_measured_beside_the_limit_and_leaves_nothing() throws IOException {
    var rows = run("drain", "limit,millhand-batch,millhand-each,jedis-pipelined");

    assertThat(rows).hasSize(5);
    for (var row : rows) {
      assertThat(median(row, "rate")).isBetween(100.0, 1e7);
      assertThat(median(row, "entries")).isEqualTo(2_000);
      assertThat(median(row, "left")).isZero();
      assertThat(median(row, "server_cpu_s_per_million")).isPositive();
      assertThat(median(row, "allocated_bytes_per_entry")).isPositive();
      assertThat(median(row, "peak_heap_mib")).isPositive();
      assertThat(median(row, "peak_rss_mib")).isPositive();
      assertThat(row.get("of_limit").asDouble()).isPositive();
    }
    assertThat(Files.readString(folder.resolve("results.md")))
        .contains(
            "## drain: no-op", "| limit-c500 |", "| millhand-each |", "of the limit", "Redis");
    assertThat(out.toString()).contains("drain no-op, millhand-batch, round 1/1: ");
  }

  @Test
  void slow_handlers_are_measured_against_theory() throws IOException {
    var rows = run("sleep", "millhand-each");

    assertThat(rows).hasSize(1);
    assertThat(median(rows.get(0), "of_theory_percent")).isBetween(0.01, 101.0);
    assertThat(median(rows.get(0), "left")).isZero();
  }

  @Test
  void latency_is_measured_at_three_rates() throws IOException {
    var rows = run("latency", "millhand-plain");

    assertThat(rows).hasSize(3);
    for (var row : rows) {
      assertThat(median(row, "p50_ms")).isPositive();
      assertThat(median(row, "p99_ms")).isGreaterThanOrEqualTo(median(row, "p50_ms"));
      assertThat(median(row, "max_ms")).isGreaterThanOrEqualTo(median(row, "p99_ms"));
      assertThat(row.has("backlog")).isTrue();
      assertThat(median(row, "left")).isZero();
    }
  }

  @Test
  void producers_are_measured_and_all_that_they_send_is_there() throws IOException {
    var rows = run("producer", "millhand-each");

    assertThat(rows).hasSize(3);
    for (var row : rows) {
      assertThat(median(row, "rate")).isPositive();
      assertThat(median(row, "left")).isZero();
    }
  }

  @Test
  void retries_end_with_all_handled() throws IOException {
    var rows = run("retries", "millhand-plain");

    assertThat(rows).hasSize(2);
    for (var row : rows) {
      assertThat(median(row, "left")).isZero();
    }
  }

  @Test
  void a_killed_worker_is_replaced_and_another_client_asked_meanwhile() throws IOException {
    var rows = run("reclaim", "limit,millhand-batch");

    assertThat(rows).hasSize(3);
    for (var row : rows) {
      assertThat(median(row, "seconds")).isPositive();
      assertThat(median(row, "ping_p99_ms")).isPositive();
    }
    assertThat(median(rows.get(2), "noticed_seconds")).isPositive();
    assertThat(median(rows.get(2), "left")).isZero();
  }

  @Test
  void idle_workers_are_measured() throws IOException {
    var rows = run("idle", "millhand-plain");

    assertThat(rows).hasSize(1);
    assertThat(median(rows.get(0), "count")).isEqualTo(5);
    assertThat(rows.get(0).has("client_core_percent")).isTrue();
  }

  @Test
  void memory_in_flight_is_measured() throws IOException {
    var rows = run("memory", "millhand-each");

    assertThat(rows).hasSize(2);
    assertThat(median(rows.get(0), "heap_bytes_per_entry")).isPositive();
  }

  @Test
  void growth_has_a_point_for_each_thing_that_grows() throws IOException {
    var rows = run("growth", "millhand-batch");

    assertThat(rows).hasSize(5);
    for (var row : rows) {
      assertThat(median(row, "rate")).isPositive();
      assertThat(median(row, "left")).isZero();
    }
  }

  private JsonNode run(String part, String contenders) throws IOException {
    var err = new StringWriter();
    var status =
        Benchmarks.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            "--quick",
            "--entries=2000",
            "--part=" + part,
            "--contenders=" + contenders,
            "--jvm=" + QUICK_START,
            "--out=" + folder);
    assertThat(status).as("%s%s", out, err).isZero();
    var all =
        JsonMapper.builder().build().readTree(Files.readString(folder.resolve("results.json")));
    assertThat(all.get("facts").get("cores").asString()).isNotEmpty();
    return all.get("rows");
  }

  private static double median(JsonNode row, String metric) {
    return row.get(metric).get("median").asDouble();
  }
}
