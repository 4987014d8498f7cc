// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.top;

import io.millhand.cli.Escape;
import io.millhand.cli.Paint;
import io.millhand.cli.Terminal;
import io.millhand.cli.Texts;
import io.millhand.inspect.Flow;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.inspect.Snapshots.FailureInfo;
import io.millhand.inspect.Snapshots.PendingEntry;
import io.millhand.inspect.Snapshots.Pin;
import io.millhand.inspect.Trend.Watched;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws what was seen, for a terminal of any size. Pure. */
final class Picture {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  /** Columns right of the name, with their widths, the most important first. */
  private static final List<String> HEAD =
      List.of(
          "VERDICT ",
          "       LAG",
          "PENDING",
          "  IN/S",
          " OUT/S",
          "WORKERS",
          "DEFERRED",
          "  DEAD",
          "OLDEST   ");

  private static final int LEAST_NAME = 18;

  private final Paint paint;
  private final Terminal.Size size;

  Picture(Paint paint, Terminal.Size size) {
    this.paint = paint;
    this.size = size;
  }

  /** Lines, not more and not longer than there is room. */
  List<String> draw(Look look, Where where) {
    var lines = new ArrayList<String>();
    lines.add(title(look));
    lines.add("");
    if (where.isInside() && look.detail().isPresent()) {
      detail(lines, look.detail().get());
    } else {
      groups(lines, look.groups(), where);
    }
    var room = Math.max(1, size.lines() - 1);
    var shown = new ArrayList<>(lines.subList(0, Math.min(lines.size(), room)));
    while (shown.size() < room) {
      shown.add("");
    }
    shown.add(bottom(look, where));
    return shown;
  }

  private String title(Look look) {
    var server = look.server();
    var memory =
        server
            .used()
            .map(used -> "  memory " + Texts.bytes(java.util.Optional.of(used)))
            .orElse("");
    return paint.bold("millhand top")
        + "  "
        + paint.dim(
            cut(
                "%s %s  %s%s  %d groups"
                    .formatted(
                        server.product(),
                        server.version(),
                        CLOCK.format(server.time().atZone(ZoneId.systemDefault())),
                        memory,
                        look.groups().size()),
                size.columns() - 15));
  }

  private String bottom(Look look, Where where) {
    if (look.trouble().isPresent()) {
      return paint.red(cut(look.trouble().get(), size.columns()));
    }
    return paint.dim(
        cut(
            where.isInside()
                ? "left or Esc: back   q: quit"
                : "up, down: select   Enter: look into it   q: quit",
            size.columns()));
  }

  private void groups(List<String> lines, List<Watched> groups, Where where) {
    var columns = columns();
    var name = nameWidth(columns);
    lines.add(paint.dim(pad(cut("STREAM/GROUP", name), name) + cells(HEAD.subList(0, columns))));
    var room = Math.max(1, size.lines() - 6);
    var at = selected(groups, where);
    var from = Math.max(0, Math.min(at - room / 2, groups.size() - room));
    for (int i = from; i < Math.min(groups.size(), from + room); i++) {
      var row = row(groups.get(i), name, columns);
      lines.add(i == at ? paint.inverse(row) : colour(groups.get(i), row));
    }
    if (groups.isEmpty()) {
      lines.add("No groups.");
      return;
    }
    lines.add("");
    var watched = groups.get(at);
    lines.add(
        colour(watched, cut(word(watched) + ": " + watched.verdict().reason(), size.columns())));
  }

  private static int selected(List<Watched> groups, Where where) {
    for (int i = 0; i < groups.size(); i++) {
      if (where.selected().filter(name(groups.get(i))::equals).isPresent()) {
        return i;
      }
    }
    return 0;
  }

  static Where.Name name(Watched watched) {
    return new Where.Name(watched.group().stream(), watched.group().name());
  }

  /** As many as leave room for a name that can be read. */
  private int columns() {
    var columns = HEAD.size();
    while (columns > 1 && nameWidth(columns) < LEAST_NAME) {
      columns--;
    }
    return columns;
  }

  private int nameWidth(int columns) {
    var right = HEAD.subList(0, columns).stream().mapToInt(head -> head.length() + 2).sum();
    return Math.clamp(size.columns() - right, 8, 60);
  }

