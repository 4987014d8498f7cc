// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.testkit.RedisProbe.list;
import static io.millhand.verification.rig.Rig.GROUP;
import static io.millhand.verification.rig.Rig.STREAM;
import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A group that comes with much that dead clients of another kind left behind. */
@WithRedis(isolated = true)
class DeadWeightTest {

  private static final int CONSUMERS = 1_000;
  private static final int EACH = 20;
  private static final int OF_ONE = 100_000;
  private static final long SLOW_MICROS = 20_000;

  private EmbeddedRedis redis;
  private Rig rig;

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Full
  @Row(
      id = "R25",
      fault = "100,000 pending of one dead consumer and 20 each of 1,000 others",
      bound =
          "lost 0; duplicates 0; all reclaimed and handled <= 60 s; no call of ours of 20 ms or more but by the machine's fault: <= 1 in 10,000")
  void much_that_the_dead_left_is_taken_over_in_short_calls() {
    redis.command("XGROUP", "CREATE", STREAM, GROUP, "0", "MKSTREAM");
    rig.load().burst(OF_ONE + CONSUMERS * EACH);
    try (var probe = redis.probe()) {
      for (int i = 0; i < CONSUMERS; i++) {
        probe.command(read("dead-" + i, EACH));
      }
      probe.command(read("dead-one", OF_ONE));
    }
    redis.command("CONFIG", "SET", "slowlog-log-slower-than", Long.toString(SLOW_MICROS));
    redis.command("CONFIG", "SET", "slowlog-max-len", "10000");
    redis.command("SLOWLOG", "RESET");
    redis.command("CONFIG", "RESETSTAT");
    var started = Instant.now();
    rig.worker("one", Duration.ZERO, "maxInFlight=2000");
    rig.worker("two", Duration.ZERO, "maxInFlight=2000");

    var proof = rig.prove(ofSeconds(60)).duplicatesAtMost(0).overlapsAtMost(0);
    proof.took(RECOVERY, Duration.between(started, Instant.now()));
    var slow = slowCallsOfOurs();
    var calls = Long.parseLong(String.valueOf(redis.info("total_commands_processed")));
    proof.also("calls", calls).also("slow", slow.size());
    assertThat(slow.size()).as("slow calls: %s", slow).isLessThanOrEqualTo((int) (calls / 10_000));
  }

  private static String[] read(String consumer, int count) {
    return new String[] {
      "XREADGROUP",
      "GROUP",
      GROUP,
      consumer,
      "COUNT",
      Integer.toString(count),
      "STREAMS",
      STREAM,
      ">"
    };
  }

  /** Microseconds and command of each; what this test asked itself has no client name. */
  private List<String> slowCallsOfOurs() {
    var slow = new ArrayList<String>();
    for (var row : list(redis.command("SLOWLOG", "GET", "10000"))) {
      var fields = list(row);
      if (String.valueOf(fields.get(5)).startsWith("millhand-")) {
        var words = list(fields.get(3));
        slow.add(fields.get(2) + " " + words.subList(0, Math.min(2, words.size())));
      }
    }
    return slow;
  }
}
