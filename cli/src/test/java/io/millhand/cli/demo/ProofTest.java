// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProofTest {

  private static final Proof.Counts GOOD = new Proof.Counts(10, 0, 10, 0, 1, 0, 2, 0);
  private static final Optional<Proof.Left> NOTHING = Optional.of(new Proof.Left(0, 0, 0));

  private static Proof proof(Proof.Counts counts, Optional<Proof.Left> left) {
    var run =
        new Proof.Run(
            new DemoSettings.Source("orders", "processing"),
            3,
            Duration.ofMillis(2500),
            "redis 7.0.15");
    var kills =
        List.of(
            new Proof.Kill("worker-1", Optional.of(Duration.ofMillis(2345))),
            new Proof.Kill("worker-2", Optional.empty()));
    return new Proof(run, counts, kills, left);
  }

  @Test
  void it_holds_when_nothing_was_lost_and_nothing_is_left() {
    assertThat(proof(GOOD, NOTHING).holds()).isTrue();
    assertThat(proof(GOOD, NOTHING).words()).last().asString().startsWith("Nothing was lost.");
  }

  @Test
  void it_does_not_hold_when_something_was_lost() {
    var proof = proof(new Proof.Counts(10, 0, 9, 1, 0, 0, 0, 0), NOTHING);

    assertThat(proof.holds()).isFalse();
    assertThat(proof.words()).last().asString().startsWith("1 entry WERE LOST.");
  }

  @Test
  void it_does_not_hold_when_something_is_pending_or_nobody_knows() {
    assertThat(proof(GOOD, Optional.of(new Proof.Left(1, 0, 0))).holds()).isFalse();
    assertThat(proof(GOOD, Optional.of(new Proof.Left(0, 1, 0))).holds()).isFalse();
    assertThat(proof(GOOD, Optional.of(new Proof.Left(0, 0, 1))).holds()).isFalse();
    assertThat(proof(GOOD, Optional.empty()).holds()).isFalse();
  }

  @Test
  void scripts_read_one_line_of_json() {
    assertThat(proof(GOOD, NOTHING).json())
        .isEqualTo(
            "{\"sent\":10,\"handled\":10,\"lost\":0,\"duplicates\":1,\"dead\":0,\"retried\":2,"
                + "\"uncertain\":0,\"earlier\":0,\"pending\":0,\"deferred\":0,\"undelivered\":0,"
                + "\"killed\":2,\"recoverySeconds\":2.345,\"recoveries\":["
                + "{\"worker\":\"worker-1\",\"seconds\":2.345},{\"worker\":\"worker-2\",\"seconds\":null}],"
                + "\"seconds\":2.5,\"workers\":3,\"redis\":\"7.0.15\"}");
  }
}
