// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.Entry;
import io.millhand.delivery.Fields;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.redis.SendCommands.Added;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a producer needs. */
class SendCommandsTest extends OnEachServer {

  private SendCommands sender;

  @BeforeEach
  void startSender() {
    sender = track(streams.sending(KEYS.stream()));
  }

  private List<Entry> entries() {
    return inspect().entriesAfter(KEYS.stream(), io.millhand.delivery.EntryId.ZERO, 10_000);
  }

  @Test
  void entries_are_added_in_their_order_and_each_is_told_its_id() {
    var sent = IntStream.range(0, 1000).mapToObj(i -> Fields.of("order_id", "" + i)).toList();

    var added = sender.add(sent);

    assertThat(entries()).extracting(Entry::fields).isEqualTo(sent);
    assertThat(added)
        .isEqualTo(entries().stream().map(entry -> (Added) new Added.Ok(entry.id())).toList());
  }

  @Test
  void every_byte_and_every_duplicate_arrives() {
    var fields =
        Fields.ofPairs(
            new byte[] {0, '\r', '\n', -1},
            new byte[0],
            new byte[] {'a'},
            new byte[] {1},
            new byte[] {'a'},
            new byte[] {2});

    sender.add(List.of(fields));

    assertThat(entries().get(0).fields()).isEqualTo(fields);
  }

  @Test
  void one_that_redis_refuses_fails_alone() {
    var added = sender.add(List.of(Fields.of("a", "1"), Fields.empty(), Fields.of("b", "2")));

    assertThat(added.get(0)).isInstanceOf(Added.Ok.class);
    assertThat(((Added.Failed) added.get(1)).error())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("XADD");
    assertThat(added.get(2)).isInstanceOf(Added.Ok.class);
    assertThat(entries()).hasSize(2);
  }

  @Test
  void a_key_of_another_type_is_refused() {
    raw("DEL", KEYS.stream());
    raw("SET", KEYS.stream(), "not a stream");

    assertThat(((Added.Failed) sender.add(List.of(Fields.of("a", "1"))).get(0)).error())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("WRONGTYPE");
  }

  @Test
  void a_replica_refuses_and_the_connection_is_not_used_again() {
    raw("REPLICAOF", "127.0.0.1", "1");
    try {
      var added = sender.add(List.of(Fields.of("a", "1")));

      assertThat(((Added.Failed) added.get(0)).error())
          .isInstanceOfSatisfying(
              UnavailableException.class,
              e -> assertThat(e.reason()).isEqualTo(UnavailableException.Reason.READ_ONLY));
      assertThat(sender.isBroken()).isTrue();
    } finally {
      raw("REPLICAOF", "NO", "ONE");
    }
  }

  @Test
  void too_few_replicas_are_told_as_such() {
    raw("CONFIG", "SET", "min-replicas-to-write", "1");
    try {
      assertThat(((Added.Failed) sender.add(List.of(Fields.of("a", "1"))).get(0)).error())
          .isInstanceOfSatisfying(
              UnavailableException.class,
              e -> assertThat(e.reason()).isEqualTo(UnavailableException.Reason.NO_REPLICAS));
      assertThatThrownBy(() -> unregistered("w1", "boot-1").register())
          .isInstanceOfSatisfying(
              UnavailableException.class,
              e -> assertThat(e.reason()).isEqualTo(UnavailableException.Reason.NO_REPLICAS));
    } finally {
      raw("CONFIG", "SET", "min-replicas-to-write", "0");
    }
  }

  @Test
  void a_connection_that_was_ended_says_that_entries_may_have_been_added() {
    raw("CLIENT", "KILL", "ID", "" + sender.server().clientId().orElseThrow());

    assertThatThrownBy(() -> sender.add(List.of(Fields.of("a", "1"))))
        .isInstanceOfSatisfying(
            UnavailableException.class,
            e -> {
              assertThat(e.mayHaveBeenDone()).isTrue();
              assertThat(e).hasMessageContaining("XADD").hasMessageContaining(streams.address());
            });
    assertThat(sender.isBroken()).isTrue();
  }
}
