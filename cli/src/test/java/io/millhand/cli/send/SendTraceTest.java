// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@WithRedis
class SendTraceTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final String OTHER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

  private static ChildProcess.Builder send(EmbeddedRedis redis, String... args) {
    return ChildProcess.java(Main.class)
        .args("send", "--redis", redis.url(), "orders", "n=1")
        .args(args);
  }

  private static String entry(EmbeddedRedis redis) {
    return String.valueOf(redis.command("XREVRANGE", "orders", "+", "-", "COUNT", "1"));
  }

  @Test
  void the_flag_wins_over_the_environment(EmbeddedRedis redis) {
    try (var send =
        send(redis, "--traceparent", PARENT, "--tracestate", "a=1")
            .environment("TRACEPARENT", OTHER)
            .environment("TRACESTATE", "b=2")
            .start()) {
      assertThat(send.awaitExit(SOON)).isZero();
      assertThat(entry(redis)).endsWith("[n, 1, traceparent, " + PARENT + ", tracestate, a=1]]]");
    }
  }

  @Test
  void without_the_flag_it_is_the_environments(EmbeddedRedis redis) {
    try (var send = send(redis).environment("TRACEPARENT", OTHER).start()) {
      assertThat(send.awaitExit(SOON)).isZero();
      assertThat(entry(redis)).endsWith("[n, 1, traceparent, " + OTHER + "]]]");
    }
  }

  @Test
  void a_variable_that_cannot_be_read_is_passed_over_and_said(EmbeddedRedis redis) {
    try (var send = send(redis).environment("TRACEPARENT", "rub\u001b[31mbish").start()) {
      assertThat(send.awaitExit(SOON)).isZero();
      assertThat(entry(redis)).endsWith("[n, 1]]]");
      assertThat(send.errorLines())
          .anyMatch(line -> line.contains("TRACEPARENT or TRACESTATE is passed over"))
          .noneMatch(line -> line.contains("rub"));
    }
  }

  @Test
  void a_flag_that_cannot_be_read_sends_nothing(EmbeddedRedis redis) {
    for (var words : new String[][] {{"--traceparent", "rubbish"}, {"--tracestate", "a=1"}}) {
      try (var send = send(redis, words).start()) {
        assertThat(send.awaitExit(SOON)).isEqualTo(2);
      }
    }
    assertThat(redis.command("EXISTS", "orders")).isEqualTo(0L);
  }
}
