// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.EmbeddedRedisException;
import io.millhand.testkit.WithRedis;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs every example against a real Redis, and reads what it prints. */
@WithRedis
@Timeout(60)
class ExamplesTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream stdout = System.out;

  @BeforeEach
  void listen() {
    System.setOut(new PrintStream(printed, true, UTF_8));
  }

  @AfterEach
  void mute() {
    System.setOut(stdout);
  }

  private String output() {
    return printed.toString(UTF_8);
  }

  @Test
  void the_first_example_charges_its_order_and_drains_when_it_is_told_to_stop() throws Exception {
    try (var redis = onTheUsualPort()) {
      var main = start(() -> FirstExample.main(new String[0]));
      await().atMost(ofSeconds(20)).until(() -> output().contains("order 123: charged 99.99"));
      main.interrupt();
      main.join();
      assertThat(redis.command("EXISTS", "{orders}:processing:workers")).isEqualTo(0L);
    }
  }

  /** The README's address stands in the example; another's server there is left alone. */
  private static EmbeddedRedis onTheUsualPort() {
    try {
      return EmbeddedRedis.builder().port(6379).start();
    } catch (EmbeddedRedisException e) {
      return abort("port 6379 is taken: " + e.getMessage());
    }
  }

  @Test
  void a_codec_makes_orders_of_entries(EmbeddedRedis redis) throws Exception {
    CodecExample.main(args(redis));
    assertThat(output()).contains("order 123: charged 99.99", "not an order: cannot be decoded");
  }

  @Test
  void a_decider_settles_each_entry_differently(EmbeddedRedis redis) throws Exception {
    DecideExample.main(args(redis));
    assertThat(output().lines())
        .containsExactlyInAnyOrder(
            "paid, attempt 1",
            "busy, attempt 1",
            "busy, attempt 2",
            "unpaid, attempt 1",
            "unpaid, attempt 1",
            "cancelled, attempt 1");
  }

  @Test
  void a_batch_is_archived_but_for_one_order(EmbeddedRedis redis) throws Exception {
    BatchExample.main(args(redis));
    assertThat(output()).contains("archived ");
    assertThat(redis.command("XLEN", "{orders}:archive:dead")).isEqualTo(1L);
  }

  @Test
  void a_retry_policy_tries_some_errors_again(EmbeddedRedis redis) throws Exception {
    RetryPolicyExample.main(args(redis));
    assertThat(output())
        .contains(
            "attempt 2 failed, the next follows",
            "charged at attempt 3",
            "given up: the error is fatal by the retry policy");
  }

  @Test
  void dead_letters_are_put_back(EmbeddedRedis redis) throws Exception {
    DeadLettersExample.main(args(redis));
    assertThat(output())
        .contains(
            "failed 1 of 1 attempts, the card was refused",
            "put back: 1",
            "charged at last, attempt 1",
            "purged: 0");
  }

  @Test
  void a_listener_counts(EmbeddedRedis redis) throws Exception {
    ListenerExample.main(args(redis));
    assertThat(output()).contains("is RUNNING", "charged 123", "is STOPPED", "acked: 1");
  }

  @Test
  void metrics_tell_of_permits_and_of_the_drain(EmbeddedRedis redis) throws Exception {
    MetricsExample.main(args(redis));
    assertThat(output()).contains("permits: 1024.0", "drained in ");
  }

  @Test
  void an_inspector_sees_what_waits(EmbeddedRedis redis) {
    InspectorExample.main(args(redis));
    assertThat(output()).contains("orders/reports: 2 waiting, 0 pending, 0 deferred, 0 dead");
  }

  @Test
  void an_operator_repairs_and_it_is_recorded(EmbeddedRedis redis) {
    OperatorExample.main(args(redis));
    assertThat(output())
        .contains(
            "1 moved",
            "1 would be skipped",
            "0 would go, reports holds the rest",
            "move by ",
            "group set-id by ")
        .doesNotContain("trim by");
  }

  @Test
  void a_producer_sends_one_many_and_without_waiting(EmbeddedRedis redis) {
    ProducerExample.main(args(redis));
    assertThat(output())
        .contains("sent as ", "sent 1000 at once", "sent 1000 without waiting", "refused");
    assertThat(redis.command("XLEN", "orders")).isEqualTo(2002L);
  }

  @Test
  void a_worker_pauses_goes_on_and_drains(EmbeddedRedis redis) throws Exception {
    LifecycleExample.main(args(redis));
    assertThat(output()).contains("paused: PAUSED", "healthy: true", "clean: true");
  }

  @Test
  void a_connection_tells_the_servers_version(EmbeddedRedis redis) {
    ConnectionExample.main(args(redis));
    assertThat(output()).contains("connected to ").contains(redis.version());
  }

  @Test
  void what_a_client_of_another_kind_left_is_taken_over(EmbeddedRedis redis) throws Exception {
    redis.command("XGROUP", "CREATE", "orders", "processing", "0", "MKSTREAM");
    redis.command("XADD", "orders", "*", "order_id", "123");
    redis.command(
        "XREADGROUP", "GROUP", "processing", "script-1", "COUNT", "1", "STREAMS", "orders", ">");
    var main = start(() -> SharedGroupExample.main(args(redis)));
    await().atMost(ofSeconds(20)).until(() -> output().contains("123 came RECLAIMED"));
    main.interrupt();
    main.join();
  }

  private static String[] args(EmbeddedRedis redis) {
    return new String[] {redis.url()};
  }

  /** Something that runs until it is interrupted. */
  @FunctionalInterface
  private interface Program {
    void run() throws InterruptedException;
  }

  private static Thread start(Program program) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                program.run();
              } catch (InterruptedException e) {
                // Told to stop; whatever it opened is closed.
              }
            });
  }
}
