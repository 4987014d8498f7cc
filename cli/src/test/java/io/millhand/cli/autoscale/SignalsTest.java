// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // that it listens is all
class SignalsTest {

  private static final Signal ONE = Sample.of("orders", "a");
  private static final Signal OTHER = Sample.idle("orders", "b");

  private final Signals signals = new Signals(Duration.ofMinutes(5));

  private void assertUnknown(String why) {
    assertThatThrownBy(signals::all).isInstanceOf(NoSignalException.class).hasMessage(why);
    assertThatThrownBy(() -> signals.of("orders", "a"))
        .isInstanceOf(NoSignalException.class)
        .hasMessage(why);
  }

  @Test
  void before_anybody_looked_nothing_is_known_and_it_is_told_what_to_do() {
    assertUnknown("groups have not been looked at yet: ask again in a few seconds");
  }

  @Test
  void the_last_that_were_published_hold() {
    signals.publish(List.of(OTHER));
    signals.publish(List.of(ONE, OTHER));

    assertThat(signals.all()).containsExactly(ONE, OTHER);
    assertThat(signals.of("orders", "a")).contains(ONE);
    assertThat(signals.of("orders", "b")).contains(OTHER);
  }

  @Test
  void a_group_that_nobody_looks_at_is_none_and_no_failure() {
    signals.publish(List.of(ONE));

    assertThat(signals.of("orders", "b")).isEmpty();
    assertThat(signals.of("a", "orders")).isEmpty();
  }

  @Test
  void that_there_are_no_groups_is_known() {
    signals.publish(List.of());

    assertThat(signals.all()).isEmpty();
    assertThat(signals.of("orders", "a")).isEmpty();
  }

  @Test
  void after_a_failure_nothing_is_known_for_its_reason() {
    signals.publish(List.of(ONE));
    signals.fail("Redis is away");

    assertUnknown("Redis is away");
  }

  @Test
  void after_a_failure_what_is_published_next_holds() {
    signals.fail("Redis is away");
    signals.publish(List.of(ONE));

    assertThat(signals.all()).containsExactly(ONE);
  }

  @Test
  void an_old_signal_is_none() {
    var shortly = new Signals(Duration.ofMillis(20));
    shortly.publish(List.of(ONE));

    await()
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () ->
                assertThatThrownBy(shortly::all)
                    .isInstanceOf(NoSignalException.class)
                    .hasMessageMatching(
                        "groups were looked at last \\d+ s ago: ask again in a few seconds"));
    assertThatThrownBy(() -> shortly.of("orders", "a")).isInstanceOf(NoSignalException.class);
  }

  @Test
  void a_failure_stays_the_reason_however_old_it_is() {
    var never = new Signals(Duration.ofNanos(-1));
    never.fail("Redis is away");

    assertThatThrownBy(never::all).hasMessage("Redis is away");
  }

  @Test
  void what_was_published_does_not_change_with_the_list_it_came_in() {
    var list = new ArrayList<>(List.of(ONE));
    signals.publish(list);
    list.clear();

    assertThat(signals.all()).containsExactly(ONE);
  }

  @Test
  void who_listens_is_told_after_each_change_and_finds_it_on_the_board() {
    var seen = new ArrayList<String>();
    try (var listening = signals.listen(() -> seen.add(board()))) {
      signals.publish(List.of(ONE));
      signals.publish(List.of(ONE, OTHER));
      signals.fail("away");
    }
    signals.publish(List.of(ONE));

    assertThat(seen).containsExactly("1", "2", "away");
  }

  private String board() {
    try {
      return String.valueOf(signals.all().size());
    } catch (NoSignalException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void who_stops_listening_does_not_stop_others() {
    var seen = new ArrayList<String>();
    var one = signals.listen(() -> seen.add("one"));
    signals.listen(() -> seen.add("other"));
    signals.publish(List.of());
    one.close();
    one.close();
    signals.publish(List.of());

    assertThat(seen).containsExactly("one", "other", "other");
  }

  @Test
  void a_listener_that_throws_is_logged_and_keeps_nobody_from_being_told() {
    var seen = new ArrayList<String>();
    var failure = new IllegalStateException("the listener's own");
    signals.listen(
        () -> {
          throw failure;
        });
    signals.listen(() -> seen.add(board()));

    var logged = logged(() -> signals.publish(List.of(ONE)));

    assertThat(seen).containsExactly("1");
    assertThat(signals.all()).containsExactly(ONE);
    assertThat(logged).extracting(LogRecord::getThrown).containsExactly(failure);
  }

  private static List<LogRecord> logged(Runnable action) {
    var records = new ArrayList<LogRecord>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            records.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    var logger = Logger.getLogger("io.millhand.serve");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      action.run();
    } finally {
      logger.setUseParentHandlers(true);
      logger.removeHandler(handler);
    }
    return records;
  }
}
