// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static io.millhand.cli.keda.Caller.orders;
import static io.millhand.cli.keda.Caller.trigger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.millhand.cli.autoscale.Signals;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KedaAnswersTest {

  private static final String WORKERS = "millhand-required-workers";

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

  private static AbstractStringAssert<?> refused(ThrowingCallable call, Code code) {
    StatusRuntimeException status = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(status).as("refused").isNotNull();
    assertThat(status.getStatus().getCode()).as(status.toString()).isEqualTo(code);
    return assertThat(status.getStatus().getDescription());
  }

  @Test
  void a_spec_is_told_before_anything_is_known_of_redis() {
    var spec = keda.spec(orders());

    assertThat(spec.getMetricName()).isEqualTo(WORKERS);
    assertThat(spec.getTargetSize()).isEqualTo(1);
    assertThat(spec.getTargetSizeFloat()).isEqualTo(1.0);
  }

  @ParameterizedTest
  @CsvSource({
    "lag,100,100,100",
    "backlog,0.5,1,0.5",
    "oldest-age-seconds,2.25,3,2.25",
    "lag,0.001,1,0.001"
  })
  void a_metric_of_the_triggers_choice_has_its_target(
      String metric, String target, long rounded, double exactly) {
    var spec = keda.spec(orders("metric", metric, "target", target));

    assertThat(spec.getMetricName()).isEqualTo("millhand-" + metric);
    assertThat(spec.getTargetSize()).isEqualTo(rounded);
    assertThat(spec.getTargetSizeFloat()).isEqualTo(exactly);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "0.0", "0.0001", "-1", "NaN", "Infinity", "1e3", "0x10", "many", " 5"})
  void a_target_that_would_break_the_autoscaler_is_never_told(String target) {
    refused(() -> keda.spec(orders("metric", "lag", "target", target)), Code.INVALID_ARGUMENT)
        .startsWith("target must be ");
  }

  @Test
  void a_trigger_is_told_what_it_lacks() {
    refused(() -> keda.spec(trigger(Map.of("group", "g"))), Code.INVALID_ARGUMENT)
        .contains("has no 'stream'");
    refused(() -> keda.isActive(trigger(Map.of("stream", "s"))), Code.INVALID_ARGUMENT)
        .contains("has no 'group'");
    refused(() -> keda.isActive(orders("group", "")), Code.INVALID_ARGUMENT)
        .contains("has no 'group'");
    refused(() -> keda.metrics(orders("metric", "lag"), ""), Code.INVALID_ARGUMENT)
        .contains("has no 'target'");
    refused(() -> keda.spec(orders("metric", "pending")), Code.INVALID_ARGUMENT)
        .contains("'pending'", "required-workers, lag, backlog, oldest-age-seconds");
    refused(() -> keda.spec(orders("target", "5")), Code.INVALID_ARGUMENT).contains("leave it out");
  }

  @Test
  void names_may_come_from_the_workers_environment() {
    Sample.publish(signals, Sample.needs(3));

    var trigger =
        trigger(
            Map.of("streamFromEnv", "orders", "groupFromEnv", "processing", "scalerAddress", "x"));
    assertThat(keda.isActive(trigger)).isTrue();
  }

  @Test
  void a_group_with_work_is_active_and_one_without_is_not() {
    Sample.publish(signals, Sample.needs(3));
    assertThat(keda.isActive(orders())).isTrue();

    Sample.publish(signals, Sample.idle());
    assertThat(keda.isActive(orders())).isFalse();
  }

  @Test
  void required_workers_are_told_so_that_no_tolerance_swallows_them() {
    Sample.publish(signals, Sample.needs(3));

    var value = keda.metrics(orders(), WORKERS).getMetricValues(0);
    assertThat(value.getMetricName()).isEqualTo(WORKERS);
    assertThat(value.getMetricValue()).isEqualTo(3);
    assertThat(value.getMetricValueFloat()).isEqualTo(3.0);
  }

  @ParameterizedTest
  @CsvSource({"lag,7,7", "backlog,10,10", "oldest-age-seconds,13,12.5"})
  void a_value_is_told_exactly_and_rounded_up(String metric, long rounded, double exactly) {
    Sample.publish(signals, Sample.needs(3));

    var value =
        keda.metrics(orders("metric", metric, "target", "5"), "millhand-" + metric)
            .getMetricValues(0);
    assertThat(value.getMetricValue()).isEqualTo(rounded);
    assertThat(value.getMetricValueFloat()).isEqualTo(exactly);
  }

  @Test
  void where_nothing_waits_its_age_is_0() {
    Sample.publish(signals, Sample.idle());

    var trigger = orders("metric", "oldest-age-seconds", "target", "5");
    assertThat(keda.metrics(trigger, "").getMetricValues(0).getMetricValueFloat()).isZero();
    assertThat(keda.metrics(orders(), "").getMetricValues(0).getMetricValue()).isZero();
  }

  @Test
  void what_nobody_has_measured_is_unavailable_and_never_0_or_inactive() {
    for (ThrowingCallable each :
        List.<ThrowingCallable>of(
            () -> keda.isActive(orders()), () -> keda.metrics(orders(), WORKERS))) {
      refused(each, Code.UNAVAILABLE).contains("not been looked at yet");
      signals.fail("Redis is away: connection refused");
      refused(each, Code.UNAVAILABLE).isEqualTo("Redis is away: connection refused");
      signals.publish(List.of());
      refused(each, Code.UNAVAILABLE).contains("'orders'", "'processing'", "is not looked at");
      signals = Sample.board();
      restart();
    }
  }

  private void restart() {
    close();
    server = Sample.server(signals);
    keda = new Caller(server.address());
  }

  @Test
  void work_that_is_there_is_active_even_where_nobody_knows_how_many_it_needs() {
    Sample.publish(signals, Sample.unsure(true));

    assertThat(keda.isActive(orders())).isTrue();
    refused(() -> keda.metrics(orders(), WORKERS), Code.UNAVAILABLE)
        .contains("required-workers of stream 'orders'", "one look cannot tell how much comes");
  }

  @Test
  void a_value_that_is_unknown_or_nonsense_is_unavailable() {
    Sample.publish(signals, Sample.immeasurable(OptionalLong.empty(), OptionalDouble.empty()));
    for (var metric : List.of("lag", "backlog", "oldest-age-seconds")) {
      refused(() -> keda.metrics(orders("metric", metric, "target", "5"), ""), Code.UNAVAILABLE)
          .contains(metric + " of stream 'orders', group 'processing' is not known");
    }

    Sample.publish(
        signals, Sample.immeasurable(OptionalLong.of(-1), OptionalDouble.of(Double.NaN)));
    for (var metric : List.of("lag", "oldest-age-seconds")) {
      refused(() -> keda.metrics(orders("metric", metric, "target", "5"), ""), Code.UNAVAILABLE)
          .contains("could not be measured");
    }
  }

  @Test
  void one_metrics_value_never_meets_anothers_target() {
    Sample.publish(signals, Sample.needs(3));

    refused(() -> keda.metrics(orders(), "millhand-lag"), Code.INVALID_ARGUMENT)
        .contains("'millhand-lag'", WORKERS);
  }

  @Test
  void hostile_names_come_back_harmless_and_short() {
    signals.publish(List.of());
    refused(() -> keda.isActive(orders("stream", "a\n\u001b[31mb\u202e\\")), Code.UNAVAILABLE)
        .contains("'a\\n\\x1b[31mb\\u202e\\\\'");
    refused(() -> keda.isActive(orders("stream", "\u001b".repeat(20_000))), Code.UNAVAILABLE)
        .hasSizeLessThan(400);
    refused(() -> keda.spec(orders("metric", "é".repeat(20_000))), Code.INVALID_ARGUMENT)
        .hasSizeLessThan(400);
    signals.fail("\u001b]0;owned\u0007 " + "x".repeat(10_000));
    refused(() -> keda.isActive(orders()), Code.UNAVAILABLE)
        .startsWith("\\x1b]0;owned\\x07 xxx")
        .hasSizeLessThan(700);
  }

  @Test
  void a_request_that_is_too_large_is_refused_and_hurts_nobody() {
    Sample.publish(signals, Sample.needs(3));

    // together more than a connection's window of 1 MiB: all must be given back
    for (int i = 0; i < 40; i++) {
      refused(() -> keda.isActive(orders("note", "x".repeat(70_000))), Code.RESOURCE_EXHAUSTED)
          .isNotEmpty();
    }
    assertThat(keda.isActive(orders())).isTrue();
  }

  @Test
  void a_port_that_is_taken_is_told() {
    var settings = KedaServer.Settings.of(server.address(), Optional.empty());
    assertThatThrownBy(() -> KedaServer.start(settings, signals))
        .hasMessageContainingAll("cannot listen on 127.0.0.1:", "--keda-bind", "--keda-port");
  }
}