  private String row(Watched watched, int name, int columns) {
    var group = watched.group();
    var crew = group.crew();
    var values =
        List.of(
            word(watched),
            Texts.lag(group.lag()),
            Texts.count(group.pending()),
            Texts.rate(watched.flow().flatMap(Flow::addedPerSecond)),
            Texts.rate(watched.flow().flatMap(Flow::settledPerSecond)),
            crew.alive() + crew.unseen() + (crew.gone() == 0 ? "" : "+" + crew.gone() + "gone"),
            Texts.count(group.deferred()),
            Texts.count(group.dead()),
            Texts.duration(group.oldestUndelivered()));
    var cells = new ArrayList<String>();
    for (int i = 0; i < columns; i++) {
      var head = HEAD.get(i);
      var cell = cut(values.get(i), head.length());
      var gap = " ".repeat(head.length() - length(cell));
      cells.add(head.endsWith(" ") ? cell + gap : gap + cell);
    }
    return pad(cut(Escape.text(group.stream() + "/" + group.name()), name), name) + cells(cells);
  }

  private static String cells(List<String> cells) {
    return "  " + String.join("  ", cells);
  }

  private static String word(Watched watched) {
    return Texts.word(watched.verdict().kind());
  }

  private String colour(Watched watched, String text) {
    return switch (watched.verdict().kind()) {
      case STOPPED, STALLED -> paint.red(text);
      case SLOW, POISONED -> paint.yellow(text);
      case OK, UNKNOWN -> text;
    };
  }

  private void detail(List<String> lines, Look.Detail detail) {
    var group = detail.group().group();
    lines.add(paint.bold(cut(Escape.text(group.stream() + "/" + group.name()), size.columns())));
    lines.add(
        colour(
            detail.group(),
            cut(word(detail.group()) + ": " + detail.group().verdict().reason(), size.columns())));
    lines.add(
        cut(
            "lag %s   pending %s   deferred %s (%s due)   dead %s   oldest unfinished %s"
                .formatted(
                    Texts.lag(group.lag()),
                    Texts.count(group.pending()),
                    Texts.count(group.deferred()),
                    Texts.count(group.dueNow()),
                    Texts.count(group.dead()),
                    Texts.duration(group.oldestPending().flatMap(Pin::age))),
            size.columns()));
    var third = Math.max(2, (size.lines() - 14) / 3);
    section(lines, "CONSUMERS", detail.consumers().stream().map(Picture::consumer).toList(), third);
    section(
        lines, "LOWEST PENDING", detail.pending().stream().map(Picture::pending).toList(), third);
    section(
        lines, "NEWEST DEAD LETTERS", detail.dead().stream().map(Picture::dead).toList(), third);
  }

  private void section(List<String> lines, String head, List<String> rows, int most) {
    lines.add("");
    lines.add(
        paint.dim(rows.size() > most ? "%s (%d of %d)".formatted(head, most, rows.size()) : head));
    if (rows.isEmpty()) {
      lines.add("  none");
    }
    rows.stream().limit(most).forEach(row -> lines.add(cut("  " + row, size.columns())));
  }

  private static String consumer(ConsumerSnapshot consumer) {
    var about =
        consumer
            .worker()
            .map(
                worker ->
                    "worker on %s, pid %d, %s%s"
                        .formatted(
                            worker.host(),
                            worker.pid(),
                            worker.version(),
                            worker.suspect().map(id -> ", runs the suspect " + id).orElse("")))
            .orElse("a client of another kind, or what a worker left");
    return Escape.text(
        "%-32s %6s pending  idle %-9s  %s"
            .formatted(
                Texts.cut(consumer.name(), 32),
                Texts.count(consumer.pending()),
                Texts.duration(consumer.idle()),
                about));
  }

  private static String pending(PendingEntry entry) {
    var failure = entry.failure();
    return Escape.text(
        "%-22s %-24s idle %-9s %s%s"
            .formatted(
                entry.id(),
                Texts.cut(entry.consumer().orElse("(deferred)"), 24),
                Texts.duration(entry.idle()),
                entry.dueIn().map(time -> "due in " + Texts.duration(time) + "  ").orElse(""),
                failure
                    .map(FailureInfo::error)
                    .map(error -> "failed %d: %s".formatted(failure.get().attempts(), error))
                    .orElse("")));
  }

  private static String dead(DeadLetter letter) {
    return Escape.text(
        "%-22s %s  %s: %s"
            .formatted(
                letter.entry(),
                Texts.time(letter.last()),
                letter.reason(),
                letter.errorText().orElse("")));
  }

  private static String cut(String text, int most) {
    return Texts.cut(text, Math.max(1, most));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - length(text)));
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The worst first; of the same kind those with most to do. */
  static int compare(Watched one, Watched other) {
    var kinds = Integer.compare(badness(other), badness(one));
    return kinds != 0
        ? kinds
        : Long.compare(other.group().lag().entries(), one.group().lag().entries());
  }

  private static int badness(Watched watched) {
    return switch (watched.verdict().kind()) {
      case OK, UNKNOWN -> 0;
      case SLOW -> 1;
      case POISONED -> 2;
      case STALLED -> 3;
      case STOPPED -> 4;
    };
  }
}
