// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Millhand;
import io.millhand.cli.view.DeferredCommand;
import io.millhand.cli.view.InProcess;
import io.millhand.config.WorkerSettings.ShutdownHook;
import io.millhand.delivery.RetryPolicy;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WithRedis
class DeadTest {

  private static final String HOSTILE = "\u001b]0;owned\u0007\nforged \u202e";
  private static final String DEAD = "{orders}:g:dead";

  /** Three dead letters; the last one's fields and error are hostile. */
  @BeforeEach
  void threeAreDead(EmbeddedRedis redis) throws InterruptedException {
    redis.command("XADD", "orders", "1-0", "order_id", "1");
    redis.command("XADD", "orders", "2-0", "order_id", "2");
    redis.command(
        bytes("XADD"),
        bytes("orders"),
        bytes("3-0"),
        bytes(HOSTILE),
        new byte[] {(byte) 0xff, 0x1b, '[', '2', 'J'});
    try (var millhand = Millhand.connect(redis.url());
        var worker =
            millhand
                .worker("orders", "g")
                .shutdownHook(ShutdownHook.OFF)
                .concurrency(1)
                .retry(RetryPolicy.fixed(Duration.ZERO).maxAttempts(1))
                .onEach(
                    delivery -> {
                      throw new IllegalStateException(
                          delivery.id().millis() == 3 ? HOSTILE : "no stock");
                    })
                .start()) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> Long.valueOf(3).equals(redis.command("XLEN", DEAD)));
      worker.drain();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static InProcess dead(EmbeddedRedis redis, String... args) {
    return OperateTest.run(redis, new DeadCommand(), args);
  }

  private static List<JsonNode> list(EmbeddedRedis redis) {
    var mapper = new JsonMapper();
    return dead(redis, "--json").out().stream().map(mapper::readTree).toList();
  }

  /** The dead letter of an entry. */
  private static String idOf(EmbeddedRedis redis, String entry) {
    return list(redis).stream()
        .filter(letter -> letter.get("entry").asString().equals(entry))
        .map(letter -> letter.get("id").asString())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void the_newest_dead_letters_are_listed_first(EmbeddedRedis redis) {
    var dead = dead(redis);

    assertThat(dead.out()).hasSize(4).first().asString().matches("ID +ENTRY +GIVEN UP .*");
    assertThat(dead.out().get(3))
        .contains("  1-0  ", "failed 1 of 1", "IllegalStateException: no stock");
    assertThat(dead(redis, "--reason", "no stock").out()).hasSize(3);
    assertThat(dead(redis, "list", "--limit", "1", "--json").out()).hasSize(1);
  }

  @Test
  void a_dead_letter_is_shown_whole_and_cannot_harm_the_terminal(EmbeddedRedis redis) {
    var shown = dead(redis, "show", idOf(redis, "3-0"));

    assertThat(shown.exitCode()).isZero();
    assertThat(shown.text())
        .doesNotContain("\u001b", "\u0007", "\u202e")
        .contains("entry         3-0, added 1970-01-01")
        .contains("  \\x1b]0;owned\\x07\\nforged \\u202e = \\xff\\x1b[2J")
        .contains("java.lang.IllegalStateException");
    assertThat(shown.out()).noneMatch(line -> line.startsWith("forged"));
    assertThat(dead(redis).text()).doesNotContain("\u001b", "\u202e");
  }

  @Test
  void json_holds_every_byte(EmbeddedRedis redis) {
    var letter =
        list(redis).stream()
            .filter(each -> each.get("entry").asString().equals("3-0"))
            .findFirst()
            .orElseThrow();

    assertThat(letter.get("fields").get(HOSTILE).get("base64").asString()).isEqualTo("/xtbMko=");
    assertThat(letter.get("attempts").asInt()).isEqualTo(1);
    assertThat(letter.get("body").asString()).isEqualTo("whole");
  }

  @Test
  void put_back_makes_the_entry_pending_again(EmbeddedRedis redis) {
    var back = dead(redis, "put-back", idOf(redis, "2-0"));

    assertThat(back.text()).isEqualTo("1 dead letter was put back");
    assertThat(list(redis)).hasSize(2);
    var pending = InProcess.run(redis, new DeferredCommand(), "orders", "g");
    assertThat(pending.out()).hasSize(2).last().asString().startsWith("2-0  now");
  }

  @Test
  void all_that_match_are_put_back(EmbeddedRedis redis) {
    assertThat(dead(redis, "put-back", "--all", "--reason", "no stock", "--json").text())
        .isEqualTo("{\"done\":\"dead retry\",\"count\":2}");
    assertThat(list(redis)).hasSize(1);
  }

  @Test
  void an_entry_that_is_gone_cannot_be_put_back_but_added_anew(EmbeddedRedis redis) {
    var id = idOf(redis, "2-0");
    redis.command("XDEL", "orders", "2-0");

    var back = dead(redis, "put-back", id);
    assertThat(back.exitCode()).isEqualTo(1);
    assertThat(back.failure()).contains("is gone from the stream", "add-anew");

    var added = dead(redis, "add-anew", id);
    assertThat(added.text()).contains("was added anew as", "every group");
    assertThat(RedisProbe.list(redis.command("XRANGE", "orders", "-", "+")))
        .last()
        .asString()
        .contains("order_id, 2");
    assertThat(list(redis)).hasSize(2);
  }

  @Test
  void a_purge_wants_to_be_confirmed(EmbeddedRedis redis) {
    assertThat(dead(redis, "purge", "--all", "--dry-run").text())
        .containsPattern("dead letters +3");
    var unconfirmed = dead(redis, "purge", "--all");
    assertThat(unconfirmed.exitCode()).isEqualTo(2);
    assertThat(unconfirmed.failure()).contains("--yes");
    assertThat(list(redis)).hasSize(3);

    assertThat(dead(redis, "purge", idOf(redis, "1-0"), "--yes").out())
        .last()
        .isEqualTo("1 dead letter was deleted");
    assertThat(dead(redis, "purge", "--all", "--yes").out())
        .last()
        .isEqualTo("2 dead letters were deleted");
    assertThat(list(redis)).isEmpty();
  }

  @Test
  void what_cannot_be_meant_is_refused(EmbeddedRedis redis) {
    assertThat(dead(redis, "put-back").exitCode()).isEqualTo(2);
    assertThat(dead(redis, "bury").exitCode()).isEqualTo(2);
    assertThat(dead(redis, "show", "--all").exitCode()).isEqualTo(2);
    assertThat(dead(redis, "show", "nonsense").exitCode()).isEqualTo(2);
    assertThat(dead(redis, "show", "1-1").failure()).contains("has no dead letter 1-1");
    assertThat(dead(redis, "purge", "1-1", idOf(redis, "1-0"), "--yes").exitCode()).isEqualTo(1);
    assertThat(list(redis)).hasSize(3);
  }

  @Test
  void those_that_match_all_filters_are_retried_at_a_rate_up_to_a_limit(EmbeddedRedis redis) {
    assertThat(dead(redis, "retry", "--field", "order_id=2", "--reason", "no match").text())
        .isEqualTo("0 dead letters were put back");
    assertThat(dead(redis, "retry", "--older-than", "1h").text())
        .isEqualTo("0 dead letters were put back");
    assertThat(dead(redis, "retry", "--newer-than", "1h", "--limit", "2", "--dry-run").text())
        .containsPattern("dead letters +2");
    assertThat(list(redis)).hasSize(3);

    assertThat(dead(redis, "retry", "--field", "order_id=2").text())
        .isEqualTo("1 dead letter was put back");
    assertThat(dead(redis, "retry", "--all", "--limit", "1", "--rate", "1000/s").text())
        .isEqualTo("1 dead letter was put back");
    assertThat(list(redis))
        .singleElement()
        .extracting(letter -> letter.get("entry").asString())
        .isEqualTo("1-0");
  }

  @Test
  void a_field_is_changed_on_the_way_back_only_as_a_new_entry(EmbeddedRedis redis) {
    var refused = dead(redis, "retry", "--all", "--set", "order_id=7");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.failure()).contains("add-anew");

    var added =
        dead(redis, "add-anew", "--field", "order_id=2", "--set", "order_id=7", "--set", "a=b");
    assertThat(added.text()).contains("was added anew as", "every group");
    assertThat(RedisProbe.list(redis.command("XRANGE", "orders", "-", "+")))
        .last()
        .asString()
        .contains("order_id, 7, a, b");
    var audit = String.valueOf(redis.command("XRANGE", "{orders}:audit", "-", "+"));
    assertThat(audit).contains("what, dead add-anew");
  }

