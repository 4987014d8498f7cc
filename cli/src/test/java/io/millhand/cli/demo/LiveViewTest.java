// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Paint;
import io.millhand.cli.demo.Scoreboard.Counts;
import io.millhand.cli.demo.Scoreboard.Note;
import io.millhand.cli.demo.Scoreboard.Phase;
import io.millhand.cli.demo.Scoreboard.Row;
import io.millhand.cli.demo.Scoreboard.State;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Lag;
import io.millhand.inspect.Snapshots.Crew;
import io.millhand.inspect.Snapshots.Due;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.Hands;
import io.millhand.inspect.Snapshots.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LiveViewTest {

  private final StringWriter terminal = new StringWriter();
  private final LiveView view =
      new LiveView(new PrintWriter(terminal), Paint.PLAIN, "redis 7.0.15", "Ctrl-C ends it.");

  private static Scoreboard board() {
    var group =
        new GroupSnapshot(
            "orders",
            "processing",
            new Lag.AtLeast(10_000),
            7,
            2,
            0,
            EntryId.ZERO,
            Optional.empty(),
            Optional.empty(),
            2,
            2,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Due.NONE,
            new Progress(Optional.empty(), Optional.empty(), Optional.empty()),
            Crew.NOBODY,
            Hands.NONE,
            List.of());
    return new Scoreboard(
        Phase.RUNNING,
        Duration.ofSeconds(62),
        new Counts(4321, OptionalLong.of(5000), 4310, 5, 210, 0, 147.4),
        Optional.of(group),
        List.of(
            new Row("worker-1", 101, State.KILLED, false, 0, 1400, 0, "taken over after 2.6 s"),
            new Row("worker-2", 102, State.WORKING, true, 48.2, 1405, 3, "")),
        List.of(new Note(Duration.ofSeconds(17), "we killed worker-1 (pid 101) with -9")));
  }

  @Test
  void a_picture_shows_the_counts_the_workers_and_what_happened() {
    view.show(board());

    assertThat(terminal.toString())
        .contains("4,321 of 5,000", "4,310", "147/s", "pending 7", "lag ≥ 10,000", "1:02")
        .contains("killed, taken over after 2.6 s", "keeper of the group", "48/s")
        .contains("0:17  we killed worker-1", "Ctrl-C ends it.");
  }

  @Test
  void a_picture_is_drawn_over_the_one_before_without_clearing_it() {
    view.show(board());
    var before = terminal.getBuffer().length();
    view.show(board());
    var picture = terminal.getBuffer().substring(before);

    assertThat(picture).startsWith("\u001b[H").endsWith("\u001b[J").doesNotContain("\u001b[2J");
    assertThat(picture.split("\r\n")).allMatch(line -> line.contains("\u001b[K"));
  }

  @Test
  void the_terminal_is_given_back_once() {
    assertThat(terminal.toString()).contains("\u001b[?1049h", "\u001b[?25l");

    view.close();
    view.close();

    assertThat(terminal.toString()).endsWith("\u001b[?7h\u001b[?25h\u001b[?1049l");
    assertThat(terminal.toString().split("\\?1049l", -1)).hasSize(2);
  }
}
