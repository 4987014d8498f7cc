// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static io.millhand.cli.keda.Caller.orders;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.autoscale.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KedaPushTest {

  private Signals signals;
  private KedaServer server;
  private Caller keda;

  @BeforeEach
  void start() {
    signals = Sample.board();
    server = Sample.server(signals);
    keda = new Caller(server.address());
  }

  @AfterEach
  void close() {
    keda.close();
    server.close();
  }

  private void restart(Duration keepAlive) {
    close();
    server = Sample.server(signals, keepAlive);
    keda = new Caller(server.address());
  }

  private void awaitPushes(int count) {
    await().atMost(Duration.ofSeconds(10)).until(() -> server.pushes() == count);
  }

  @Test
  void the_state_is_pushed_when_it_is_asked_for_and_within_a_second_of_each_change()
      throws InterruptedException {
    Sample.publish(signals, Sample.idle());
    var stream = keda.stream(orders());
    assertThat(stream.next()).isFalse();

    var slowest = 0L;
    for (int i = 0; i < 20; i++) {
      var begun = System.nanoTime();
      Sample.publish(signals, i % 2 == 0 ? Sample.needs(1) : Sample.idle());
      assertThat(stream.next()).isEqualTo(i % 2 == 0);
      slowest = Math.max(slowest, System.nanoTime() - begun);
    }
    System.out.printf("the slowest of 20 pushes took %.1f ms%n", slowest / 1e6);
    assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void what_does_not_change_is_not_pushed_again() throws InterruptedException {
    var stream = keda.stream(orders());
    awaitPushes(1);
    for (int i = 0; i < 50; i++) {
      Sample.publish(signals, Sample.needs(i));
    }
    assertThat(stream.next()).isTrue();
    Sample.publish(signals, Sample.idle());
    assertThat(stream.next()).isFalse();
    assertThat(stream.waiting()).isZero();
  }

  @Test
  void nothing_is_pushed_while_it_is_unknown() throws InterruptedException {
    restart(Duration.ofMillis(5));
    var stream = keda.stream(orders());
    awaitPushes(1);
    signals.fail("Redis is away");
    signals.publish(List.of());
    // Both ticks and changes have been looked at by the time that another group's stream is told.
    var other = keda.stream(orders("group", "billing"));
    awaitPushes(2);
    signals.publish(List.of(Sample.billing()));
    for (int i = 0; i < 10; i++) {
      assertThat(other.next()).isTrue();
    }
    assertThat(stream.waiting()).isZero();

    Sample.publish(signals, Sample.unsure(true));
    assertThat(stream.next()).isTrue();
  }

  @Test
  void a_state_that_stays_is_told_again_and_again() throws InterruptedException {
    restart(Duration.ofMillis(50));
    Sample.publish(signals, Sample.needs(1));
    var stream = keda.stream(orders());
    for (int i = 0; i < 5; i++) {
      assertThat(stream.next()).isTrue();
    }
  }

  @Test
  void a_stream_that_is_cancelled_leaves_nothing_behind() throws InterruptedException {
    Sample.publish(signals, Sample.needs(1));
    var streams = new ArrayList<Caller.Stream>();
    for (int i = 0; i < 50; i++) {
      streams.add(keda.stream(orders()));
    }
    for (var stream : streams) {
      assertThat(stream.next()).isTrue();
    }
    assertThat(server.pushes()).isEqualTo(50);

    streams.forEach(Caller.Stream::cancel);
    awaitPushes(0);
    Sample.publish(signals, Sample.idle());
    assertThat(keda.isActive(orders())).isFalse();
    assertThat(streams).allMatch(stream -> stream.waiting() == 0);
  }

  @Test
  void a_connection_that_is_gone_leaves_nothing_behind() throws InterruptedException {
    Sample.publish(signals, Sample.needs(1));
    assertThat(keda.stream(orders()).next()).isTrue();

    keda.close();
    awaitPushes(0);
  }

  @Test
  void a_server_that_closes_ends_its_streams_as_done_and_listens_no_longer() throws Exception {
    Sample.publish(signals, Sample.needs(1));
    var streams = IntStream.range(0, 20).mapToObj(i -> keda.stream(orders())).toList();
    for (var stream : streams) {
      assertThat(stream.next()).isTrue();
    }

    var begun = System.nanoTime();
    server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    for (var stream : streams) {
      assertThat(stream.end()).isEqualTo("completed");
    }
    assertThat(server.pushes()).isZero();
    Sample.publish(signals, Sample.idle());
    assertThat(streams).allMatch(stream -> stream.waiting() == 0);
  }

  @Test
  void two_hundred_streams_of_one_connection_are_told_at_once() throws InterruptedException {
    Sample.publish(signals, Sample.idle());
    var streams = IntStream.range(0, 200).mapToObj(i -> keda.stream(orders())).toList();
    for (var stream : streams) {
      assertThat(stream.next()).isFalse();
    }

    var begun = System.nanoTime();
    Sample.publish(signals, Sample.needs(1));
    for (var stream : streams) {
      assertThat(stream.next()).isTrue();
    }
    var took = Duration.ofNanos(System.nanoTime() - begun);
    System.out.printf("200 streams were told in %d ms%n", took.toMillis());
    assertThat(took).isLessThan(Duration.ofSeconds(1));
    assertThat(keda.isActive(orders())).isTrue();
  }

  @Test
  void a_stream_of_a_trigger_that_cannot_work_is_refused() throws Exception {
    assertThat(keda.stream(orders("metric", "nonsense")).end()).contains("INVALID_ARGUMENT");
    assertThat(server.pushes()).isZero();
  }

  /** As the real one was seen to call. */
  @Test
  void the_calls_of_a_real_keda_are_answered_in_their_order() throws InterruptedException {
    Sample.publish(signals, Sample.idle());
    for (int i = 0; i < 3; i++) {
      assertThat(keda.spec(orders()).getTargetSizeFloat()).isEqualTo(1);
    }
    var stream = keda.stream(orders());
    assertThat(stream.next()).isFalse();
    assertThat(keda.isActive(orders())).isFalse();

    Sample.publish(signals, Sample.needs(5));
    assertThat(stream.next()).isTrue();
    for (int i = 0; i < 3; i++) {
      var name = keda.spec(orders()).getMetricName();
      assertThat(keda.metrics(orders(), name).getMetricValues(0).getMetricValueFloat())
          .isEqualTo(5.0);
      assertThat(keda.isActive(orders())).isTrue();
    }

    Sample.publish(signals, Sample.idle());
    assertThat(stream.next()).isFalse();
    assertThat(
            keda.metrics(orders(), "millhand-required-workers").getMetricValues(0).getMetricValue())
        .isZero();
    assertThat(keda.isActive(orders())).isFalse();
  }
}
