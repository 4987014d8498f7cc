// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedCluster;
import io.millhand.verification.rig.Installation;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Names of streams with which a Cluster cannot be worked. */
@Full
class ClusterNamesTest {

  private static final Duration SOON = ofSeconds(60);
  private static final int USAGE = 2;

  @Test
  @Row(
      id = "H11",
      fault = "millhand work on a key of a Cluster from which no hash tag can be made",
      bound = "exit 2, a text that names the key and a way out; no key is made")
  void the_command_refuses_a_stream_whose_keys_would_lie_in_several_slots(Trial trial) {
    var millhand = Installation.ready();
    try (var redis = EmbeddedCluster.builder().replicasPerMaster(0).start()) {
      var first = redis.nodes().getFirst();
      trial.server(first.executable().getFileName() + " " + first.version());
      try (var work = start(millhand, redis, "or}ders")) {
        assertThat(work.awaitExit(SOON)).isEqualTo(USAGE);
        assertThat(String.join("\n", work.errorLines()))
            .contains("or}ders", "no hash tag", "a tag like {orders}");
      }
      assertThat(redis.nodes())
          .allSatisfy(node -> assertThat(node.command("DBSIZE")).isEqualTo(0L));
    }
  }

  private static ChildProcess start(Installation millhand, EmbeddedCluster redis, String stream) {
    return millhand
        .builder("work", "--stream", stream, "--group", "g", "--print")
        .environment("REDIS_URL", redis.uri())
        .start();
  }
}
