// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import io.millhand.Millhand;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Handler;
import io.millhand.delivery.TraceContext;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * One trace from whoever sends an entry to whoever handles it, with OpenTelemetry. Millhand carries
 * the context; the spans are made here.
 */
public final class TracingExample {

  private TracingExample() {}

  /** How OpenTelemetry reads a context of ours. */
  private static String header(TraceContext trace, String name) {
    return switch (name) {
      case TraceContext.TRACEPARENT -> trace.traceparent();
      case TraceContext.TRACESTATE -> trace.tracestate().orElse(null);
      default -> null;
    };
  }

  /** The context of the span that is current now: for {@code producerBuilder(...).trace(...)}. */
  static Optional<TraceContext> current(OpenTelemetry telemetry) {
    var headers = new HashMap<String, String>();
    telemetry
        .getPropagators()
        .getTextMapPropagator()
        .inject(Context.current(), headers, (map, name, value) -> map.put(name, value));
    return Optional.ofNullable(headers.get(TraceContext.TRACEPARENT))
        .map(
            parent ->
                new TraceContext(
                    parent, Optional.ofNullable(headers.get(TraceContext.TRACESTATE))));
  }

  /** The same handler in a span, which is a child of the one that sent the entry. */
  static Handler<Entry> traced(OpenTelemetry telemetry, Handler<Entry> handler) {
    var tracer = telemetry.getTracer("io.millhand.examples");
    return delivery -> {
      var span =
          tracer
              .spanBuilder("process " + delivery.source().stream())
              .setParent(parent(telemetry, delivery))
              .setSpanKind(SpanKind.CONSUMER)
              .setAttribute("messaging.system", "redis")
              .setAttribute("messaging.destination.name", delivery.source().stream())
              .setAttribute("messaging.consumer.group.name", delivery.source().group())
              .setAttribute("messaging.message.id", delivery.id().toString())
              .startSpan();
      try {
        inSpan(span, () -> handler.handle(delivery));
      } catch (Exception e) {
        span.recordException(e).setStatus(StatusCode.ERROR);
        throw e;
      } finally {
        span.end();
      }
    };
  }

  /** Something that is done in a span. */
  interface Step {
    void run() throws Exception;
  }

  static void inSpan(Span span, Step step) throws Exception {
    Context.current()
        .with(span)
        .wrap(
            () -> {
              step.run();
              return span;
            })
        .call();
  }

  private static Context parent(OpenTelemetry telemetry, Delivery<Entry> delivery) {
    return delivery
        .trace()
        .map(
            trace ->
                telemetry
                    .getPropagators()
                    .getTextMapPropagator()
                    .extract(Context.root(), trace, TracingExample::header))
        .orElseGet(Context::root);
  }

  public static void main(String[] args) throws Exception {
    run(Example.url(args), GlobalOpenTelemetry.get());
  }

  static void run(String url, OpenTelemetry telemetry) throws Exception {
    var handled = new CountDownLatch(1);
    try (var millhand = Millhand.connect(url);
        var producer = millhand.producerBuilder("orders").trace(() -> current(telemetry)).build()) {
      millhand
          .worker("orders", "tracing")
          .onEach(
              traced(
                  telemetry,
                  delivery -> {
                    System.out.println("handled in " + current(telemetry));
                    handled.countDown();
                  }))
          .start();
      var span =
          telemetry
              .getTracer("io.millhand.examples")
              .spanBuilder("send orders")
              .setSpanKind(SpanKind.PRODUCER)
              .startSpan();
      try {
        inSpan(span, () -> producer.send(Map.of("order_id", "123")));
      } finally {
        span.end();
      }
      handled.await();
    }
  }
}
