// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.cli.Texts;
import io.millhand.inspect.Lag;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * A line for each thing that happens, and every other second one with numbers: for what is no
 * terminal.
 */
final class PlainView implements View {

  private static final Duration EVERY = Duration.ofSeconds(2);

  private final PrintWriter out;
  private Duration next = EVERY;

  PlainView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void show(Scoreboard board) {
    if (board.running().compareTo(next) < 0) {
      return;
    }
    next = board.running().plus(EVERY);
    var counts = board.counts();
    line(
        board.running(),
        "%ssent %s%s, handled %s (%.0f/s), in flight %s, pending %s, retries %s, lag %s"
            .formatted(
                board
                    .need()
                    .map(
                        need ->
                            "%s of %d needed, "
                                .formatted(Texts.workers(board.staff()), need.workers()))
                    .orElse(""),
                Texts.count(counts.sent()),
                counts.total().isPresent() ? " of " + Texts.count(counts.total().getAsLong()) : "",
                Texts.count(counts.handled()),
                counts.perSecond(),
                Texts.count(counts.inFlight()),
                board
                    .group()
                    .map(group -> Texts.count(group.pending() + group.deferred()))
                    .orElse("?"),
                Texts.count(counts.retries()),
                board.group().map(group -> lag(group.lag())).orElse("?")));
  }

  /** {@code 17}, or {@code ≥ 10,000} where Redis cannot tell. */
  static String lag(Lag lag) {
    return switch (lag) {
      case Lag.Exactly exactly -> Texts.count(exactly.entries());
      case Lag.AtLeast least -> "≥ " + Texts.count(least.entries());
    };
  }

  @Override
  public void happened(Scoreboard.Note note) {
    line(note.at(), note.text());
  }

  private void line(Duration at, String text) {
    out.println(String.format(Locale.ROOT, "%5s  %s", Texts.clock(at), text));
    out.flush();
  }

  @Override
  public boolean isWatched() {
    return !out.checkError();
  }

  @Override
  public void close() {
    out.flush();
  }
}
