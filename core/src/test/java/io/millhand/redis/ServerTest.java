// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTest {

  private static Server of(String info) {
    return Server.of(info, Optional.empty(), false);
  }

  @Test
  void a_redis_is_known_by_what_it_tells() {
    var server =
        of(
            """
            # Server
            redis_version:6.2.14
            run_id:ab:cd
            uptime_in_seconds:17
            maxmemory_policy:noeviction
            """);

    assertThat(server.product()).isEqualTo("redis");
    assertThat(server.version()).isEqualTo("6.2.14");
    assertThat(server.runId()).contains("ab:cd");
    assertThat(server.uptimeSeconds()).isEqualTo(17);
    assertThat(server.evictionPolicy()).contains("noeviction");
  }

  @Test
  void a_valkey_has_its_own_version_and_the_commands_of_a_redis() {
    var server = of("redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\n");

    assertThat(server.product()).isEqualTo("valkey");
    assertThat(server.version()).isEqualTo("8.1.0");
    assertThat(server.isAtLeast(7, 2)).isTrue();
    assertThat(server.isAtLeast(7, 4)).isFalse();
  }

  @Test
  void what_a_server_does_not_tell_is_unknown() {
    var server = of("");

    assertThat(server.runId()).isEmpty();
    assertThat(server.uptimeSeconds()).isEqualTo(-1);
    assertThat(server.evictionPolicy()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "6.2.0,   6, 2, true",
    "6.2.0,   7, 0, false",
    "6.0.16,  6, 2, false",
    "7.0.15,  6, 2, true",
    "7.0.15,  7, 0, true",
    "8.0-rc1, 7, 4, true",
    "10.1,    9, 9, true",
    "8,       8, 0, true",
    "unknown, 7, 0, true",
    "'',      7, 0, true",
  })
  void versions_are_compared_by_their_numbers(
      String version, int major, int minor, boolean atLeast) {
    assertThat(of("redis_version:" + version + "\n").isAtLeast(major, minor)).isEqualTo(atLeast);
  }
}
