// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithRedis
class DoctorTest {

  private static InProcess doctor(EmbeddedRedis redis, String... args) {
    return InProcess.run(redis, new DoctorCommand(), args);
  }

  @Test
  void a_group_that_nobody_works_on_is_found_with_what_mends_it(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "*", "order_id", "1");
    redis.command("XGROUP", "CREATE", "orders", "pro@|red g|@", "0");

    var doctor = doctor(redis, "--over", "10ms");

    assertThat(doctor.exitCode()).isEqualTo(5);
    assertThat(doctor.out().get(0)).contains(redis.version() + ": 1 streams, 1 groups");
    assertThat(doctor.text())
        .contains("CRITICAL  stopped of orders/pro@ |red g|@")
        .contains("nobody works on it: 1 wait")
        .contains("mend: start workers")
        .contains("WARNING   persistence")
        .containsPattern("1 critical, \\d+ warnings, \\d+ notes");
  }

  @Test
  void findings_are_json_for_programs(EmbeddedRedis redis) {
    var doctor = doctor(redis, "--json");

    assertThat(doctor.out())
        .anyMatch(line -> line.startsWith("{\"severity\":\"warning\",\"topic\":\"persistence\""));
  }

  @Test
  void it_works_where_neither_config_nor_info_nor_memory_may_be_asked(
      EmbeddedRedis redis, @TempDir Path folder) throws IOException {
    var password = Files.writeString(folder.resolve("password"), "tulip");
    redis.command("XADD", "orders", "*", "order_id", "1");
    redis.command(
        "ACL",
        "SETUSER",
        "looker",
        "on",
        ">tulip",
        "~*",
        "+@read",
        "+@connection",
        "+time",
        "-info",
        "-config",
        "-memory");

    var doctor = doctor(redis, "--user", "looker", "--password-file", password.toString());

    assertThat(doctor.failure()).isEmpty();
    assertThat(doctor.text()).contains("not examined", "INFO is forbidden");
    redis.command("ACL", "DELUSER", "looker");
  }
}
