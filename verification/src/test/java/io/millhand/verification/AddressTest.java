// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.HostsFile;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis whose name gets another address, as after a failover behind a name. */
@WithRedis(config = "bind 127.0.0.1 127.0.0.2 127.0.0.3")
@Full
class AddressTest {

  private static final Duration QUIET = ofSeconds(30);
  private static final String NAME = "redis.example";

  private EmbeddedRedis redis;
  private Rig rig;
  private HostsFile hosts;

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
    hosts = new HostsFile(rig.ledgers().resolveSibling("hosts"));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** The addresses at which the library's connections came in, but for the load's own. */
  private List<String> addresses() {
    return String.valueOf(redis.command("CLIENT", "LIST"))
        .lines()
        .filter(line -> line.contains(" name=millhand-"))
        .map(line -> line.replaceFirst(".* laddr=([0-9.]+):.*", "$1"))
        .filter(address -> !address.equals(redis.host()))
        .distinct()
        .toList();
  }

  @Test
  @Row(
      id = "N10",
      fault = "the name of Redis is unknown for 2 s, then has another address; the old one is shut",
      bound = "recovery <= 6 s where Java asks again after 1 s (by default 10 to 30); duplicates 0")
  void a_name_that_gets_another_address_is_asked_for_at_the_next_connect() {
    assumeTrue(
        Integer.parseInt(redis.version().split("\\.", 2)[0]) >= 7,
        "Redis changes its addresses at run time from 7.0 on");
    hosts.lead(NAME, "127.0.0.3");
    var url = "redis://" + NAME + ":" + redis.port();
    var worker = rig.workerBehind(url, "worker", ofMillis(5), hosts.options()).awaitReady();
    var load = rig.load().steady(100);
    worker.awaitHandled(50);
    assertThat(addresses()).containsExactly("127.0.0.3");
    hosts.forget();
    redis.command("CONFIG", "SET", "bind", "127.0.0.1 127.0.0.2");
    redis.command("CLIENT", "KILL", "TYPE", "normal", "LADDR", "127.0.0.3:" + redis.port());
    var told = worker.awaitLine("OUTAGE started", ofSeconds(10));
    Rig.let(ofSeconds(2));
    hosts.lead(NAME, "127.0.0.2");
    var back = Instant.now();
    worker.awaitLine("OUTAGE ended", ofSeconds(20));
    load.stop();

    var proof = rig.prove(QUIET).duplicatesAtMost(0);
    var first = proof.report().firstEndAfter(back).orElseThrow();
    var recovery = Duration.between(back, first);
    proof.took(RECOVERY, recovery).also("told", told);
    assertThat(addresses()).containsExactly("127.0.0.2");
    assertThat(recovery).isLessThan(ofSeconds(6));
    assertThat(worker.lines("OUTAGE")).hasSize(2);
    assertThat(worker.stop()).isZero();
  }
}
