// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.error.NoGroupException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** position.lua */
class PositionTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  private @Nullable String stored() {
    worker.keep().storePosition();
    return (String) raw("GET", KEYS.position());
  }

  @Test
  void the_position_of_a_group_that_has_read_nothing_is_the_beginning() {
    add();

    assertThat(stored()).isEqualTo("0-0");
  }

  @Test
  void the_position_of_a_group_without_pending_entries_is_the_last_it_was_given() {
    var ids = add(3);
    worker.settle(new Settlement.Ack(worker.take()), new Settlement.Ack(worker.take()));

    assertThat(stored()).isEqualTo(ids.get(1).toString());
  }

  @Test
  void the_position_lies_below_the_lowest_pending_entry() {
    addAs("5-3");
    addAs("5-4");
    addAs("5-5");
    worker.take(3);
    raw("XACK", KEYS.stream(), KEYS.group(), "5-3");

    assertThat(stored()).isEqualTo("5-3");
  }

  @Test
  void a_deferred_entry_holds_the_position_too() {
    var first = addAs("5-3");
    addAs("5-4");
    worker.take(2);
    worker.settle(
        new Settlement.Defer(first, 1, ofSeconds(60), 1, ZERO, 1, 0, "not yet"),
        new Settlement.Ack(addAs("5-5")));

    assertThat(stored()).isEqualTo("5-2");
  }

  @ParameterizedTest
  @CsvSource({
    "0-1,                     0-0",
    "1-0,                     0-18446744073709551615",
    "1700000000000-0,         1699999999999-18446744073709551615",
    "1700000000000-1,         1700000000000-0",
    "1700000000000-999999999, 1700000000000-999999998",
    // More digits than a Lua number holds: a lower position, never a higher one.
    "7-18446744073709551615,  7-0",
  })
  void the_position_below_an_id_skips_nothing(String id, String position) {
    addAs(id);
    worker.take();

    assertThat(stored()).isEqualTo(position);
    raw("XGROUP", "CREATE", KEYS.stream(), "again", position);
    assertThat(
            rawList(
                "XREADGROUP", "GROUP", "again", "c", "COUNT", "1", "STREAMS", KEYS.stream(), ">"))
        .isNotEmpty();
  }

  @Test
  void a_position_can_go_back_when_an_old_entry_is_put_back() {
    var old = addAs("5-3");
    addAs("5-4");
    worker.take(2);
    raw("XACK", KEYS.stream(), KEYS.group(), "5-3", "5-4");
    assertThat(stored()).isEqualTo("5-4");
    raw("XCLAIM", KEYS.stream(), KEYS.group(), "c", "0", old.toString(), "FORCE", "JUSTID");

    assertThat(stored()).isEqualTo("5-2");
  }

  @Test
  void a_group_that_is_gone_is_told_and_its_position_stays() {
    addAs("5-3");
    worker.take();
    stored();
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThatThrownBy(() -> worker.keep().storePosition()).isInstanceOf(NoGroupException.class);
    raw("DEL", KEYS.stream());
    assertThatThrownBy(() -> worker.keep().storePosition()).isInstanceOf(NoGroupException.class);
    assertThat(raw("GET", KEYS.position())).isEqualTo("5-2");
  }
}
