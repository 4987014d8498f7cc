// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.tls.Authority;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.EmbeddedRedisException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands reach a Redis that speaks TLS and wants to see a certificate. */
class RedisTlsTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static EmbeddedRedis redis;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    var authority = Authority.named("redis");
    Files.writeString(file("ca.crt"), authority.pem());
    authority.server().write(file("server.crt"), file("server.key"));
    authority.client("millhand").write(file("tls.crt"), file("tls.key"));
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    redis = server();
    redis.command("XADD", "orders", "*", "n", "1");
  }

  private static EmbeddedRedis server() {
    try {
      return EmbeddedRedis.builder()
          .config("tls-port", Integer.toString(port))
          .config("tls-cert-file", file("server.crt").toString())
          .config("tls-key-file", file("server.key").toString())
          .config("tls-ca-cert-file", file("ca.crt").toString())
          .config("tls-auth-clients", "yes")
          .start();
    } catch (EmbeddedRedisException e) {
      if (String.valueOf(e.getMessage()).contains("tls-port")) {
        System.err.println("SKIPPED: this redis-server is built without TLS");
        return Assumptions.abort("this redis-server is built without TLS");
      }
      throw e;
    }
  }

  @AfterAll
  static void stop() {
    if (redis != null) {
      redis.close();
    }
  }

  private static Path file(String name) {
    return folder.resolve(name);
  }

  private record Ran(int exitCode, List<String> out, List<String> err) {}

  private static Ran run(Map<String, String> environment, String... args) {
    var words = new ArrayList<>(List.of("ls"));
    words.addAll(List.of(args));
    var builder = ChildProcess.java(Main.class).args(words.toArray(String[]::new));
    environment.forEach(builder::environment);
    try (var process = builder.start()) {
      return new Ran(process.awaitExit(SOON), process.lines(), process.errorLines());
    }
  }

  private static String[] flags(String... more) {
    var words = new ArrayList<>(List.of("--redis", "rediss://localhost:" + port));
    words.addAll(List.of("--redis-tls-ca", file("ca.crt").toString()));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static String[] asClient(String... more) {
    var words = new ArrayList<>(List.of("--redis-tls-cert", file("tls.crt").toString()));
    words.addAll(List.of("--redis-tls-key", file("tls.key").toString()));
    words.addAll(List.of(more));
    return flags(words.toArray(String[]::new));
  }

  @Test
  void a_client_certificate_is_given_by_flags() {
    var ran = run(Map.of(), asClient());

    assertThat(ran.exitCode()).as("%s", ran).isZero();
    assertThat(ran.out()).anyMatch(line -> line.contains("orders"));
  }

  @Test
  void what_is_named_in_the_environment_makes_a_bare_host_a_secure_one() {
    var ran =
        run(
            Map.of(
                "REDIS_HOST", "localhost",
                "REDIS_PORT", Integer.toString(port),
                "REDIS_TLS_CA_FILE", file("ca.crt").toString(),
                "REDIS_TLS_CERT_FILE", file("tls.crt").toString(),
                "REDIS_TLS_KEY_FILE", file("tls.key").toString()));

    assertThat(ran.exitCode()).as("%s", ran).isZero();
    assertThat(ran.out()).anyMatch(line -> line.contains("orders"));
  }

  @Test
  void a_client_certificate_that_is_missing_is_told_with_the_flags_that_give_it() {
    var ran = run(Map.of(), flags());

    assertThat(ran.exitCode()).isEqualTo(ExitCode.REDIS);
    assertThat(ran.err())
        .anyMatch(line -> line.contains("client certificate") && line.contains("--redis-tls-cert"));
  }

  @Test
  void a_host_name_that_is_not_looked_at_is_a_warning_at_each_start() {
    var ran = run(Map.of(), asClient("--redis-tls-any-host"));

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).anyMatch(line -> line.contains("is not held against its host name"));
  }

  @Test
  void files_that_do_not_go_together_are_a_usage_failure() {
    var key = file("tls.key").toString();
    for (var args :
        List.of(
            flags("--redis-tls-cert", key),
            flags("--redis-tls-truststore", key),
            asClient("--redis-tls-keystore", key),
            flags("--redis-tls-keystore", key),
            flags("--redis-tls-cert", key, "--redis-tls-key", key))) {
      var ran = run(Map.of(), args);
      assertThat(ran.exitCode()).as("%s", ran).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).anyMatch(line -> line.contains("--redis-tls") || line.contains(key));
    }
  }
}
