// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.config.Credentials;
import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.DeniedException;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.redis.SendCommands.Added;
import io.millhand.redis.SendCommands.ToAdd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries that are added once. */
class OnceTest extends OnEachServer {

  private static final Fields FIELDS = Fields.of("order_id", "1");

  private final Marks marks = marks(Duration.ofMinutes(10));
  private SendCommands sender;

  record Adding(Fields fields, Optional<Mark> mark) implements ToAdd {}

  @BeforeEach
  void startSender() {
    sender = track(streams.sending(KEYS.stream()));
  }

  @AfterEach
  void restore() {
    raw("CONFIG", "SET", "maxmemory", "0");
  }

  private static Marks marks(Duration window) {
    return new Marks(KEYS.stream(), window, Duration.ofSeconds(30));
  }

  private static ToAdd once(Marks marks, String key) {
    return new Adding(FIELDS, Optional.of(marks.of(key)));
  }

  private Added send(String key) {
    return sender.addAll(List.of(once(marks, key))).get(0);
  }

  private EntryId sent(String key) {
    return ((Added.Ok) send(key)).id();
  }

  private RuntimeException refused(String key) {
    return ((Added.Failed) send(key)).error();
  }

  private String marker(String key) {
    return new String(marks.of(key).key(), UTF_8);
  }

  private List<Entry> entries() {
    return inspect().entriesAfter(KEYS.stream(), EntryId.ZERO, 10_000);
  }

  @Test
  void a_repeated_send_tells_the_first_id_and_adds_nothing() {
    var first = sent("payment-1");

    assertThat(sent("payment-1")).isEqualTo(first);
    assertThat(sent("payment-2")).isNotEqualTo(first);
    assertThat(entries()).extracting(Entry::id).hasSize(2).contains(first);
    assertThat(raw("GET", marker("payment-1"))).isEqualTo(first.toString());
  }

  @Test
  void an_entry_that_is_sent_once_is_as_plain_as_any() {
    var fields =
        Fields.ofPairs(
            new byte[] {0, '\r', '\n', -1}, new byte[0], "a".getBytes(UTF_8), new byte[] {1});

    sender.addAll(List.of(new Adding(fields, Optional.of(marks.of("\0\r\n")))));

    assertThat(entries()).singleElement().extracting(Entry::fields).isEqualTo(fields);
  }

  @Test
  void a_script_passes_on_as_many_fields_as_are_allowed() {
    var pairs =
        IntStream.range(0, Marks.MAX_FIELDS * 2)
            .mapToObj(i -> ("" + i).getBytes(UTF_8))
            .toArray(byte[][]::new);
    var fields = Fields.ofPairs(pairs);

    assertThat(sender.addAll(List.of(new Adding(fields, Optional.of(marks.of("a"))))).get(0))
        .isInstanceOf(Added.Ok.class);
    assertThat(entries()).singleElement().extracting(Entry::fields).isEqualTo(fields);
  }

  @Test
  void a_key_is_known_for_its_window_from_the_first_send_on() {
    sent("payment-1");
    raw("PEXPIRE", marker("payment-1"), "200000");

    sent("payment-1");

    assertThat((Long) raw("PTTL", marker("payment-1"))).isBetween(1L, 200_000L);
  }

  @Test
  void when_the_window_is_over_it_is_added_anew() {
    var brief = marks(Duration.ofMillis(50));
    var first = sender.addAll(List.of(once(brief, "payment-1")));
    await().until(() -> Long.valueOf(0).equals(raw("EXISTS", marker("payment-1"))));

    var second = sender.addAll(List.of(once(brief, "payment-1")));

    assertThat(second).isNotEqualTo(first);
    assertThat(entries()).hasSize(2);
  }

  @Test
  void at_maxmemory_nothing_is_added_and_no_marker_left_but_what_was_added_is_told() {
    var first = sent("payment-1");
    fillMemory();

    assertThat(refused("payment-2"))
        .isInstanceOfSatisfying(
            UnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(UnavailableException.Reason.OUT_OF_MEMORY));
    assertThat(raw("EXISTS", marker("payment-2"))).isEqualTo(0L);
    assertThat(sent("payment-1")).isEqualTo(first);
    assertThat(entries()).hasSize(1);
  }

  @Test
  void where_the_stream_is_of_another_type_no_marker_is_left() {
    raw("DEL", KEYS.stream());
    raw("SET", KEYS.stream(), "not a stream");

    assertThat(refused("payment-1"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("WRONGTYPE");
    assertThat(raw("EXISTS", marker("payment-1"))).isEqualTo(0L);
  }

  @Test
  void where_the_marker_is_of_another_type_nothing_is_added() {
    raw("LPUSH", marker("payment-1"), "not ours");

    assertThat(refused("payment-1")).isInstanceOf(RefusedException.class);
    assertThat(entries()).isEmpty();
  }

  @Test
  void who_may_not_write_the_marker_adds_nothing() {
    raw("ACL", "SETUSER", "half", "on", ">secret", "~*", "+@all", "-set");
    var other =
        new RedisSettings(
            new Target.Single(new Node(redis.host(), redis.port())),
            0,
            Optional.empty(),
            () -> new Credentials(Optional.of("half"), Optional.of("secret")),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));
    try (var sender = new RedisStreams(other).sending(KEYS.stream())) {
      var added = sender.addAll(List.of(once(marks, "payment-1"))).get(0);

      assertThat(((Added.Failed) added).error()).isInstanceOf(DeniedException.class);
      assertThat(entries()).isEmpty();
    } finally {
      raw("ACL", "DELUSER", "half");
    }
  }

  @Test
  void a_script_that_the_server_forgot_is_loaded_again_and_each_answer_goes_to_its_own_entry() {
    var first = sent("0");
    raw("SCRIPT", "FLUSH");
    var batch = new ArrayList<ToAdd>();
    for (int i = 0; i < 300; i++) {
      batch.add(
          i % 3 == 0
              ? new Adding(Fields.of("n", "" + i), Optional.empty())
              : new Adding(Fields.of("n", "" + i), Optional.of(marks.of("" + i % 30))));
    }

    var added = sender.addAll(batch);

    assertThat(added)
        .hasSize(300)
        .allSatisfy(each -> assertThat(each).isInstanceOf(Added.Ok.class));
    for (int i = 0; i < 300; i++) {
      if (i % 3 != 0) {
        assertThat(added.get(i)).as("entry %d", i).isEqualTo(added.get(i % 30));
      }
    }
    // The first one, a hundred plain ones, and twenty keys that occur ten times each.
    assertThat(entries()).hasSize(1 + 100 + 20).extracting(Entry::id).contains(first);
  }

  @Test
  void a_marker_costs_little_memory() {
    sent("payment-1");

    assertThat((Long) raw("MEMORY", "USAGE", marker("payment-1"))).isLessThan(200L);
  }
}