  @Test
  void what_was_exported_and_purged_is_imported_once_with_every_byte(
      EmbeddedRedis redis, @TempDir Path folder) throws IOException {
    var before = list(redis);
    var exported = dead(redis, "export");
    assertThat(exported.text()).doesNotContain("\u001b", "\u202e");
    var file = folder.resolve("dead.ndjson");
    Files.write(file, exported.out());
    dead(redis, "purge", "--all", "--yes");

    assertThat(dead(redis, "import", file.toString()).text())
        .isEqualTo("3 dead letters were imported");
    assertThat(dead(redis, "import", file.toString()).text())
        .isEqualTo("0 dead letters were imported");
    assertThat(dead(redis, "export").out().stream().map(DeadTest::withoutId).sorted())
        .isEqualTo(exported.out().stream().map(DeadTest::withoutId).sorted().toList());
    assertThat(list(redis)).hasSameSizeAs(before);
    assertThat(dead(redis, "retry", "--all").text()).isEqualTo("3 dead letters were put back");
  }

  private static String withoutId(String line) {
    return line.replaceFirst("\"id\":\"[0-9-]+\",", "");
  }

  @Test
  void a_line_that_is_no_dead_letter_ends_an_import_and_is_named(
      EmbeddedRedis redis, @TempDir Path folder) throws IOException {
    var file = folder.resolve("bad.ndjson");
    for (var bad :
        List.of(
            "nonsense",
            "[]",
            "{\"facts\":{},\"fields\":[]}",
            "{\"facts\":{\"~id\":\"1-0\"},\"fields\":[[\"a\"]]}")) {
      Files.write(file, List.of("", bad));
      var refused = dead(redis, "import", file.toString());
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.failure()).contains("line 2 is no dead letter");
    }
    assertThat(dead(redis, "import", folder.resolve("none").toString()).exitCode()).isEqualTo(2);
    assertThat(dead(redis, "import").exitCode()).isEqualTo(2);
    assertThat(list(redis)).hasSize(3);
  }
}
