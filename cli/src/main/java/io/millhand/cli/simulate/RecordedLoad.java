// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.simulate;

import io.millhand.autoscale.simulation.Profile;
import io.millhand.autoscale.simulation.Scenario;
import io.millhand.autoscale.simulation.Scenario.Workers;
import io.millhand.autoscale.simulation.Work;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A load that somebody recorded: rows of a time in seconds, the arrivals in a second from then on,
 * and, where known, the seconds of work in an entry. As CSV, or as Prometheus answers a range query
 * with one series.
 */
final class RecordedLoad {

  private static final long MAX_BYTES = 64L << 20;
  private static final int MAX_SECONDS = 2 * 24 * 3600;
  private static final double MAX_ENTRIES = 20e6;

  private final String file;
  private final List<Row> rows;

  /** The line that was taken for a header; 0: none. */
  private int head;

  /**
   * From a time on.
   *
   * @param work seconds in an entry; 0 where it is not known
   */
  private record Row(double time, double perSecond, double work) {}

  private RecordedLoad(String file, List<Row> rows) {
    this.file = file;
    this.rows = rows;
  }

  /**
   * Reads it.
   *
   * @throws CommandFailure when it cannot be read, or makes no sense
   */
  static RecordedLoad of(Path path) {
    var file = Escape.text(path.toString());
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw CommandFailure.usage("%s is larger than 64 MiB".formatted(file));
      }
      var text = withoutMark(Files.readString(path));
      var load = new RecordedLoad(file, new ArrayList<>());
      if (text.stripLeading().startsWith("{")) {
        load.readJson(text);
      } else {
        load.readCsv(text);
      }
      load.check();
      return load;
    } catch (NoSuchFileException e) {
      throw CommandFailure.usage("cannot read %s: there is no such file".formatted(file));
    } catch (IOException e) {
      throw CommandFailure.usage(
          "cannot read %s (%s)".formatted(file, e.getClass().getSimpleName()));
    }
  }

  /** Spreadsheets begin their files with a byte order mark. */
  private static String withoutMark(String text) {
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  private void readCsv(String text) {
    var number = 0;
    for (var line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (rows.isEmpty() && head == 0 && isHead(line)) {
        head = number;
      } else {
        rows.add(row(line.split("[,;\t]", -1), number));
      }
    }
  }

  private static boolean isHead(String line) {
    return line.chars().anyMatch(Character::isLetter) && !line.strip().matches("[\\d.].*");
  }

  private Row row(String[] cells, int number) {
    if (cells.length < 2 || cells.length > 3) {
      throw bad(
          "line %d has %d values: a time, arrivals a second, and seconds of work if you like%s"
              .formatted(number, cells.length, ofHead()));
    }
    return new Row(
        number(cells[0], number),
        number(cells[1], number),
        cells.length == 3 ? number(cells[2], number) : 0);
  }

  private double number(String cell, int line) {
    try {
      var value = Double.parseDouble(cell.strip());
      if (value >= 0 && value < Double.POSITIVE_INFINITY) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw bad(
        "line %d: '%s' is not a number, 0 or more%s".formatted(line, Escape.text(cell), ofHead()));
  }

  private String ofHead() {
    return head == 0 ? "" : " (line %d was taken for a header)".formatted(head);
  }

  private void readJson(String text) {
    try {
      var result = Json.tree(text).path("data").path("result");
      if (result.size() != 1 || result.get(0).path("values").isEmpty()) {
        throw bad(
            "it is not what Prometheus answers a range query with one series (it has %d)"
                .formatted(result.size()));
      }
      var number = 0;
      for (JsonNode value : result.get(0).path("values")) {
        number++;
        rows.add(
            row(new String[] {value.path(0).asString(""), value.path(1).asString("")}, number));
      }
    } catch (JacksonException e) {
      throw bad("it is not JSON");
    }
  }

  private void check() {
    if (rows.size() < 2) {
      throw bad(
          "it has %s with numbers, and two are needed%s"
              .formatted(rows.isEmpty() ? "no row" : "one row", ofHead()));
    }
    for (int i = 1; i < rows.size(); i++) {
      if (rows.get(i).time() <= rows.get(i - 1).time()) {
        throw bad("row %d is not later than the row before".formatted(i + 1));
      }
    }
    if (seconds() > MAX_SECONDS) {
      throw bad("it is longer than two days");
    }
    var entries = perSecond().stream().mapToDouble(rate -> rate).sum();
    if (entries > MAX_ENTRIES) {
      throw bad("it has %.0f entries, more than %.0f".formatted(entries, MAX_ENTRIES));
    }
  }

  private CommandFailure bad(String why) {
    return CommandFailure.usage("%s cannot be used: %s".formatted(file, why));
  }

  /** Until the last row, and as long again as from the row before. */
  private int seconds() {
    var last = rows.getLast().time();
    var length = last - rows.getFirst().time() + last - rows.get(rows.size() - 2).time();
    return (int) Math.min(MAX_SECONDS + 1L, Math.max(1, Math.round(length)));
  }

  private List<Double> perSecond() {
    return each(Row::perSecond);
  }

  private List<Double> each(ToDoubleFunction<Row> value) {
    var values = new ArrayList<Double>();
    var row = 0;
    for (int second = 0; second < seconds(); second++) {
      while (row + 1 < rows.size() && rows.get(row + 1).time() - rows.getFirst().time() <= second) {
        row++;
      }
      values.add(value.applyAsDouble(rows.get(row)));
    }
    return values;
  }

  /**
   * As a scenario.
   *
   * @param usual seconds of work in an entry where nothing is recorded
   * @param workers what a worker is like
   */
  Scenario scenario(double usual, Workers workers) {
    if (rows.stream().allMatch(row -> row.work() == 0)) {
      var profile = Profile.recorded(perSecond(), List.of());
      return Scenario.recorded("recorded", profile, new Work.Exponential(usual), workers);
    }
    var stretch = each(row -> row.work() == 0 ? 1 : row.work() / usual);
    var profile = Profile.recorded(perSecond(), stretch);
    return Scenario.recorded("recorded", profile, new Work.Exponential(usual), workers);
  }
}
