// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.keda.proto.ExternalScalerGrpc.ExternalScalerImplBase;
import io.millhand.cli.keda.proto.GetMetricSpecResponse;
import io.millhand.cli.keda.proto.GetMetricsRequest;
import io.millhand.cli.keda.proto.GetMetricsResponse;
import io.millhand.cli.keda.proto.IsActiveResponse;
import io.millhand.cli.keda.proto.MetricSpec;
import io.millhand.cli.keda.proto.MetricValue;
import io.millhand.cli.keda.proto.ScaledObjectRef;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * KEDA's questions. What is not known is an error, never false or 0: on an error KEDA leaves the
 * workers as they are, on false it takes them all.
 */
final class ScalerService extends ExternalScalerImplBase {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private final Signals signals;
  private final Pushes pushes;

  ScalerService(Signals signals, Pushes pushes) {
    this.signals = signals;
    this.pushes = pushes;
  }

  /** Whether the group has work. How many workers that needs may be unknown. */
  @Override
  public void isActive(ScaledObjectRef asked, StreamObserver<IsActiveResponse> out) {
    answer(out, () -> active(signal(Trigger.of(asked)).hasWork()));
  }

  static IsActiveResponse active(boolean hasWork) {
    return IsActiveResponse.newBuilder().setResult(hasWork).build();
  }

  @Override
  public void streamIsActive(ScaledObjectRef asked, StreamObserver<IsActiveResponse> out) {
    try {
      pushes.open(Trigger.of(asked), (ServerCallStreamObserver<IsActiveResponse>) out);
    } catch (StatusRuntimeException e) {
      refuse(out, e);
    }
  }

  /** Needs no Redis: KEDA must be able to build its HorizontalPodAutoscaler at any time. */
  @Override
  public void getMetricSpec(ScaledObjectRef asked, StreamObserver<GetMetricSpecResponse> out) {
    answer(
        out,
        () -> {
          var trigger = Trigger.of(asked);
          var spec =
              MetricSpec.newBuilder()
                  .setMetricName(trigger.metric().metricName())
                  .setTargetSize((long) Math.ceil(trigger.target()))
                  .setTargetSizeFloat(trigger.target());
          return GetMetricSpecResponse.newBuilder().addMetricSpecs(spec).build();
        });
  }

  @Override
  public void getMetrics(GetMetricsRequest asked, StreamObserver<GetMetricsResponse> out) {
    answer(
        out,
        () -> {
          var trigger = Trigger.of(asked.getScaledObjectRef());
          checkName(asked.getMetricName(), trigger.metric());
          var value = trigger.metric().of(signal(trigger));
          var shown =
              MetricValue.newBuilder()
                  .setMetricName(trigger.metric().metricName())
                  .setMetricValue((long) Math.ceil(value))
                  .setMetricValueFloat(value);
          return GetMetricsResponse.newBuilder().addMetricValues(shown).build();
        });
  }

  /** A trigger that has just been changed: one metric's value must not meet another's target. */
  private static void checkName(String name, KedaMetric metric) {
    if (!name.isEmpty() && !name.equals(metric.metricName())) {
      throw Refusals.invalid(
          "metric %s is asked for, but the trigger says %s: ask GetMetricSpec again"
              .formatted(Refusals.quoted(name), metric.metricName()));
    }
  }

  private Signal signal(Trigger trigger) {
    return signals
        .of(trigger.stream(), trigger.group())
        .orElseThrow(
            () ->
                new NoSignalException(
                    "%s is not looked at: it does not exist, or --streams and --groups leave it out"
                        .formatted(trigger.named())));
  }

  private static <T> void answer(StreamObserver<T> out, Supplier<T> asked) {
    T answer;
    try {
      answer = asked.get();
    } catch (StatusRuntimeException e) {
      refuse(out, e);
      return;
    } catch (NoSignalException e) {
      refuse(out, Refusals.unknown(String.valueOf(e.getMessage())));
      return;
    } catch (RuntimeException e) {
      log.error("KEDA was not answered", e);
      out.onError(Refusals.failed());
      return;
    }
    out.onNext(answer);
    out.onCompleted();
  }

  /** KEDA logs it, and asks again every few seconds: our log would only repeat it. */
  private static void refuse(StreamObserver<?> out, StatusRuntimeException why) {
    Status status = why.getStatus();
    log.debug("KEDA was refused: {} {}", status.getCode(), status.getDescription());
    out.onError(why);
  }
}
