// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Millhand;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The same file is the same password, whether the command or a program reads it. */
@WithRedis
class PasswordFileTest {

  private static final String USER = "shop";

  @TempDir private Path folder;

  private static Arguments[] files() {
    return new Arguments[] {
      Arguments.of("s3cret", ""),
      Arguments.of("s3cret", "\n"),
      Arguments.of("s3cret", "\r\n"),
      Arguments.of(" s3cret\t", "\n"),
      Arguments.of("s3cret\n", "\n"),
    };
  }

  @ParameterizedTest
  @MethodSource("files")
  void one_line_break_at_the_end_of_a_password_file_is_no_part_of_it_and_all_else_is(
      String password, String end, EmbeddedRedis redis) throws IOException {
    redis.command("ACL", "SETUSER", USER, "reset", "on", ">" + password, "~*", "+@all");
    var file = Files.writeString(folder.resolve("password"), password + end);

    try (var program = Millhand.builder().uri(redis.url()).passwordFile(USER, file).connect();
        var command = options(redis, file).connect()) {
      assertThat(program.inspector().streams()).isEmpty();
      assertThat(command.inspector().streams()).isEmpty();
    }
  }

  private static RedisOptions options(EmbeddedRedis redis, Path file) {
    var options = new RedisOptions();
    new CommandLine(options)
        .registerConverter(Duration.class, new Durations())
        .parseArgs("--redis", redis.url(), "--user", USER, "--password-file", file.toString());
    return options;
  }
}
