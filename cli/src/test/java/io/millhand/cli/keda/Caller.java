// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.millhand.cli.keda.proto.ExternalScalerGrpc;
import io.millhand.cli.keda.proto.ExternalScalerGrpc.ExternalScalerBlockingStub;
import io.millhand.cli.keda.proto.GetMetricsRequest;
import io.millhand.cli.keda.proto.GetMetricsResponse;
import io.millhand.cli.keda.proto.IsActiveResponse;
import io.millhand.cli.keda.proto.MetricSpec;
import io.millhand.cli.keda.proto.ScaledObjectRef;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Asks as KEDA does, over one connection. */
final class Caller implements AutoCloseable {

  private final ManagedChannel channel;

  Caller(InetSocketAddress address) {
    this(address, InsecureChannelCredentials.create());
  }

  Caller(InetSocketAddress address, ChannelCredentials credentials) {
    channel = NettyChannelBuilder.forAddress("localhost", address.getPort(), credentials).build();
  }

  /** The trigger of stream "orders" and group "processing", with more metadata in pairs. */
  static ScaledObjectRef orders(String... more) {
    var metadata = new TreeMap<>(Map.of("stream", "orders", "group", "processing"));
    metadata.put("scalerAddress", "millhand-serve:9122");
    for (int i = 0; i < more.length; i += 2) {
      metadata.put(more[i], more[i + 1]);
    }
    return trigger(metadata);
  }

  static ScaledObjectRef trigger(Map<String, String> metadata) {
    return ScaledObjectRef.newBuilder()
        .setName("order-processor")
        .setNamespace("streams")
        .putAllScalerMetadata(metadata)
        .build();
  }

  private ExternalScalerBlockingStub soon() {
    return ExternalScalerGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  boolean isActive(ScaledObjectRef trigger) {
    return soon().isActive(trigger).getResult();
  }

  MetricSpec spec(ScaledObjectRef trigger) {
    var specs = soon().getMetricSpec(trigger).getMetricSpecsList();
    if (specs.size() != 1) {
      throw new AssertionError(specs);
    }
    return specs.getFirst();
  }

  GetMetricsResponse metrics(ScaledObjectRef trigger, String name) {
    var request =
        GetMetricsRequest.newBuilder().setScaledObjectRef(trigger).setMetricName(name).build();
    return soon().getMetrics(request);
  }

  /** Calls what newer releases have, and this does not; the status' code. */
  String unknownMethod(ScaledObjectRef trigger) {
    var method =
        ExternalScalerGrpc.getIsActiveMethod().toBuilder()
            .setFullMethodName("externalscaler.ExternalScaler/StreamMetricSpec")
            .build();
    var soon = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
    try {
      ClientCalls.blockingUnaryCall(channel, method, soon, trigger);
      return "OK";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    }
  }

  Stream stream(ScaledObjectRef trigger) {
    var stream = new Stream();
    ExternalScalerGrpc.newStub(channel).streamIsActive(trigger, stream);
    return stream;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** What is pushed. */
  static final class Stream implements ClientResponseObserver<ScaledObjectRef, IsActiveResponse> {
    private final BlockingQueue<Boolean> states = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private volatile ClientCallStreamObserver<ScaledObjectRef> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<ScaledObjectRef> started) {
      call = started;
    }

    @Override
    public void onNext(IsActiveResponse response) {
      states.add(response.getResult());
    }

    @Override
    public void onError(Throwable error) {
      end.complete(error.toString());
    }

    @Override
    public void onCompleted() {
      end.complete("completed");
    }

    /** The next state, or null where none comes in 10 seconds. */
    Boolean next() throws InterruptedException {
      return states.poll(10, TimeUnit.SECONDS);
    }

    /** How many states have come and were not taken. */
    int waiting() {
      return states.size();
    }

    /** How it ended. */
    String end() throws Exception {
      return end.get(10, TimeUnit.SECONDS);
    }

    void cancel() {
      call.cancel("enough", null);
    }
  }
}
