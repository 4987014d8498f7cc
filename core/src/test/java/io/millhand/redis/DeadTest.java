// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.RefusedException;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Operator;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.redis.Settlement.Dead;
import io.millhand.redis.Settlement.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** dead.lua, and what an Inspector reads of its work. */
class DeadTest extends OnEachServer {

  private static final Result DONE = new Result.Done();
  private static final Result FENCED = new Result.Fenced();
  private static final Result TRIMMED = new Result.Trimmed();

  private TestWorker worker;
  private Inspector inspector;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
    inspector = track(new Inspector(streams));
  }

  private static Dead dead(EntryId id) {
    return dead(id, 0);
  }

  private static Dead dead(EntryId id, long limit) {
    return new Dead(
        id,
        1,
        limit,
        List.of(
            "~id", id.toString(),
            "~reason", "failed 3 of 3 attempts",
            "~attempts", "3",
            "~crashes", "1",
            "~deliveries", "7",
            "~error", "java.lang.IllegalStateException",
            "~text", "card refused",
            "~stack", "at a\nat b"));
  }

  private List<DeadLetter> letters() {
    return inspector.dead(KEYS.stream(), KEYS.group(), Optional.empty(), 1000);
  }

  @Test
  void a_dead_letter_has_the_reason_and_every_field_and_its_entry_is_acked() {
    add("order_id", "123", "amount", "99.99");
    var id = worker.take();
    var before = serverMillis();

    assertThat(worker.result(dead(id))).isEqualTo(DONE);

    assertThat(pending()).isEmpty();
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(1L);
    var letter = letters().get(0);
    assertThat(letter.entry()).isEqualTo(id);
    assertThat(letter.fields()).isEqualTo(Fields.of("order_id", "123", "amount", "99.99"));
    assertThat(letter.reason()).isEqualTo("failed 3 of 3 attempts");
    assertThat(letter.error()).contains("java.lang.IllegalStateException");
    assertThat(letter.errorText()).contains("card refused");
    assertThat(letter.stack()).contains("at a\nat b");
    assertThat(letter.attempts()).isEqualTo(3);
    assertThat(letter.crashes()).isEqualTo(1);
    assertThat(letter.deliveries()).isEqualTo(7);
    assertThat(letter.body()).isEqualTo(DeadLetter.Body.WHOLE);
    assertThat(letter.last().toEpochMilli()).isBetween(before, serverMillis());
    assertThat(letter.first()).isEqualTo(letter.last());
  }

  @Test
  void a_dead_letter_tells_when_its_entry_failed_first_and_no_record_of_it_stays() {
    add();
    var id = worker.take();
    remember(id, "2 0 1000 2000 f card refused");
    raw("ZADD", KEYS.deferred(), "5", id.toString());

    worker.settle(dead(id));

    assertThat(letters().get(0).first()).isEqualTo(Instant.ofEpochMilli(1000));
    assertThat(failureText(id)).isNull();
    assertThat(dueTime(id)).isNull();
  }

  @Test
  void a_dead_letter_that_is_written_again_since_its_reply_was_lost_is_done_and_there_once() {
    add(20);
    var all = worker.take(20).stream().map(arrival -> dead(arrival.id())).toArray(Dead[]::new);
    worker.settle(all);

    assertThat(worker.settle(all).results()).hasSize(20).containsOnly(DONE);
    assertThat(letters()).hasSize(20);
  }

  @Test
  void a_dead_letter_that_is_written_again_is_known_beside_some_of_other_workers() {
    var other = worker("w2");
    add(20);
    var id = worker.take();
    worker.settle(dead(id));
    other.take(19).forEach(arrival -> other.settle(dead(arrival.id())));

    assertThat(worker.result(dead(id))).isEqualTo(DONE);
  }

  @Test
  void an_entry_that_another_settled_is_not_taken_for_one_that_was_dead_lettered_before() {
    var other = worker("w2");
    add(3);
    var ids = worker.take(3).stream().map(Arrival::id).toList();
    ids.forEach(id -> claimAs("w2", id, 0));
    other.settle(new Settlement.Ack(ids.get(0)));
    other.settle(
        new Dead(ids.get(1), 1, 0, List.of("~id", ids.get(1).toString(), "~consumer", "w2")),
        new Dead(ids.get(2), 1, 0, List.of()));

    assertThat(worker.result(dead(ids.get(0)))).isEqualTo(FENCED);
    assertThat(worker.result(dead(ids.get(1)))).isEqualTo(FENCED);
    assertThat(worker.result(new Dead(ids.get(2), 1, 0, List.of()))).isEqualTo(FENCED);
    assertThat(letters()).hasSize(2);
  }

  @Test
  void a_worker_that_may_not_look_at_the_dead_letters_takes_its_own_for_anothers() {
    add();
    var id = worker.take();
    worker.settle(dead(id));
    raw("ACL", "SETUSER", "default", "-xrevrange");
    try {
      assertThat(worker.result(dead(id))).isEqualTo(FENCED);
    } finally {
      raw("ACL", "SETUSER", "default", "+xrevrange");
    }
  }

  @Test
  void an_entry_that_another_owns_is_not_dead_lettered() {
    add();
    var id = worker.take();
    claimAs("w2", id, 0);

    assertThat(worker.result(dead(id))).isEqualTo(FENCED);
    assertThat(letters()).isEmpty();
    assertThat(ownerOf(id)).isEqualTo("w2");
  }

  @Test
  void an_entry_that_came_back_in_a_later_delivery_is_not_dead_lettered_for_the_earlier_one() {
    add();
    var id = worker.take();
    raw("XCLAIM", KEYS.stream(), KEYS.group(), "w1", "0", id.toString());

    assertThat(worker.result(dead(id))).isEqualTo(FENCED);
    assertThat(letters()).isEmpty();
    assertThat(pendingIds()).containsExactly(id);
  }

  @Test
  void a_run_that_was_taken_for_dead_dead_letters_nothing() {
    add();
    var id = worker.take();
    raw("HDEL", KEYS.info(), "w1");
    unregistered("w1", "boot-2").register();

    assertThat(worker.result(dead(id))).isEqualTo(FENCED);
    assertThat(letters()).isEmpty();
    assertThat(pendingIds()).containsExactly(id);
  }

  @Test
  void an_entry_that_was_trimmed_from_under_us_is_told_and_leaves_no_record() {
    add();
    var id = worker.take();
    remember(id, "2 0 1000 2000 f card refused");
    trimAway(id);

    assertThat(worker.result(dead(id))).isEqualTo(TRIMMED);
    assertThat(letters()).isEmpty();
    assertThat(pending()).isEmpty();
    assertThat(failureText(id)).isNull();
  }

  @Test
  void a_dead_suspect_is_taken_off_the_registration() {
    var before = worker.registration();
    add();
    var id = worker.take();
    remember(id, "0 2 1000 2000 c ");
    worker.settle(new Settlement.Defer(id, 1, ZERO, 1, ZERO, -1, 0, ""));
    worker.due();
    assertThat(info("w1")).isNotEqualTo(before.text());

    assertThat(worker.result(new Dead(id, 2, 0, List.of()))).isEqualTo(DONE);

    assertThat(info("w1")).isEqualTo(before.text());
  }

  @Test
  void each_of_several_is_settled_by_itself() {
    add(3);
    var ids = worker.take(3).stream().map(Arrival::id).toList();
    claimAs("w2", ids.get(1), 0);

    var written = worker.settle(dead(ids.get(0)), dead(ids.get(1)), dead(ids.get(2)));

    assertThat(written.results()).containsExactly(DONE, FENCED, DONE);
    assertThat(letters()).extracting(DeadLetter::entry).containsExactly(ids.get(2), ids.get(0));
  }

  @Test
  void a_limit_drops_the_oldest_dead_letters_and_counts_them() {
    add(250);
    long dropped = 0;
    for (var arrival : worker.take(250)) {
      var written = worker.settle(dead(arrival.id(), 100));
      assertThat(written.results()).containsExactly(DONE);
      dropped += written.deadDropped();
    }

    // The server drops whole nodes, so a few more may stay than were asked for.
    var kept = (Long) raw("XLEN", KEYS.dead());
    assertThat(kept).isBetween(100L, 249L);
    assertThat(dropped).isEqualTo(250 - kept);
  }

  @Test
  void without_a_limit_every_dead_letter_is_kept() {
    add(250);
    long dropped = 0;
    for (var arrival : worker.take(250)) {
      dropped += worker.settle(dead(arrival.id())).deadDropped();
    }

    assertThat(raw("XLEN", KEYS.dead())).isEqualTo(250L);
    assertThat(dropped).isZero();
  }

  @Test
  void a_copy_that_redis_refuses_leaves_the_entry_pending() {
    add();
    var id = worker.take();
    raw("SET", KEYS.dead(), "not a stream");

    var result = worker.result(dead(id));

    assertThat(result).isInstanceOf(Result.Refused.class);
    assertThat(((Result.Refused) result).error())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("WRONGTYPE");
    assertThat(ownerOf(id)).isEqualTo("w1");

    raw("DEL", KEYS.dead());
    assertThat(worker.result(dead(id))).isEqualTo(DONE);
  }

  static Stream<Fields> fieldsOfEveryKind() {
    var everyByte = new byte[256];
    for (int i = 0; i < 256; i++) {
      everyByte[i] = (byte) i;
    }
    var random = new byte[100_000];
    new Random(7).nextBytes(random);
    return Stream.of(
        Fields.ofPairs(everyByte, everyByte),
        Fields.ofPairs("\r\n".getBytes(UTF_8), "\r\n$3\r\n".getBytes(UTF_8)),
        Fields.of("", ""),
        Fields.of("a", "1", "a", "2", "a", "1", "b", "", "", "c"),
        Fields.of("~id", "1-1", "~millhand", "9", "~body", "packed", "~reason", "none"),
        Fields.of("<script>", "\u0000\u001b[31mü \ud83d\ude00"),
        Fields.of("number", "007", "big", "123456789012345678901234567890", "minus", "-1"),
        Fields.ofPairs("random".getBytes(UTF_8), random),
        many(3499),
        many(3500),
        many(3501),
        many(10_000));
  }

  private static Fields many(int count) {
    var random = new Random(count);
    return Fields.ofPairs(
        IntStream.range(0, count * 2)
            .mapToObj(
                i -> {
                  var part = new byte[random.nextInt(20)];
                  random.nextBytes(part);
                  return part;
                })
            .toArray(byte[][]::new));
  }

  @ParameterizedTest
  @MethodSource("fieldsOfEveryKind")
  void fields_of_every_kind_are_read_back_byte_for_byte(Fields fields) {
    var id = addRaw(fields);
    var arrival = worker.take(1).get(0);
    assertThat(arrival.entry().fields()).isEqualTo(fields);

    assertThat(worker.result(dead(id))).isEqualTo(DONE);

    var letter = letters().get(0);
    assertThat(letter.entry()).isEqualTo(id);
    assertThat(letter.fields()).isEqualTo(fields);
    assertThat(letter.body()).isEqualTo(DeadLetter.Body.WHOLE);
    assertThat(letter.reason()).isEqualTo("failed 3 of 3 attempts");
  }

  @Test
  void an_entry_of_ten_thousand_fields_is_added_anew_as_it_was() {
    var fields = many(10_000);
    addRaw(fields);
    worker.settle(dead(worker.take()));

    var added =
        track(new Operator(streams, "test"))
            .addAnew(KEYS.stream(), KEYS.group(), letters(), UnaryOperator.identity());

    var arrival = worker.take(1).get(0);
    assertThat(arrival.id()).isEqualTo(added.get(0).added());
    assertThat(arrival.entry().fields()).isEqualTo(fields);
    assertThat(letters()).isEmpty();
  }

  @Test
  void an_entry_of_many_megabytes_is_dead_lettered_whole() {
    var large = new byte[16 << 20];
    new Random(3).nextBytes(large);
    var id = addRaw(Fields.ofPairs("body".getBytes(UTF_8), large));
    worker.take();

    assertThat(worker.result(dead(id))).isEqualTo(DONE);

    assertThat(letters().get(0).fields().value(0)).isEqualTo(large);
  }

  @Test
  void a_dead_letter_whose_body_could_not_be_kept_says_so() {
    raw(
        "XADD",
        KEYS.dead(),
        "*",
        "~millhand",
        "4",
        "~body",
        "omitted",
        "~id",
        "5-3",
        "~reason",
        "too large");

    var letter = letters().get(0);

    assertThat(letter.body()).isEqualTo(DeadLetter.Body.OMITTED);
    assertThat(letter.entry()).isEqualTo(new EntryId(5, 3));
    assertThat(letter.reason()).isEqualTo("too large");
    assertThat(letter.fields().count()).isZero();
    assertThat(
            track(new Operator(streams, "test"))
                .addAnew(KEYS.stream(), KEYS.group(), List.of(letter), UnaryOperator.identity()))
        .isEmpty();
    assertThat(letters()).hasSize(1);
  }

  @Test
  void what_others_wrote_into_the_dead_letters_is_shown_with_what_it_has() {
    raw("XADD", KEYS.dead(), "*", "order_id", "1");
    raw("XADD", KEYS.dead(), "*", "~millhand", "99", "a", "1");
    raw("XADD", KEYS.dead(), "*", "~millhand", "many", "a", "1");

    assertThat(letters()).hasSize(3);
    assertThat(letters().get(2).fields()).isEqualTo(Fields.of("order_id", "1"));
    assertThat(letters().get(2).reason()).isEqualTo("unknown");
  }

  private EntryId addRaw(Fields fields) {
    var words = new ArrayList<byte[]>();
    words.add("XADD".getBytes(UTF_8));
    words.add(KEYS.stream().getBytes(UTF_8));
    words.add("*".getBytes(UTF_8));
    words.addAll(fields.pairs());
    return EntryId.parse((byte[]) raw(words.toArray(byte[][]::new)));
  }
}
