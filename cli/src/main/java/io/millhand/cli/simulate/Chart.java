// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.simulate;

import io.millhand.autoscale.simulation.Run;
import io.millhand.cli.Paint;
import io.millhand.cli.Texts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/** One run over time: what came, the fleet, the backlog. Pure. */
final class Chart {

  private static final int LABEL = 9;
  private static final int ROWS = 5;

  /** Seconds between two labels of the time. */
  private static final List<Integer> EVERY =
      List.of(10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800);

  private final Ink ink;
  private final Paint paint;
  private final int width;
  private final Run.Series series;
  private final Duration objective;

  /** What bars are drawn with. */
  enum Ink {
    /** Eighths of a block. */
    BLOCKS(" ▁▂▃▄▅▆▇█", '░', '│', '─', '└'),
    /** For terminals that know no others. */
    ASCII(" ..::+##", '-', '|', '-', '+');

    private final String levels;
    private final char starting;
    private final char side;
    private final char floor;
    private final char corner;

    Ink(String levels, char starting, char side, char floor, char corner) {
      this.levels = levels;
      this.starting = starting;
      this.side = side;
      this.floor = floor;
      this.corner = corner;
    }

    /** A cell that is filled to that part. */
    private char level(double part) {
      var steps = levels.length() - 1;
      return levels.charAt(part <= 0 ? 0 : Math.clamp(Math.round(part * steps), 1, steps));
    }
  }

  /**
   * A chart.
   *
   * @param run what happened
   * @param objective entries that wait longer are shown in red
   * @param columns how wide it may be
   */
  Chart(Run run, Duration objective, int columns, Ink ink, Paint paint) {
    this.series = run.series();
    this.objective = objective;
    this.width = Math.clamp(columns - LABEL - 2, 20, 120);
    this.ink = ink;
    this.paint = paint;
  }

  /** Its lines. */
  List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(paint.bold("entries added a second"));
    panel(lines, bars(this::arrivals), bars(column -> 0), this::isNever);
    lines.add(paint.bold("workers: ready") + paint.dim(" (light: asked for, and starting)"));
    panel(lines, bars(this::ready), bars(this::requested), this::isNever);
    lines.add(paint.bold("entries that wait") + paint.dim(" (red: longer than the objective)"));
    panel(lines, bars(this::waiting), bars(column -> 0), this::isLate);
    lines.addAll(times());
    return lines;
  }

  private double[] bars(IntToDoubleFunction value) {
    var bars = new double[width];
    for (int i = 0; i < width; i++) {
      bars[i] = value.applyAsDouble(i);
    }
    return bars;
  }

  /** Which columns are red. */
  @FunctionalInterface
  private interface Columns {
    boolean has(int column);
  }

  private boolean isNever(int column) {
    return false;
  }

  private void panel(List<String> lines, double[] bars, double[] light, Columns red) {
    var most = 0.0;
    for (int i = 0; i < width; i++) {
      most = Math.max(most, Math.max(bars[i], light[i]));
    }
    most = most == 0 ? 1 : most;
    for (int row = ROWS - 1; row >= 0; row--) {
      var label = row == ROWS - 1 ? label(most) : row == 0 ? "0" : "";
      var line = new StringBuilder(" ".repeat(LABEL - label.length()) + label + ' ' + ink.side);
      for (int i = 0; i < width; i++) {
        line.append(cell(bars[i] / most * ROWS - row, light[i] / most * ROWS - row, red.has(i)));
      }
      lines.add(line.toString().stripTrailing());
    }
  }

  private String cell(double filled, double light, boolean isRed) {
    var isLight = filled <= 0 && light > 0.5;
    var text = String.valueOf(isLight ? ink.starting : ink.level(filled));
    return isRed && filled > 0 ? paint.red(text) : isLight ? paint.dim(text) : text;
  }

  private static String label(double most) {
    return most < 10 ? String.format(Locale.ROOT, "%.1f", most) : Texts.count(Math.round(most));
  }

  /** The floor, and below it the time, at round values. */
  private List<String> times() {
    var every = EVERY.stream().filter(step -> series.size() / step <= 8).findFirst().orElse(86_400);
    var labels = new StringBuilder(" ".repeat(LABEL + 2));
    for (int second = 0; second < series.size(); second += every) {
      var at = LABEL + 2 + (int) ((long) second * width / series.size());
      var label = Texts.clock(Duration.ofSeconds(second));
      if (at >= labels.length() && at + label.length() <= LABEL + 2 + width) {
        labels.append(" ".repeat(at - labels.length())).append(label).append(' ');
      }
    }
    return List.of(
        " ".repeat(LABEL + 1) + ink.corner + String.valueOf(ink.floor).repeat(width),
        labels.toString().stripTrailing());
  }

  /** The first second of a column. */
  private int first(int column) {
    return (int) ((long) column * series.size() / width);
  }

  private double mean(int column, IntUnaryOperator value) {
    var from = first(column);
    var to = Math.max(from + 1, first(column + 1));
    var sum = 0.0;
    for (int second = from; second < to; second++) {
      sum += value.applyAsInt(second);
    }
    return sum / (to - from);
  }

  private double most(int column, IntToDoubleFunction value) {
    var most = 0.0;
    for (int second = first(column);
        second < Math.max(first(column) + 1, first(column + 1));
        second++) {
      most = Math.max(most, value.applyAsDouble(second));
    }
    return most;
  }

  private double arrivals(int column) {
    return mean(column, series::arrivals);
  }

  private double ready(int column) {
    return mean(column, series::ready);
  }

  private double requested(int column) {
    return most(column, series::requested);
  }

  private double waiting(int column) {
    return most(column, series::waiting);
  }

  private boolean isLate(int column) {
    return most(column, series::oldestWait) > objective.toMillis() / 1000.0;
  }
}
