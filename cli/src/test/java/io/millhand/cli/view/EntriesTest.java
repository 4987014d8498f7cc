// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** ls, peek, tail, find. */
@WithRedis
class EntriesTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String HOSTILE = "\u001b[2J\nforged \u202e";

  @BeforeEach
  void fourEntriesOfWhichOneIsPending(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-0", "order_id", "a");
    redis.command("XADD", "orders", "2-0", "order_id", "b");
    redis.command("XADD", "orders", "3-0", "order_id", "c", "note", HOSTILE);
    redis.command("XADD", "orders", "4-0", "order_id", "b");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "python-1", "COUNT", "2", "STREAMS", "orders", ">");
    redis.command("XACK", "orders", "g", "1-0");
  }

  @Test
  void streams_are_listed_with_their_size_and_what_they_take(EmbeddedRedis redis) {
    redis.command("SET", "text", "no stream");

    var text = InProcess.run(redis, new ListCommand());
    assertThat(text.out()).hasSize(2);
    assertThat(text.out().get(1)).matches("orders +4 +1 +\\d+ d.* [\\d.]+ KiB +[\\d.]+ (KiB|B)");

    var json = new JsonMapper().readTree(InProcess.run(redis, new ListCommand(), "--json").text());
    assertThat(json.get("entries").asInt()).isEqualTo(4);
    assertThat(json.get("added").asInt()).isEqualTo(4);
    assertThat(json.get("oldest").asString()).isEqualTo("1-0");
  }

  @Test
  void peek_shows_entries_harmlessly_and_gives_them_to_nobody(EmbeddedRedis redis) {
    var peek = InProcess.run(redis, new PeekCommand(), "orders", "--from", "2-0", "-n", "2");

    assertThat(peek.out()).hasSize(2);
    assertThat(peek.out().get(0)).startsWith("2-0  ").endsWith("order_id=b");
    assertThat(peek.out().get(1))
        .contains("order_id=c note=")
        .doesNotContain("\u001b")
        .doesNotContain("\u202e");
    assertThat(redis.command("XPENDING", "orders", "g").toString()).startsWith("[1,");
  }

  @Test
  void peek_shows_only_what_was_asked_for(EmbeddedRedis redis) {
    assertThat(InProcess.run(redis, new PeekCommand(), "orders", "--where", "order_id=b").out())
        .hasSize(2);
    assertThat(InProcess.run(redis, new PeekCommand(), "orders", "--from", "10m").text())
        .isEqualTo("No entries.");
    assertThat(InProcess.run(redis, new PeekCommand(), "nothing").failure())
        .isEqualTo("there is no stream nothing");
    assertThat(InProcess.run(redis, new PeekCommand(), "orders", "--from", "soon").failure())
        .startsWith("--from is 'soon', but must be an entry id");
    assertThat(InProcess.run(redis, new PeekCommand(), "orders", "--where", "b").failure())
        .startsWith("--where is 'b', but must be field=value");
  }

  @Test
  void tail_shows_the_newest_in_their_order(EmbeddedRedis redis) {
    var tail = InProcess.run(redis, new TailCommand(), "orders", "-n", "2", "--json");

    assertThat(tail.out()).hasSize(2);
    assertThat(tail.out().get(0)).startsWith("{\"id\":\"3-0\"").contains("\"order_id\":\"c\"");
    assertThat(tail.out().get(1)).startsWith("{\"id\":\"4-0\"");
  }

  @Test
  void tail_follows_until_it_is_told_to_stop(EmbeddedRedis redis) {
    try (var tail =
        ChildProcess.java(Main.class)
            .args("tail", "orders", "-f", "-n", "1", "--redis", redis.url())
            .start()) {
      tail.awaitLine(line -> line.startsWith("4-0 "), SOON);
      redis.command("XADD", "orders", "5-0", "order_id", "new");
      tail.awaitLine(line -> line.startsWith("5-0 ") && line.endsWith("order_id=new"), SOON);

      tail.signal("INT");
      assertThat(tail.awaitExit(SOON)).isZero();
      assertThat(tail.lines()).hasSize(2);
    }
  }

  @Test
  void find_tells_where_an_entry_is_for_every_group(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", "orders", "audit", "1-0");

    var found = InProcess.run(redis, new FindCommand(), "orders", "--where", "order_id=b");

    assertThat(found.exitCode()).isZero();
    assertThat(found.out()).hasSize(6);
    assertThat(found.out().get(0)).startsWith("2-0 ").endsWith("order_id=b");
    assertThat(found.out().get(1)).isEqualTo("  audit: unread; 0 come before it");
    assertThat(found.out().get(2)).matches("  g: in hand: python-1 has it for .*, handed out once");
    assertThat(found.out().get(5)).isEqualTo("  g: unread; 1 come before it");
  }

  @Test
  void find_tells_how_a_dead_letter_comes_back(EmbeddedRedis redis) {
    redis.command("XACK", "orders", "g", "2-0");
    redis.command("XADD", "{orders}:g:dead", "5-0", "~millhand", "2", "~id", "2-0");

    assertThat(InProcess.run(redis, new FindCommand(), "orders", "2-0").out().get(1))
        .contains("dead since")
        .endsWith("back with: millhand dead retry 5-0");
  }

  @Test
  void find_by_id_tells_what_is_handled_gone_or_not_there_yet(EmbeddedRedis redis) {
    assertThat(InProcess.run(redis, new FindCommand(), "orders", "1-0").out().get(1))
        .contains("handled");
    redis.command("XDEL", "orders", "1-0");
    var gone = InProcess.run(redis, new FindCommand(), "orders", "1-0", "--json");
    assertThat(gone.exitCode()).isEqualTo(1);
    assertThat(gone.text())
        .isEqualTo(
            "{\"id\":\"1-0\",\"stream\":\"orders\",\"group\":\"g\",\"place\":\"gone\",\"oldest\":\"2-0\"}");
    assertThat(InProcess.run(redis, new FindCommand(), "orders", "9-0").text())
        .contains("there is no such entry yet; the newest id is 4-0");
    assertThat(InProcess.run(redis, new FindCommand(), "orders").failure())
        .startsWith("give either an entry's id, or --where");
  }
}
