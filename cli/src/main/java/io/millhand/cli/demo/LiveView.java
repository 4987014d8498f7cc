// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.cli.demo.Scoreboard.Note;
import io.millhand.cli.demo.Scoreboard.Row;
import io.millhand.cli.demo.Scoreboard.State;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A picture that is drawn over itself on the terminal's second screen, which no resize reflows; the
 * first one is as it was when this is closed. A frame is one write: each line overwrites the one
 * before, so nothing flickers.
 */
final class LiveView implements View {

  private static final String ESC = "\u001b[";

  /** Second screen, no cursor, no wrapping of long lines. */
  private static final String ENTER = ESC + "?1049h" + ESC + "?25l" + ESC + "?7l";

  /** The terminal as it was. */
  static final String LEAVE = ESC + "?7h" + ESC + "?25h" + ESC + "?1049l";

  private static final String HOME = ESC + "H";
  private static final String REST_OF_LINE = ESC + "K";
  private static final String REST_OF_SCREEN = ESC + "J";

  private static final Pattern SIZE = Pattern.compile("(\\d+) (\\d+)");
  private static final int DEFAULT_HEIGHT = 24;
  private static final int FRAMES_PER_MEASURE = 5;
  private static final int GONE_SHOWN = 3;
  private static final int BAR = 30;

  private final PrintWriter out;
  private final Paint paint;
  private final String title;
  private final String hint;

  private int height = DEFAULT_HEIGHT;
  private int frame;
  private boolean closed;

  /** Colours, or none. */
  enum Paint {
    /** With colours. */
    COLOURS,
    /** Without. */
    PLAIN;

    String bold(String text) {
      return painted("1", text);
    }

    String dim(String text) {
      return painted("2", text);
    }

    String red(String text) {
      return painted("31", text);
    }

    String green(String text) {
      return painted("32", text);
    }

    private String painted(String code, String text) {
      return this == COLOURS ? ESC + code + "m" + text + ESC + "0m" : text;
    }
  }

  /**
   * Takes the terminal over.
   *
   * @param title what is shown, safe to print
   * @param hint what the user can do, safe to print
   */
  LiveView(PrintWriter out, Paint paint, String title, String hint) {
    this.out = out;
    this.paint = paint;
    this.title = title;
    this.hint = hint;
    out.print(ENTER + HOME + REST_OF_SCREEN);
    out.flush();
  }

  @Override
  public void show(Scoreboard board) {
    if (frame++ % FRAMES_PER_MEASURE == 0) {
      height = measure();
    }
    var lines = lines(board);
    var picture = new StringBuilder(HOME);
    for (int i = 0; i < lines.size(); i++) {
      picture.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append(REST_OF_LINE);
    }
    out.print(picture.append(REST_OF_SCREEN));
    out.flush();
  }

  private List<String> lines(Scoreboard board) {
    var lines = new ArrayList<String>();
    lines.add(paint.bold("millhand demo") + "  " + paint.dim(title));
    lines.add("");
    counts(lines, board);
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

  /** How many lines the terminal has now: only a process can tell. */
  private static int measure() {
    try {
      var stty =
          new ProcessBuilder("/bin/sh", "-c", "stty size </dev/tty")
              .redirectError(Redirect.DISCARD)
              .start();
      var said = new String(stty.getInputStream().readNBytes(32), StandardCharsets.US_ASCII);
      var size = SIZE.matcher(said.strip());
      var lines = size.matches() ? Integer.parseInt(size.group(1)) : 0;
      return lines > 0 ? lines : DEFAULT_HEIGHT;
    } catch (IOException e) {
      return DEFAULT_HEIGHT;
    }
  }

  @Override
  public boolean isWatched() {
    return !out.checkError();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      out.print(LEAVE);
      out.flush();
    }
  }
}
