// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InterventionsTest {

  private final List<AuditLine> lines = new ArrayList<>();

  private void did(String what, long count, Map<String, String> details) {
    var at = new EntryId(1000L * (lines.size() + 1), 0);
    lines.add(new AuditLine(at, at.time(), "ada@box", what, Optional.of("g"), count, details));
  }

  private void set(String from, String to) {
    did("group set-id", 1, Map.of("from", from, "to", to));
  }

  private Interventions all() {
    return Interventions.of(lines);
  }

  private List<String> gaps() {
    return all().gaps().stream().map(gap -> gap.after() + ".." + gap.to()).toList();
  }

  private static EntryId id(long millis) {
    return new EntryId(millis, 0);
  }

  @Test
  void what_a_group_is_set_forward_past_is_a_gap() {
    set("5-0", "9-0");

    assertThat(gaps()).containsExactly("5-0..9-0");
    assertThat(all().gaps().get(0).line().who()).isEqualTo("ada@box");
  }

  @Test
  void what_was_given_out_before_a_group_was_set_back_is_no_gap_when_it_is_passed_again() {
    set("9-0", "5-0");
    set("6-0", "9-0");

    assertThat(gaps()).isEmpty();
  }

  @Test
  void a_gap_is_none_any_more_when_the_group_is_set_back_before_it() {
    set("5-0", "9-0");
    set("9-0", "5-0");
    assertThat(gaps()).isEmpty();

    set("6-0", "8-0");
    assertThat(gaps()).containsExactly("6-0..8-0");
  }

  @Test
  void a_gap_is_cut_where_the_group_is_set_back_into_it() {
    set("2-0", "9-0");
    set("9-0", "5-0");

    assertThat(gaps()).containsExactly("2-0..5-0");
  }

  @Test
  void what_was_acked_by_hand_is_given_up_until_it_is_delivered_again() {
    did("ack", 3, Map.of("ids", "[1-0, 2-0, 3-0]"));
    did("redeliver", 1, Map.of("ids", "[2-0]"));
    set("9-0", "2-0");

    assertThat(all().givenUp()).containsOnlyKeys(id(1));
    assertThat(all().wasRedelivered(id(2))).isTrue();
    assertThat(all().unnamed()).isZero();
  }

  @Test
  void ids_that_were_cut_off_are_counted() {
    did("ack", 100, Map.of("ids", "[1-0, 2-0, 3..."));

    assertThat(all().givenUp()).containsOnlyKeys(id(1), id(2));
    assertThat(all().unnamed()).isEqualTo(98);
  }

  @Test
  void what_was_known_before_a_group_was_set_back_is_old_for_what_it_was_given_again() {
    set("9-0", "5-0");

    assertThat(all().gaveAgain(id(6), 500)).isTrue();
    assertThat(all().gaveAgain(id(6), 1500)).isFalse();
    assertThat(all().gaveAgain(id(5), 500)).isFalse();
  }

  @Test
  void with_a_group_that_is_destroyed_goes_what_was_done_to_it() {
    did("ack", 1, Map.of("ids", "[1-0]"));
    set("5-0", "9-0");
    did("group destroy", 1, Map.of());

    assertThat(all().givenUp()).isEmpty();
    assertThat(gaps()).isEmpty();
    assertThat(all().gaveAgain(id(1), 0)).isTrue();
  }

  @Test
  void what_cannot_be_read_does_no_harm() {
    did("group set-id", 1, Map.of("from", "here", "to", "99999999999999999999999-0"));
    did("ack", 1, Map.of("ids", "[99999999999999999999-1, \u001b[2J]"));
    did("dance", 1, Map.of());
    lines.add(
        new AuditLine(id(1), Instant.EPOCH, "?", "ack", Optional.of("g"), -5, Map.of("ids", "")));

    assertThat(gaps()).isEmpty();
    assertThat(all().givenUp()).isEmpty();
  }
}
