// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.millhand.cli.keda.proto.IsActiveResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PushTest {

  private final Reader reader = new Reader();
  private final List<Push> gone = new ArrayList<>();
  private Optional<Boolean> state = Optional.of(false);
  private final Push push = new Push(reader, () -> state, Runnable::run, gone::add);

  @Test
  void one_that_does_not_read_gets_only_the_newest_state_when_it_does() {
    reader.ready = false;
    push.begin();
    for (int i = 0; i < 10_001; i++) {
      state = Optional.of(i % 2 == 0);
      push.wake();
      push.repeat();
    }
    assertThat(reader.told).isEmpty();

    reader.ready = true;
    reader.onReady.run();
    assertThat(reader.told).containsExactly("true");
  }

  @Test
  void one_that_does_not_read_is_ended_all_the_same() {
    reader.ready = false;
    push.begin();
    push.end();
    push.end();
    push.repeat();

    assertThat(reader.told).containsExactly("end");
    assertThat(gone).containsExactly(push);
  }

  @Test
  void one_that_cannot_be_told_is_given_up_and_not_told_again() {
    reader.failing = true;
    push.begin();
    reader.failing = false;
    state = Optional.of(true);
    push.wake();

    assertThat(reader.told).containsExactly("INTERNAL");
    assertThat(gone).containsExactly(push);
  }

  @Test
  void after_a_cancel_nothing_is_said() {
    push.begin();
    reader.cancelled = true;
    reader.onCancel.run();
    state = Optional.of(true);
    push.repeat();
    push.end();

    assertThat(reader.told).containsExactly("false");
    assertThat(gone).containsExactly(push);
  }

  /** gRPC's end of a call, whose reader is as quick as the test wants. */
  private static final class Reader extends ServerCallStreamObserver<IsActiveResponse> {
    private final List<String> told = new ArrayList<>();
    private boolean ready = true;
    private boolean cancelled;
    private boolean failing;
    private Runnable onReady = () -> {};
    private Runnable onCancel = () -> {};

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      onReady = handler;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void onNext(IsActiveResponse response) {
      if (failing) {
        throw new IllegalStateException("the test wants it so");
      }
      told.add("" + response.getResult());
    }

    @Override
    public void onError(Throwable error) {
      told.add(Status.fromThrowable(error).getCode().name());
    }

    @Override
    public void onCompleted() {
      told.add("end");
    }

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void setCompression(String compression) {}
  }
}
