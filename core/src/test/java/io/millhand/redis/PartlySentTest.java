// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.Credentials;
import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.UnavailableException;
import io.millhand.redis.SendCommands.Added;
import io.millhand.testkit.EmbeddedRedis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A write of which a part was carried out: that part is not sent again. */
class PartlySentTest {

  private static final List<Fields> TWO = List.of(Fields.of("n", "1"), Fields.of("n", "2"));

  private static List<Added> send(ScriptedNode node) {
    return send(node, sending -> sending.add(TWO));
  }

  private static List<Added> send(
      ScriptedNode node, Function<SendCommands, List<Added>> sendingWhat) {
    var settings =
        new RedisSettings(
            new Target.Cluster(List.of(new Node("127.0.0.1", node.port()))),
            0,
            Optional.empty(),
            () -> Credentials.NONE,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5));
    try (var streams = new RedisStreams(settings);
        var sending = streams.sending("orders")) {
      return sendingWhat.apply(sending);
    }
  }

  /** The key moves between the first entry and the second. */
  private static ScriptedNode giving(int portThere) {
    var added = new AtomicInteger();
    return new ScriptedNode(
        words ->
            added.incrementAndGet() == 1 ? "+1-0" : "-ASK 16287 127.0.0.1:%d".formatted(portThere));
  }

  @Test
  void an_entry_whose_key_has_gone_is_added_where_it_went() {
    try (var there = new ScriptedNode(words -> words.get(0).equals("ASKING") ? "+OK" : "+2-0");
        var here = giving(there.port())) {
      assertThat(send(here))
          .containsExactly(new Added.Ok(new EntryId(1, 0)), new Added.Ok(new EntryId(2, 0)));
    }
  }

  @Test
  void where_the_other_node_is_away_what_was_added_here_stays_added() {
    var away = new ScriptedNode(words -> "-ERR nobody is here");
    away.close();
    try (var here = giving(away.port())) {
      onlyTheFirstIsThere(send(here));
    }
  }

  @Test
  void where_the_other_node_does_not_know_our_user_what_was_added_here_stays_added() {
    try (var there = EmbeddedRedis.builder().password("not ours").start();
        var here = giving(there.port())) {
      onlyTheFirstIsThere(send(here));
    }
  }

  /** Else the whole write would be sent again, and the first entry added twice. */
  private static void onlyTheFirstIsThere(List<Added> added) {
    assertThat(added.get(0)).isEqualTo(new Added.Ok(new EntryId(1, 0)));
    assertThat(((Added.Failed) added.get(1)).error())
        .isInstanceOfSatisfying(
            UnavailableException.class, e -> assertThat(e.mayHaveBeenDone()).isFalse());
  }

  @Test
  void where_a_script_was_forgotten_and_cannot_be_loaded_what_else_was_added_stays_added() {
    var marks = new Marks("orders", Duration.ofMinutes(10), Duration.ofSeconds(30));
    var loads = new AtomicInteger();
    try (var node =
        new ScriptedNode(
            words ->
                switch (words.get(0)) {
                  case "XADD" -> "+1-0";
                  case "EVALSHA" -> "-NOSCRIPT No matching script.";
                  default -> loads.incrementAndGet() == 1 ? "+sha" : "-BUSY Redis is busy";
                })) {
      var added =
          send(
              node,
              sending ->
                  sending.addAll(
                      List.of(
                          new OnceTest.Adding(TWO.get(0), Optional.empty()),
                          new OnceTest.Adding(TWO.get(1), Optional.of(marks.of("payment-1"))))));

      assertThat(added.get(0)).isEqualTo(new Added.Ok(new EntryId(1, 0)));
      assertThat(((Added.Failed) added.get(1)).error())
          .isInstanceOfSatisfying(
              UnavailableException.class,
              e -> assertThat(e.reason()).isEqualTo(UnavailableException.Reason.BUSY));
    }
  }
}
