// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.cli.Paint;
import io.millhand.cli.Screen;
import io.millhand.cli.Texts;
import io.millhand.cli.demo.Scoreboard.Note;
import io.millhand.cli.demo.Scoreboard.Row;
import io.millhand.cli.demo.Scoreboard.State;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A picture that moves. */
final class LiveView implements View {

  private static final int GONE_SHOWN = 3;
  private static final int BAR = 30;

  private final FleetSizes sizes = new FleetSizes();
  private final Screen screen;
  private final Paint paint;
  private final String title;
  private final String hint;

  /**
   * Takes the terminal over.
   *
   * @param title what is shown, safe to print
   * @param hint what the user can do, safe to print
   */
  LiveView(PrintWriter out, Paint paint, String title, String hint) {
    this.screen = new Screen(out);
    this.paint = paint;
    this.title = title;
    this.hint = hint;
  }

  @Override
  public void show(Scoreboard board) {
    screen.show(lines(board, screen.size().lines()));
  }

  private List<String> lines(Scoreboard board, int height) {
    var lines = new ArrayList<String>();
    lines.add(paint.bold("millhand demo") + "  " + paint.dim(title));
    lines.add("");
    counts(lines, board);
    fleet(lines, board);
    lines.add("");
    workers(lines, board.workers());
    lines.add("");
    var room = height - lines.size() - 2;
    var notes = board.notes();
    notes
        .subList(Math.max(0, notes.size() - Math.max(0, room)), notes.size())
        .forEach(note -> lines.add(note(note)));
    lines.add("");
    var shown = new ArrayList<>(lines.subList(0, Math.min(lines.size(), height - 1)));
    shown.add(
        paint.dim(
            board.phase() == Scoreboard.Phase.FINISHING
                ? "No more is sent; what was sent is being handled."
                : hint));
    return shown;
  }

  private void counts(List<String> lines, Scoreboard board) {
    var counts = board.counts();
    var bar = counts.total().isPresent() ? bar(counts.handled(), counts.total().getAsLong()) : "";
    lines.add(
        "  sent      %11s%s   %s"
            .formatted(
                Texts.count(counts.sent()),
                counts.total().isPresent() ? " of " + Texts.count(counts.total().getAsLong()) : "",
                Texts.clock(board.running())));
    lines.add(
        "  handled   %s   %s %s"
            .formatted(
                paint.green("%11s".formatted(Texts.count(counts.handled()))),
                rate(counts.perSecond()),
                bar));
    lines.add(
        "  in flight %11s   pending %-8s waiting for a retry %-6s lag %s"
            .formatted(
                Texts.count(counts.inFlight()),
                board.group().map(group -> Texts.count(group.pending())).orElse("?"),
                board.group().map(group -> Texts.count(group.deferred())).orElse("?"),
                board.group().map(group -> PlainView.lag(group.lag())).orElse("?")));
    lines.add(
        "  retries   %11s   dead    %s"
            .formatted(Texts.count(counts.retries()), Texts.count(counts.dead())));
  }

  /** How many workers there were, and are, and why. */
  private void fleet(List<String> lines, Scoreboard board) {
    board
        .need()
        .ifPresent(
            need -> {
              sizes.learn(board.running(), board.staff());
              lines.add(
                  "  fleet     %11s   of %d needed  %s"
                      .formatted(board.staff(), need.workers(), paint.green(sizes.picture())));
              lines.add("  " + paint.dim(need.reason()));
            });
  }

  private String bar(long done, long total) {
    var full = (int) Math.min(BAR, done * BAR / total);
    return "  " + paint.green("█".repeat(full)) + paint.dim("░".repeat(BAR - full));
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%,.0f/s", perSecond);
  }

  private void workers(List<String> lines, List<Row> rows) {
    var width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    var format = "  %-" + Math.max(8, width) + "s %8s %9s %11s %10s  %s";
    lines.add(
        paint.dim(
            format.formatted("worker", "pid", "rate", "handled", "in flight", "").stripTrailing()));
    var gone = rows.stream().filter(LiveView::isGone).count();
    for (var row : rows) {
      if (isGone(row) && gone-- > GONE_SHOWN) {
        continue; // in a long run there are many
      }
      var line =
          format.formatted(
              row.name(),
              row.pid(),
              isGone(row) ? "" : rate(row.perSecond()),
              Texts.count(row.handled()),
              isGone(row) ? "" : Texts.count(row.inFlight()),
              state(row));
      lines.add(row.state() == State.KILLED ? paint.red(line) : line);
    }
  }

  private static boolean isGone(Row row) {
    return row.state() == State.KILLED || row.state() == State.LEFT;
  }

  private static String state(Row row) {
    return switch (row.state()) {
      case STARTING -> "starting";
      case WORKING -> row.keeper() ? "keeper of the group" : "";
      case DRAINING -> "drains";
      case KILLED -> "killed, " + row.remark();
      case LEFT -> "has left";
    };
  }

  private String note(Note note) {
    return "  " + paint.dim("%6s".formatted(Texts.clock(note.at()))) + "  " + note.text();
  }

  @Override
  public void happened(Note note) {
    // is in the next picture
  }

  @Override
  public boolean isWatched() {
    return screen.isWatched();
  }

  @Override
  public void close() {
    screen.close();
  }
}
