// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a command prints as its result: text for people, or with {@code --json} JSON for programs. A
 * mixin: {@code @Mixin private Output output}.
 *
 * <p>Everything given to {@link #line} and {@link #table} is ours, or has been escaped by {@link
 * Escape}; cells of a table are escaped here.
 */
public final class Output {

  /** Longer than any entry id. */
  private static final int LONGEST_CELL = 44;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

  @Option(names = "--json", description = "Print JSON instead of text, one value on each line.")
  private boolean json;

  /** Whether JSON is wanted. */
  public boolean isJson() {
    return json;
  }

  /** Whether people look at it, so that colours and a picture that moves make sense. */
  public boolean isTerminal() {
    return !json && Terminal.is(Terminal.Stream.OUT);
  }

  /** Where it goes: UTF-8, flushed by who writes. */
  public PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** A line about what goes on, on stderr where that is a terminal. */
  public LiveLine progress() {
    return LiveLine.onTerminal(spec.commandLine().getErr());
  }

  /** Prints a line of text, which is safe. */
  public void line(String safe) {
    out().println(safe);
    out().flush();
  }

  /** Prints a value as JSON on a line of its own. */
  public void json(Object value) {
    line(Json.of(value));
  }

  /**
   * Prints markup of picocli, such as {@code @|bold,red text|@}: coloured on a terminal, plain
   * elsewhere.
   */
  public void markup(String safe) {
    line(spec.commandLine().getColorScheme().ansi().string(safe));
  }

  /**
   * Prints a table: columns as wide as their widest cell, numbers to the right.
   *
   * @param head names of the columns
   * @param rows cells, as many as columns; escaped here, and on a terminal cut where they are very
   *     long
   */
  public void table(List<String> head, List<List<String>> rows) {
    var cells = new ArrayList<List<String>>();
    cells.add(head);
    rows.forEach(row -> cells.add(isTerminal() ? cut(safe(row)) : safe(row)));
    var widths = new int[head.size()];
    for (var row : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
      }
    }
    for (var row : cells) {
      out().println(aligned(row, widths));
    }
    out().flush();
  }

  /** The same cells, escaped. */
  public static List<String> safe(List<String> cells) {
    return cells.stream().map(Escape::text).toList();
  }

  /** So that one endless name does not push the rest off the screen; the last cell may wrap. */
  private static List<String> cut(List<String> cells) {
    var cut = new ArrayList<String>();
    for (int i = 0; i < cells.size(); i++) {
      cut.add(i == cells.size() - 1 ? cells.get(i) : Texts.cut(cells.get(i), LONGEST_CELL));
    }
    return cut;
  }

  private static String aligned(List<String> row, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      var cell = row.get(i);
      var gap = " ".repeat(widths[i] - cell.codePointCount(0, cell.length()));
      var isNumber =
          !cell.isEmpty()
              && cell.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.' || c == ',');
      line.append(isNumber ? gap + cell : cell + gap).append("  ");
    }
    return line.toString().stripTrailing();
  }
}
