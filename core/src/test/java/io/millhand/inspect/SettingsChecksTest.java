// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.WorkerInfo;
import io.millhand.inspect.Snapshots.WorkerTerms;
import io.millhand.inspect.Trend.Watched;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsChecksTest {

  private static final WorkerTerms USUAL =
      new WorkerTerms(64, 1024, ofMinutes(5), ofSeconds(60), Optional.empty());

  private static ConsumerSnapshot worker(long pending, Optional<WorkerTerms> terms) {
    return new ConsumerSnapshot(
        "w",
        ConsumerSnapshot.Kind.WORKER,
        pending,
        Duration.ZERO,
        Optional.of(
            new WorkerInfo(
                "h", 1, "1", "", Presence.ALIVE, ofSeconds(15), Optional.empty(), terms)));
  }

  private static ConsumerSnapshot guest(long pending) {
    return new ConsumerSnapshot(
        "python-1", ConsumerSnapshot.Kind.FOREIGN, pending, ofSeconds(1), Optional.empty());
  }

  private static List<String> topics(
      Verdict.Kind verdict, Duration inHand, ConsumerSnapshot... consumers) {
    var group = new Groups().workers(1).pending(10).inHandFor(inHand).snapshot();
    return SettingsChecks.examine(
            new Watched(group, Optional.empty(), new Verdict(verdict, "")),
            Arrays.asList(consumers))
        .stream()
        .map(Finding::topic)
        .toList();
  }

  @Test
  void workers_that_do_as_they_are_set_are_not_told() {
    assertThat(topics(Verdict.Kind.OK, ofMinutes(6), worker(64, Optional.of(USUAL)))).isEmpty();
  }

  @Test
  void a_worker_that_tells_no_settings_is_not_judged() {
    assertThat(topics(Verdict.Kind.SLOW, ofMinutes(60), worker(64, Optional.empty()), guest(0)))
        .isEmpty();
  }

  @Test
  void handlers_that_hold_entries_long_beside_clients_of_another_kind_are_told() {
    var shared = new WorkerTerms(64, 1024, ofMinutes(5), ofSeconds(60), Optional.of(ofSeconds(60)));

    assertThat(topics(Verdict.Kind.OK, ofMinutes(2), worker(1, Optional.of(USUAL)), guest(0)))
        .containsExactly("shared group");
    assertThat(topics(Verdict.Kind.OK, ofMinutes(2), worker(1, Optional.of(shared)), guest(0)))
        .isEmpty();
    assertThat(topics(Verdict.Kind.OK, ofSeconds(50), worker(1, Optional.of(USUAL)), guest(0)))
        .isEmpty();
    assertThat(topics(Verdict.Kind.OK, ofMinutes(2), worker(1, Optional.of(USUAL)), guest(3)))
        .isEmpty();
  }

  @Test
  void an_entry_in_hand_for_far_longer_than_handlers_may_run_is_told() {
    assertThat(topics(Verdict.Kind.OK, ofMinutes(16), worker(1, Optional.of(USUAL))))
        .containsExactly("handler timeout");
  }

  @Test
  void a_slow_group_whose_handlers_are_all_busy_is_told() {
    assertThat(topics(Verdict.Kind.SLOW, ofSeconds(1), worker(64, Optional.of(USUAL))))
        .containsExactly("concurrency");
    assertThat(topics(Verdict.Kind.SLOW, ofSeconds(1), worker(63, Optional.of(USUAL)))).isEmpty();
  }

  @Test
  void workers_that_differ_in_their_settings_are_told() {
    var other = new WorkerTerms(64, 1024, ofMinutes(1), ofSeconds(30), Optional.empty());

    assertThat(
            topics(
                Verdict.Kind.OK,
                ofSeconds(1),
                worker(1, Optional.of(USUAL)),
                worker(1, Optional.of(other))))
        .containsExactly("settings", "settings");
  }
}
