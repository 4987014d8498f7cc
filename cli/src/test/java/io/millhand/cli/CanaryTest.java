// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.EmbeddedSentinel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A password that would be known anywhere is looked for wherever something is said. */
class CanaryTest {

  private static final String CANARY = "canary-9f3a-tulip";
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static EmbeddedRedis redis;
  private static Path file;

  @BeforeAll
  static void start() throws IOException {
    redis = EmbeddedRedis.builder().password(CANARY).start();
    file = Files.writeString(folder.resolve("password"), CANARY + "\n");
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void forget() {
    redis.command("FLUSHALL");
  }

  /** The ways to give a password. */
  enum Way {
    URL {
      @Override
      ChildProcess.Builder give(ChildProcess.Builder to) {
        return to.environment("REDIS_URL", redis.url());
      }
    },
    USER_INFO {
      @Override
      ChildProcess.Builder give(ChildProcess.Builder to) {
        return to.environment("REDIS_URL", redis.url().replace("redis://:", "redis://default:"));
      }
    },
    URL_WITHOUT_SCHEME {
      @Override
      ChildProcess.Builder give(ChildProcess.Builder to) {
        return to.environment("REDIS_URL", redis.url().replace("redis://:", "default:"));
      }
    },
    VARIABLE {
      @Override
      ChildProcess.Builder give(ChildProcess.Builder to) {
        return to.environment("REDIS_PASSWORD", CANARY).args("--redis", address());
      }
    },
    VARIABLE_OF_SENTINELS {
      @Override
      ChildProcess.Builder give(ChildProcess.Builder to) {
        return FILE_OF_FLAG.give(to).environment("REDIS_SENTINEL_PASSWORD", CANARY);
      }
    },
    VARIABLE_OF_JAVA {
      @Override
      ChildProcess.Builder give(ChildProcess.Builder to) {
        return FILE_OF_FLAG.give(to).environment("MILLHAND_JAVA_OPTS", "-Dx.password=" + CANARY);
      }
    },
    FILE_OF_VARIABLE {
      @Override
      ChildProcess.Builder give(ChildProcess.Builder to) {
        return to.environment("REDIS_PASSWORD_FILE", file.toString()).args("--redis", address());
      }
    },
    FILE_OF_FLAG {
      @Override
      ChildProcess.Builder give(ChildProcess.Builder to) {
        return to.args("--password-file", file.toString(), "--redis", address());
      }
    };

    abstract ChildProcess.Builder give(ChildProcess.Builder to);
  }

  private static String address() {
    return "redis://127.0.0.1:" + redis.port();
  }

  private static ChildProcess.Builder millhand(String... args) {
    return ChildProcess.java(Main.class).args(args).args("--log-level", "debug", "--debug");
  }

  private static void assertSaysNothing(ChildProcess process) {
    assertThat(said(process)).noneMatch(line -> line.contains(CANARY));
  }

  private static List<String> said(ChildProcess process) {
    return Stream.concat(process.lines().stream(), process.errorLines().stream()).toList();
  }

  private static void assertRuns(ChildProcess.Builder command) {
    try (var process = command.start()) {
      assertThat(process.awaitExit(SOON)).as("%s", said(process)).isIn(0, ExitCode.FINDINGS);
      assertThat(said(process)).isNotEmpty();
      assertSaysNothing(process);
    }
  }

  /** What a stranger on this machine, or who looks at its threads, can see of it. */
  private static void assertShowsNothing(ChildProcess process) throws IOException {
    assertThat(threads(process.pid())).contains("VM Thread").doesNotContain(CANARY);
    var handle = ProcessHandle.of(process.pid()).orElseThrow();
    for (var each : Stream.concat(Stream.of(handle), handle.descendants()).toList()) {
      var words = Path.of("/proc", Long.toString(each.pid()), "cmdline");
      if (Files.exists(words)) {
        assertThat(Files.readString(words)).doesNotContain(CANARY);
      }
    }
  }

  private static String threads(long pid) throws IOException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var dump = new ProcessBuilder(jcmd, Long.toString(pid), "Thread.print").start();
    return new String(dump.getInputStream().readAllBytes(), UTF_8);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void a_worker_a_sender_and_their_children_neither_say_nor_show_the_password(Way way)
      throws IOException {
    assertRuns(way.give(millhand("send", "--stream", "orders", "n=1")));
    try (var work = way.give(telltale()).start()) {
      work.awaitErrorLine(line -> line.endsWith(": started"), SOON);
      Awaitility.await()
          .atMost(SOON)
          .until(() -> redis.command("XLEN", "{orders}:g:dead").equals(1L));
      assertShowsNothing(work);
      work.signal("TERM");

      assertThat(work.awaitExit(SOON)).isZero();
      assertThat(work.lines()).anyMatch(line -> line.startsWith("MILLHAND_ID="));
      assertSaysNothing(work);
    }
    assertThat(String.valueOf(redis.command("XRANGE", "{orders}:g:dead", "-", "+")))
        .doesNotContain(CANARY);
    assertThat(String.valueOf(redis.command("HGETALL", "{orders}:g:workers:info")))
        .doesNotContain(CANARY);
  }

  /** A worker whose handler tells all that it was given, and refuses the entry. */
  private static ChildProcess.Builder telltale() {
    var handler = "env; cat /proc/$PPID/cmdline /proc/self/cmdline | tr '\\0' ' '; exit 65";
    return millhand("work", "--stream", "orders", "--group", "g", "--exec", handler);
  }

  @Test
  void behind_sentinels_neither_their_password_nor_that_of_redis_is_said_or_handed_on()
      throws IOException {
    try (var sentinels =
            EmbeddedSentinel.builder()
                .replicas(1)
                .password(CANARY)
                .sentinelPassword(CANARY)
                .start();
        var work =
            telltale()
                .environment("REDIS_URL", sentinels.uri())
                .environment("REDIS_SENTINEL_PASSWORD", CANARY)
                .start()) {
      work.awaitErrorLine(line -> line.endsWith(": started"), SOON);
      sentinels.master().command("XADD", "orders", "*", "n", "1");
      work.awaitLine(line -> line.startsWith("MILLHAND_ID="), SOON);
      assertShowsNothing(work);
      work.signal("TERM");

      assertThat(work.awaitExit(SOON)).isZero();
      assertSaysNothing(work);
      assertThat(String.valueOf(sentinels.master().command("XRANGE", "{orders}:g:dead", "-", "+")))
          .contains("exit")
          .doesNotContain(CANARY);
    }
  }

  @Test
  void what_is_served_does_not_hold_the_password() throws Exception {
    redis.command("XADD", "orders", "*", "n", "1");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    try (var serve = Way.URL.give(millhand("serve", "--port", "0")).start();
        var client = HttpClient.newHttpClient()) {
      var line = serve.awaitErrorLine(it -> it.contains("listening on http://"), SOON);
      var url = line.replaceFirst(".*(http://[0-9.:]+).*", "$1");
      for (var path :
          List.of("/", "/metrics", "/readyz", "/api/v1/groups", "/api/v1/streams", "/nonsense")) {
        var request = HttpRequest.newBuilder(URI.create(url + path)).build();
        assertThat(client.send(request, BodyHandlers.ofString()).body()).doesNotContain(CANARY);
      }
      assertShowsNothing(serve);
      try (var admin = redis.probe()) {
        admin.command("CONFIG", "SET", "requirepass", "another");
        admin.command("CLIENT", "KILL", "TYPE", "normal");
        var request = HttpRequest.newBuilder(URI.create(url + "/metrics")).build();
        assertThat(client.send(request, BodyHandlers.ofString()).body())
            .contains("millhand_up 0")
            .doesNotContain(CANARY);
        admin.command("CONFIG", "SET", "requirepass", CANARY);
      }
      assertSaysNothing(serve);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ls", "info", "doctor", "groups"})
  void views_do_not_say_the_password(String view) {
    redis.command("XADD", "orders", "*", "n", "1");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");

    assertRuns(Way.URL.give(millhand(view)));
  }

  @Test
  void a_help_text_does_not_say_what_stands_in_the_environment() {
    try (var help =
        Way.VARIABLE
            .give(Way.URL.give(ChildProcess.java(Main.class).args("work", "--help")))
            .start()) {
      assertThat(help.awaitExit(SOON)).isZero();
      assertThat(help.lines()).anyMatch(line -> line.contains("--password-file"));
      assertSaysNothing(help);
    }
  }

  @Test
  void a_connect_that_fails_does_not_say_the_password() {
    var failing = new ArrayList<ChildProcess.Builder>();
    failing.add(
        millhand("ls").environment("REDIS_URL", "redis://:%s@127.0.0.1:1".formatted(CANARY)));
    failing.add(millhand("ls").environment("REDIS_URL", redis.url() + "-wrong@x"));
    failing.add(
        millhand("ls")
            .environment("REDIS_URL", "redis://app:%s-wrong@%s".formatted(CANARY, host())));
    failing.add(
        millhand("ls", "--redis", address()).environment("REDIS_PASSWORD", CANARY + "-wrong"));
    failing.add(
        millhand("ls")
            .environment("REDIS_URL", "rediss://:%s@%s".formatted(CANARY, host()))
            .args("--command-timeout", "1s"));
    var nodes = "127.0.0.1:1,127.0.0.1:2";
    failing.add(
        millhand("ls")
            .environment("REDIS_URL", "redis-sentinel://:%s@%s/shop".formatted(CANARY, nodes))
            .environment("REDIS_SENTINEL_PASSWORD", CANARY));
    failing.add(
        millhand("ls").environment("REDIS_URL", "redis-cluster://:%s@%s".formatted(CANARY, nodes)));
    for (var each : failing) {
      try (var process = each.start()) {
        assertThat(process.awaitExit(SOON)).isIn(ExitCode.USAGE, ExitCode.REDIS);
        assertThat(said(process)).isNotEmpty();
        assertSaysNothing(process);
      }
    }
  }

  private static String host() {
    return "127.0.0.1:" + redis.port();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:%s@h",
        "u:%s@h",
        "redis://u:%s@my_redis:6379",
        "rediss-sentinel://u:%s@h:1,i:2/shop",
        "redis-cluster://:%s@h:1,i:2"
      })
  void an_address_with_a_password_on_the_command_line_is_refused_and_not_repeated(String form) {
    try (var process = millhand("ls", "--redis", form.formatted(CANARY)).start()) {
      assertThat(process.awaitExit(SOON)).isEqualTo(ExitCode.USAGE);
      assertThat(process.errorLines())
          .anyMatch(
              line -> line.contains("give it by REDIS_URL, REDIS_PASSWORD or --password-file"));
      assertSaysNothing(process);
    }
  }
}
