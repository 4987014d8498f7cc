// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static io.millhand.redis.Keys.DEFERRED_CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Delivery.Count;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Origin;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Operator;
import io.millhand.inspect.Snapshots;
import io.millhand.redis.OperateCommands.PutBack;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** putback.lua */
class PutBackTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  private EntryId dead() {
    add();
    var id = worker.take();
    remember(id, "3 0 1000 2000 f card refused");
    worker.settle(new Settlement.Dead(id, 1, 0, List.of("~id", id.toString())));
    return id;
  }

  private List<EntryId> letters() {
    return rawList("XRANGE", KEYS.dead(), "-", "+").stream()
        .map(entry -> EntryId.parse((String) ((List<?>) entry).get(0)))
        .toList();
  }

  private PutBack putBack(EntryId letter, EntryId entry) {
    return operate().putBack(KEYS, letter, entry);
  }

  @Test
  void an_entry_that_is_put_back_is_due_now_with_a_fresh_set_of_attempts() {
    var id = dead();

    assertThat(putBack(letters().get(0), id)).isEqualTo(PutBack.DONE);

    assertThat(letters()).isEmpty();
    assertThat(ownerOf(id)).isEqualTo(DEFERRED_CONSUMER);
    var arrival = worker.due().arrivals().get(0);
    assertThat(arrival.id()).isEqualTo(id);
    assertThat(arrival.count()).isEqualTo(new Count(1, 0, 0));
    assertThat(arrival.origin()).isEqualTo(Origin.DUE);
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(1L);
  }

  @Test
  void putting_back_is_seen_by_its_group_alone() {
    raw("XGROUP", "CREATE", KEYS.stream(), "billing", "$");
    var id = dead();
    raw("XREADGROUP", "GROUP", "billing", "c", "STREAMS", KEYS.stream(), ">");
    raw("XACK", KEYS.stream(), "billing", id.toString());

    putBack(letters().get(0), id);

    assertThat(rawList("XPENDING", KEYS.stream(), "billing")).first().isEqualTo(0L);
    assertThat(raw("XREADGROUP", "GROUP", "billing", "c", "STREAMS", KEYS.stream(), ">")).isNull();
  }

  @Test
  void an_entry_whose_body_is_gone_cannot_be_put_back_and_its_dead_letter_stays() {
    var id = dead();
    trimAway(id);

    assertThat(putBack(letters().get(0), id)).isEqualTo(PutBack.TRIMMED);
    assertThat(letters()).hasSize(1);
    assertThat(pending()).isEmpty();
  }

  @Test
  void an_entry_cannot_be_put_back_when_its_stream_is_gone() {
    var id = dead();
    raw("DEL", KEYS.stream());

    assertThat(putBack(letters().get(0), id)).isEqualTo(PutBack.TRIMMED);
    assertThat(letters()).hasSize(1);
  }

  @Test
  void an_entry_that_the_group_has_yet_to_come_to_is_not_put_back() {
    var id = dead();
    raw("XGROUP", "SETID", KEYS.stream(), KEYS.group(), "0");

    assertThat(putBack(letters().get(0), id)).isEqualTo(PutBack.UNREAD);
    assertThat(letters()).hasSize(1);
    assertThat(pending()).isEmpty();
  }

  @Test
  void nothing_is_put_back_into_a_group_that_is_gone() {
    var id = dead();
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThat(putBack(letters().get(0), id)).isEqualTo(PutBack.UNREAD);
    assertThat(letters()).hasSize(1);
  }

  @Test
  void putting_back_twice_since_the_reply_was_lost_does_no_harm() {
    var id = dead();
    var letter = letters().get(0);
    putBack(letter, id);

    assertThat(putBack(letter, id)).isEqualTo(PutBack.NONE);
    assertThat(pendingIds()).containsExactly(id);
  }

  @Test
  void putting_back_what_is_pending_again_takes_it_from_nobody() {
    var id = dead();
    raw("XCLAIM", KEYS.stream(), KEYS.group(), "python-1", "0", id.toString(), "FORCE", "JUSTID");

    assertThat(putBack(letters().get(0), id)).isEqualTo(PutBack.DONE);
    assertThat(ownerOf(id)).isEqualTo("python-1");
    assertThat(letters()).isEmpty();
  }

  @Test
  void an_operator_puts_back_all_that_can_be_and_leaves_the_rest() {
    var ids = List.of(dead(), dead(), dead());
    trimAway(ids.get(1));
    var inspector = track(new Inspector(streams));

    assertThat(
            track(new Operator(streams, "test"))
                .putBack(
                    KEYS.stream(),
                    KEYS.group(),
                    inspector.deadLetters(KEYS.stream(), KEYS.group(), letter -> true, 10))
                .done())
        .isEqualTo(2);

    assertThat(pendingOf(DEFERRED_CONSUMER)).containsExactly(ids.get(0), ids.get(2));
    assertThat(inspector.dead(KEYS.stream(), KEYS.group(), Optional.empty(), 10))
        .extracting(Snapshots.DeadLetter::entry)
        .containsExactly(ids.get(1));
  }
}
