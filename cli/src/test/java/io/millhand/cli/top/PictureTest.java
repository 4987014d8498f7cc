// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Paint;
import io.millhand.cli.Terminal.Size;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.inspect.Lag;
import io.millhand.inspect.ServerReport;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.Crew;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.inspect.Snapshots.Due;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.Hands;
import io.millhand.inspect.Snapshots.PendingEntry;
import io.millhand.inspect.Snapshots.Progress;
import io.millhand.inspect.Trend.Watched;
import io.millhand.inspect.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureTest {

  private static final String HOSTILE = "\u001b[2J\n\u202eevil";
  private static final ServerReport SERVER =
      new ServerReport(
          "redis", "7.0.15", Instant.EPOCH, Map.of("used_memory", "5242880"), Map.of());

  private static Watched group(String stream, Verdict.Kind kind, long lag) {
    var snapshot =
        new GroupSnapshot(
            stream,
            "processing",
            new Lag.Exactly(lag),
            12,
            3,
            4,
            EntryId.ZERO,
            Optional.of(Duration.ofMinutes(5)),
            Optional.empty(),
            2,
            2,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Due(1, 1),
            new Progress(Optional.empty(), Optional.empty(), Optional.empty()),
            new Crew(1, 1, 0, Optional.empty(), Optional.empty(), List.of()),
            Hands.NONE,
            List.of());
    return new Watched(snapshot, Optional.empty(), new Verdict(kind, "because " + stream.length()));
  }

  private static Look look(List<Watched> groups, Optional<Look.Detail> detail) {
    return new Look(SERVER, groups, detail, Optional.empty());
  }

  private static List<String> draw(Look look, Where where, int lines, int columns) {
    return new Picture(Paint.PLAIN, new Size(lines, columns)).draw(look, where);
  }

  private static Where at(Watched group, boolean inside) {
    return new Where(Optional.of(Picture.name(group)), inside, false);
  }

  @ParameterizedTest
  @CsvSource({"24, 80", "50, 200", "10, 40"})
  void a_picture_is_as_large_as_the_terminal_and_never_larger(int lines, int columns) {
    var groups =
        IntStream.range(0, 60)
            .mapToObj(i -> group("stream-" + i, Verdict.Kind.OK, 1_000_000))
            .toList();

    var picture = draw(look(groups, Optional.empty()), at(groups.get(59), false), lines, columns);

    assertThat(picture).hasSize(lines);
    assertThat(picture).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
    assertThat(picture).anyMatch(line -> line.startsWith("stream-59"));
  }

  @Test
  void a_wide_terminal_shows_all_columns_and_a_narrow_one_the_most_important() {
    var groups = List.of(group("orders", Verdict.Kind.SLOW, 1234));

    var wide = draw(look(groups, Optional.empty()), at(groups.get(0), false), 24, 200);
    assertThat(wide.get(2)).contains("VERDICT", "LAG", "DEFERRED", "DEAD", "OLDEST");
    assertThat(wide.get(3)).contains("orders/processing", "slow", "1,234", "1+1gone", "5 min");
    var narrow = draw(look(groups, Optional.empty()), at(groups.get(0), false), 24, 60);
    assertThat(narrow.get(2)).contains("VERDICT", "LAG").doesNotContain("OLDEST");
  }

  @Test
  void the_reason_of_what_is_selected_stands_below() {
    var groups = List.of(group("a", Verdict.Kind.STOPPED, 9), group("bcd", Verdict.Kind.OK, 0));

    assertThat(draw(look(groups, Optional.empty()), at(groups.get(1), false), 24, 80))
        .contains("ok: because 3");
  }

  @Test
  void the_worst_comes_first_and_of_the_same_kind_what_has_most_to_do() {
    var ok = group("ok", Verdict.Kind.OK, 0);
    var stopped = group("stopped", Verdict.Kind.STOPPED, 5);
    var longer = group("longer", Verdict.Kind.STOPPED, 50);
    var slow = group("slow", Verdict.Kind.SLOW, 500);

    assertThat(java.util.stream.Stream.of(ok, stopped, longer, slow).sorted(Picture::compare))
        .containsExactly(longer, stopped, slow, ok);
  }

  @Test
  void what_others_have_named_and_written_is_harmless() {
    var group = group(HOSTILE, Verdict.Kind.OK, 1);
    var detail =
        new Look.Detail(
            group,
            List.of(
                new ConsumerSnapshot(
                    HOSTILE, ConsumerSnapshot.Kind.FOREIGN, 1, Duration.ZERO, Optional.empty())),
            List.of(
                new PendingEntry(
                    EntryId.ZERO,
                    Optional.of(HOSTILE),
                    Duration.ZERO,
                    1,
                    Optional.empty(),
                    Optional.empty())),
            List.of(letter()));

    for (var inside : List.of(false, true)) {
      var picture = draw(look(List.of(group), Optional.of(detail)), at(group, inside), 40, 120);
      assertThat(String.join("", picture))
          .doesNotContain("\u001b", "\u202e", "\n")
          .contains("evil");
    }
  }

  private static DeadLetter letter() {
    return new DeadLetter(
        EntryId.ZERO,
        EntryId.ZERO,
        HOSTILE,
        Optional.empty(),
        Optional.of(HOSTILE),
        Optional.empty(),
        1,
        0,
        1,
        Instant.EPOCH,
        Instant.EPOCH,
        Fields.of("a", "b"),
        DeadLetter.Body.WHOLE,
        Map.of());
  }

  @Test
  void the_inside_of_a_group_shows_as_much_as_there_is_room_and_says_how_much() {
    var group = group("orders", Verdict.Kind.OK, 1);
    var consumer =
        new ConsumerSnapshot(
            "w-1", ConsumerSnapshot.Kind.FOREIGN, 1, Duration.ZERO, Optional.empty());
    var detail =
        new Look.Detail(group, Collections.nCopies(30, consumer), List.of(), List.of(letter()));

    var picture = draw(look(List.of(group), Optional.of(detail)), at(group, true), 24, 80);

    assertThat(picture).hasSize(24).contains("CONSUMERS (3 of 30)", "LOWEST PENDING", "  none");
    assertThat(picture.getLast()).contains("back");
  }

  @Test
  void while_redis_is_away_the_last_line_says_so() {
    var look = look(List.of(), Optional.empty()).withTrouble("cannot connect");

    assertThat(draw(look, Where.START, 24, 80).getLast()).isEqualTo("cannot connect");
  }
}
