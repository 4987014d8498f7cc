// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millhand.config.GroupStart;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.StreamSealedException;
import io.millhand.redis.PartitionCommands.Progress;
import io.millhand.redis.SendCommands.Added;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionCommandsTest extends OnEachServer {

  private PartitionCommands commands;

  @BeforeEach
  void connectPartitions() {
    commands = track(streams.partitioning(KEYS.stream()));
  }

  private PartitionCommands.Membership member(String name, String known) {
    return member(name, ofSeconds(5), known);
  }

  private PartitionCommands.Membership member(String name, Duration stay, String known) {
    return commands.member("processing", name, stay, known, List.of()).orElseThrow();
  }

  @Test
  void a_sealed_stream_takes_nothing_more_and_is_read_to_its_end() {
    var first = track(streams.sending(KEYS.stream()));
    assertThat(first.add(List.of(Fields.of("n", "1"))).get(0)).isInstanceOf(Added.Ok.class);
    assertThat(commands.progress(KEYS.group())).isEqualTo(Progress.OPEN);
    commands.seal();
    commands.seal();
    var refused = (Added.Failed) first.add(List.of(Fields.of("n", "2"))).get(0);
    assertThat(refused.error()).isInstanceOf(StreamSealedException.class);
    assertThatThrownBy(() -> raw("XADD", KEYS.stream(), "*", "n", "3"))
        .hasMessageContaining("exhausted the last possible ID");
    assertThat(commands.progress(KEYS.group())).isEqualTo(Progress.SEALED);

    raw("XREADGROUP", "GROUP", KEYS.group(), "c", "STREAMS", KEYS.stream(), ">");
    assertThat(commands.progress(KEYS.group())).isEqualTo(Progress.SEALED);
    var id = (String) ((List<?>) ((List<?>) raw("XRANGE", KEYS.stream(), "-", "+")).get(0)).get(0);
    raw("XACK", KEYS.stream(), KEYS.group(), id);
    assertThat(commands.progress(KEYS.group())).isEqualTo(Progress.FINISHED);
    assertThat(commands.progress("another")).isEqualTo(Progress.SEALED);
  }

  @Test
  void a_stream_that_is_not_there_is_made_and_sealed() {
    var other = track(streams.partitioning("other"));
    assertThat(other.progress(KEYS.group())).isEqualTo(Progress.OPEN);
    other.seal();
    assertThat(raw("XLEN", "other")).isEqualTo(0L);
    assertThat((List<?>) raw("XINFO", "GROUPS", "other")).isEmpty();
    assertThatThrownBy(() -> raw("XADD", "other", "*", "n", "3"))
        .hasMessageContaining("exhausted the last possible ID");
  }

  @Test
  void a_group_of_a_sealed_stream_that_was_lost_is_made_anew_where_nothing_is_skipped() {
    raw("XADD", KEYS.stream(), "*", "n", "1");
    commands.seal();
    var keys = Keys.of(KEYS.stream(), "again");
    raw("SET", keys.position(), EntryId.ZERO.toString());
    var reader = track(streams.reading(keys, new Identity("owner", "b1"), 1 << 20));
    reader.group(GroupStart.now(), ReadCommands.Seen.BEFORE, Optional.empty());
    assertThat(reader.readNew(10, Duration.ZERO)).hasSize(1);
  }

  @Test
  void a_catalogue_is_made_once_and_grows_in_two_steps() {
    assertThat(commands.catalogue()).isEmpty();
    var made = commands.create(3, "customer");
    assertThat(made)
        .isEqualTo(Map.of("version", "1", "key", "customer", "generation", "0", "count:0", "3"));
    assertThat(commands.create(4, "")).isEqualTo(made);
    assertThat(commands.announce(0, 5)).containsEntry("next", "5").containsEntry("generation", "0");
    assertThat(commands.announce(0, 7)).containsEntry("next", "5");
    assertThat(commands.grown(1))
        .containsEntry("generation", "1")
        .containsEntry("count:1", "5")
        .doesNotContainKey("next");
    assertThat(commands.grown(1)).containsEntry("generation", "1");
    assertThat(commands.announce(0, 9)).doesNotContainKey("next");
  }

  @Test
  void members_are_told_when_they_have_changed_and_who_is_not_heard_of_goes() {
    commands.create(3, "customer");
    var one = member("one", "");
    assertThat(one.members()).contains(List.of("one"));
    assertThat(one.counts()).containsExactly(3);
    assertThat(member("one", one.version()).members()).isEmpty();

    var two = member("two", ofMillis(100), one.version());
    assertThat(two.members()).hasValueSatisfying(all -> assertThat(all).hasSize(2));
    assertThat(two.version()).isNotEqualTo(one.version());
    await()
        .atMost(ofSeconds(5))
        .until(() -> member("one", two.version()).members().equals(Optional.of(List.of("one"))));
    var left = member("one", Duration.ZERO, "");
    assertThat(left.members()).contains(List.of());
  }

  @Test
  void a_generation_is_finished_once_each_of_its_partitions_is() {
    commands.create(2, "customer");
    member("one", "");
    commands.announce(0, 3);
    commands.grown(1);
    var began = member("one", "");
    assertThat(began.unfinished()).isZero();
    assertThat(began.began()).isZero();
    assertThat(began.counts()).containsExactly(2, 3);
    for (int i = 0; i < 2; i++) {
      commands.member("processing", "one", ofSeconds(5), "", List.of("0/0"));
    }
    assertThat(member("one", "").unfinished()).isZero();
    commands.member("processing", "one", ofSeconds(5), "", List.of("0/1", "0/0"));
    assertThat(member("one", "").unfinished()).isEqualTo(1);
    assertThat(commands.member("later", "one", ofSeconds(5), "", List.of()).orElseThrow().began())
        .isEqualTo(1);
  }

  @Test
  void without_a_catalogue_nobody_is_a_member() {
    assertThat(commands.member("processing", "one", ofSeconds(5), "", List.of())).isEmpty();
    assertThat(raw("EXISTS", "{orders}:partitions")).isEqualTo(0L);
  }
}
