// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.operate.AckCommand;
import io.millhand.cli.operate.RedeliverCommand;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WithRedis
class AuditTest {

  private static final String HOSTILE = "\u001b[2J\nforged \u202e \u0000";

  /** Of four entries the second failed once, and its consumer was deleted when it had it again. */
  @BeforeEach
  void oneIsLost(EmbeddedRedis redis) {
    for (int i = 1; i <= 4; i++) {
      redis.command("XADD", "orders", i + "-0", "order_id", "" + i);
    }
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "w1", "COUNT", "3", "STREAMS", "orders", ">");
    redis.command("XACK", "orders", "g", "1-0");
    var record = "1 0 1795439379536 1795439379536 f " + HOSTILE;
    redis.command("HSET", "{orders}:g:failures", "2-0", record);
  }

  private static void deleteConsumer(EmbeddedRedis redis) {
    redis.command("XCLAIM", "orders", "g", "w2", "0", "3-0", "JUSTID");
    redis.command("XGROUP", "DELCONSUMER", "orders", "g", "w1");
  }

  private static JsonNode json(String line) {
    return new JsonMapper().readTree(line);
  }

  @Test
  void an_audit_that_finds_nothing_says_what_it_cannot_tell(EmbeddedRedis redis) {
    var audit = InProcess.run(redis, new AuditCommand(), "orders", "g");

    assertThat(audit.exitCode()).isZero();
    assertThat(audit.out().get(0)).startsWith("orders/g: nothing tells");
    assertThat(audit.out().get(1)).startsWith("note: about 1 more are not pending");
  }

  @Test
  void an_audit_names_what_was_lost_with_its_evidence_and_what_mends_it(EmbeddedRedis redis) {
    deleteConsumer(redis);

    var audit = InProcess.run(redis, new AuditCommand(), "orders");

    assertThat(audit.exitCode()).isEqualTo(5);
    assertThat(audit.text())
        .contains("orders/g: 1 entry was given out and never handled")
        .containsPattern("2-0 +1970.* failed once, last 2026.*: .*then its consumer was deleted")
        .contains("mend: millhand redeliver --stream orders --group g 2-0")
        .doesNotContain("\u001b", "\u202e", "\u0000", "\nforged");
    var json = json(InProcess.run(redis, new AuditCommand(), "orders", "--json").text());
    assertThat(json.get("found").asInt()).isEqualTo(1);
    assertThat(json.get("untold").asInt()).isEqualTo(1);
    assertThat(json.get("entries").get(0).get("id").asString()).isEqualTo("2-0");
    assertThat(json.get("entries").get(0).get("lastError").asString()).isEqualTo(HOSTILE);
  }

  @Test
  void what_is_redelivered_is_due_and_the_audit_finds_it_no_more(EmbeddedRedis redis) {
    deleteConsumer(redis);

    assertThat(InProcess.run(redis, new RedeliverCommand(), "orders", "g", "2-0").exitCode())
        .isEqualTo(2);
    var done =
        InProcess.run(
            redis, new RedeliverCommand(), "orders", "g", "2-0", "3-0", "--yes", "--json");

    assertThat(done.exitCode()).isZero();
    var result = json(done.out().get(1));
    assertThat(result.get("entries").asInt()).isEqualTo(1);
    assertThat(result.get("pendingAlready").get(0).asString()).isEqualTo("3-0");
    assertThat(InProcess.run(redis, new AuditCommand(), "orders").exitCode()).isZero();
    assertThat(InProcess.run(redis, new DeferredCommand(), "orders", "g").out().get(1))
        .matches("2-0 +now .* put back by hand, .*");
  }

  @Test
  void what_was_done_by_hand_is_listed_newest_first(EmbeddedRedis redis) {
    InProcess.run(redis, new AckCommand(), "orders", "g", "2-0", "--yes");
    InProcess.run(redis, new RedeliverCommand(), "orders", "g", "2-0", "--yes");

    var log = InProcess.run(redis, new AuditLogCommand(), "orders");

    assertThat(log.exitCode()).isZero();
    assertThat(log.out().get(0)).matches("WHEN +WHO +WHAT +GROUP +COUNT +DETAILS");
    assertThat(log.out().get(1)).matches("20.* redeliver +g +1 +ids=\\[2-0\\] .*");
    assertThat(log.out().get(2)).matches("20.* ack +g +1 +ids=\\[2-0\\] .*");
    var newest = InProcess.run(redis, new AuditLogCommand(), "orders", "g", "-n", "1", "--json");
    assertThat(newest.out()).hasSize(1);
    assertThat(json(newest.text()).get("what").asString()).isEqualTo("redeliver");
    assertThat(InProcess.run(redis, new AuditLogCommand(), "orders", "other").text())
        .startsWith("Nothing was done by hand");
  }

  @Test
  void an_audit_log_that_strangers_wrote_cannot_harm_a_terminal(EmbeddedRedis redis) {
    redis.command("XADD", "{orders}:audit", "*", "who", HOSTILE, HOSTILE, HOSTILE, "count", "x");

    var log = InProcess.run(redis, new AuditLogCommand(), "orders");

    assertThat(log.out()).hasSize(2);
    assertThat(log.text()).doesNotContain("\u001b", "\u202e", "\u0000").contains("\\x1b[2J");
  }

  @Test
  void what_an_operator_gave_up_is_told_with_who(EmbeddedRedis redis) {
    InProcess.run(redis, new AckCommand(), "orders", "g", "3-0", "--yes");

    assertThat(InProcess.run(redis, new AuditCommand(), "orders", "--group", "g").text())
        .containsPattern("3-0 +1970.* acked by hand, 20.* by .*@.*");
  }
}
