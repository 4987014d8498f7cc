// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Millhand;
import io.millhand.delivery.RetryPolicy;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With the real OpenTelemetry. */
@WithRedis
@Timeout(60)
class TracingExampleTest {

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final SdkTracerProvider tracers =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
  private final OpenTelemetry telemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(tracers)
          .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
          .build();

  @AfterEach
  void close() {
    tracers.close();
  }

  private SpanData span(SpanKind kind) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == kind)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void the_span_of_the_handler_is_a_child_of_the_one_that_sent(EmbeddedRedis redis)
      throws Exception {
    TracingExample.run(redis.url(), telemetry);

    assertThat(spans.getFinishedSpanItems()).hasSize(2);
    assertThat(span(SpanKind.CONSUMER))
        .returns(span(SpanKind.PRODUCER).getTraceId(), SpanData::getTraceId)
        .returns(span(SpanKind.PRODUCER).getSpanId(), SpanData::getParentSpanId)
        .returns("process orders", SpanData::getName);
  }

  @Test
  void each_attempt_has_a_span_under_the_same_parent(EmbeddedRedis redis) throws Exception {
    var succeeded = new CountDownLatch(1);
    try (var millhand = Millhand.connect(redis.url());
        var producer =
            millhand
                .producerBuilder("orders")
                .trace(() -> TracingExample.current(telemetry))
                .build()) {
      millhand
          .worker("orders", "tracing")
          .retry(RetryPolicy.fixed(Duration.ofMillis(10)))
          .onEach(
              TracingExample.traced(
                  telemetry,
                  delivery -> {
                    if (delivery.attempt() == 1) {
                      throw new IllegalStateException("once more");
                    }
                    succeeded.countDown();
                  }))
          .start();
      var sending = telemetry.getTracer("test").spanBuilder("send").startSpan();
      TracingExample.inSpan(sending, () -> producer.send(Map.of("order_id", "123")));
      sending.end();
      succeeded.await();
    }
    var parent = span(SpanKind.INTERNAL).getSpanId();
    assertThat(spans.getFinishedSpanItems())
        .filteredOn(span -> span.getKind() == SpanKind.CONSUMER)
        .hasSize(2)
        .allSatisfy(span -> assertThat(span.getParentSpanId()).isEqualTo(parent))
        .extracting(span -> span.getStatus().getStatusCode())
        .containsExactly(StatusCode.ERROR, StatusCode.UNSET);
  }

  @Test
  void without_a_context_the_handlers_span_begins_a_trace(EmbeddedRedis redis) throws Exception {
    var handled = new CountDownLatch(1);
    try (var millhand = Millhand.connect(redis.url())) {
      millhand
          .worker("orders", "tracing")
          .onEach(TracingExample.traced(telemetry, delivery -> handled.countDown()))
          .start();
      redis.command("XADD", "orders", "*", "order_id", "1", "traceparent", "rubbish");
      handled.await();
    }
    assertThat(span(SpanKind.CONSUMER).getParentSpanContext().isValid()).isFalse();
  }
}
