// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.Millhand;
import io.millhand.cli.CommandFailure;
import io.millhand.config.Credentials;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@WithRedis
class AclTest {

  private static final Path PROTOCOL = Path.of("..", "docs", "protocol.md");

  @TempDir private Path folder;

  /** The lines that it prints. */
  private static List<String> acl(String... args) {
    var words = new ArrayList<>(List.of("--stream", "orders", "--group", "processing"));
    words.addAll(0, Arrays.asList(args));
    var out = new StringWriter();
    new CommandLine(new AclCommand())
        .setOut(new PrintWriter(out))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (error, line, parsed) -> {
              throw error;
            })
        .execute(words.toArray(String[]::new));
    return out.toString().lines().toList();
  }

  private Path password() throws IOException {
    return Files.writeString(folder.resolve("password"), "s3cret-tulip\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker", "producer", "viewer", "operator --to orders-old"})
  void the_lines_of_the_documents_are_those_that_are_printed(String args) throws IOException {
    assertThat(Files.readAllLines(PROTOCOL)).containsAll(acl(args.split(" ", -1)));
  }

  @ParameterizedTest
  @CsvSource({"--cluster,+cluster|slots,1", "--sentinel,+sentinel|get-master-addr-by-name,2"})
  void what_a_cluster_and_sentinels_need_besides_is_printed_when_asked_for(
      String flag, String rule, int lines) {
    assertThat(acl("worker")).singleElement().asString().doesNotContain(rule);
    assertThat(acl("worker", flag)).hasSize(lines).last().asString().contains(" " + rule);
  }

  @Test
  void a_user_made_by_the_printed_line_with_the_hash_of_a_password_file_gets_in(EmbeddedRedis redis)
      throws IOException {
    var line =
        acl("producer", "--user", "shop", "--password-file", password().toString()).getFirst();
    assertThat(line).doesNotContain("s3cret-tulip");
    redis.command(line.split(" ", -1));

    var credentials = new Credentials(Optional.of("shop"), Optional.of("s3cret-tulip"));
    try (var millhand =
        Millhand.builder().uri(redis.url()).credentials(() -> credentials).connect()) {
      assertThat(millhand.producer("orders").send(Map.of("n", "1"))).isNotNull();
    }
  }

  @Test
  void a_line_of_an_acl_file_is_loaded_by_a_server() throws IOException {
    var line =
        acl("worker", "--format", "aclfile", "--password-file", password().toString()).getFirst();
    var file =
        Files.writeString(
            folder.resolve("users.acl"), line + "\nuser default on nopass ~* +@all\n");

    try (var server = EmbeddedRedis.builder().config("aclfile", file.toString()).start()) {
      assertThat(RedisProbe.list(server.command("ACL", "USERS"))).contains("worker");
    }
  }

  @Test
  void a_line_without_a_password_is_refused_by_redis_rather_than_open_to_all(EmbeddedRedis redis) {
    var line = acl("viewer").getFirst();

    assertThatThrownBy(() -> redis.command(line.split(" ", -1)))
        .isInstanceOf(RedisProbe.ErrorReply.class)
        .hasMessageContaining("SHA256-OF-THE-PASSWORD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "viewer --to other",
        "worker --user a,b",
        "worker --cluster --sentinel",
        "worker --password-file none"
      })
  void what_cannot_be_meant_is_a_usage_failure(String args) {
    assertThatThrownBy(() -> new CommandLine(new AclCommand()).parseArgs("worker"))
        .hasMessageContaining("--stream");
    var command = new CommandLine(new AclCommand());
    var words = new ArrayList<>(Arrays.asList(args.split(" ", -1)));
    words.addAll(List.of("--stream", "orders", "--group", "g"));
    var failed = new ArrayList<Exception>();
    command.setExecutionExceptionHandler(
        (error, line, parsed) -> {
          failed.add(error);
          return 2;
        });

    assertThat(command.execute(words.toArray(String[]::new))).isEqualTo(2);
    assertThat(failed).singleElement().isInstanceOf(CommandFailure.class);
  }
}
