// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millhand.testkit.EmbeddedRedis;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Says, by what it skips, on which servers the tests of the protocol did not run. */
class ServersTest {

  private Map<String, EmbeddedRedis> running;

  @RegisterExtension
  final BeforeEachCallback servers = context -> running = Servers.running(context);

  static List<String> lines() {
    return Servers.LINES;
  }

  @ParameterizedTest
  @MethodSource("lines")
  void the_protocol_is_tested_on_each_line_of_servers_that_we_are_for(String line) {
    var server = running.get(line);
    assumeThat(server)
        .as(
            "no test of the protocol ran on %s: it is not in %s, where .ci/servers puts it, or -D%s asked for others",
            line, Servers.folder(), Servers.WISH)
        .isNotNull();

    var seen = new RedisStreams(OnEachServer.settings(server)).probe();

    assertThat(line).startsWith(seen.product());
    assertThat(seen.version()).isEqualTo(server.version());
  }
}
