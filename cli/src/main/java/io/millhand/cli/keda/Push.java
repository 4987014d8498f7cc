// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.grpc.stub.ServerCallStreamObserver;
import io.millhand.cli.keda.proto.IsActiveResponse;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One StreamIsActive. Threads: anybody wakes it, one thread at a time looks and sends. Owns: what
 * was sent last. Promise: the other side has the newest state that it took the time to read, and
 * nothing piles up here for one that reads slowly. Failure: while the state is unknown it is
 * silent.
 */
final class Push {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private final ServerCallStreamObserver<IsActiveResponse> out;
  private final Supplier<Optional<Boolean>> activity;
  private final Executor threads;
  private final Consumer<Push> gone;

  /** Calls of {@link #wake} that no look has answered yet. */
  private final AtomicInteger calls = new AtomicInteger();

  private volatile boolean repeating;
  private volatile boolean ending;

  // of the thread that looks
  private Optional<Boolean> sent = Optional.empty();
  private boolean ended;

  /**
   * To be begun.
   *
   * @param out where to
   * @param activity whether there is work, where that is known
   * @param threads where to look and send
   * @param gone told once nothing more will be sent
   */
  Push(
      ServerCallStreamObserver<IsActiveResponse> out,
      Supplier<Optional<Boolean>> activity,
      Executor threads,
      Consumer<Push> gone) {
    this.out = out;
    this.activity = activity;
    this.threads = threads;
    this.gone = gone;
  }

  /** To be called from the call's own thread. */
  void begin() {
    out.setOnCancelHandler(() -> gone.accept(this));
    out.setOnReadyHandler(this::wake);
    wake();
  }

  /** Looks soon, and sends what has changed. */
  void wake() {
    if (calls.getAndIncrement() == 0) {
      threads.execute(this::work);
    }
  }

  /** Sends soon, changed or not. */
  void repeat() {
    repeating = true;
    wake();
  }

  /** Ends soon, as done. */
  void end() {
    ending = true;
    wake();
  }

  private void work() {
    int answered;
    do {
      answered = calls.get();
      try {
        look();
      } catch (RuntimeException e) {
        fail(e);
      }
    } while (calls.addAndGet(-answered) != 0);
  }

  private void look() {
    if (ended || out.isCancelled()) {
      return;
    }
    if (ending) {
      ended = true;
      gone.accept(this);
      out.onCompleted();
    } else if (out.isReady()) {
      activity.get().ifPresent(this::tell);
    }
  }

  private void tell(boolean hasWork) {
    var now = Optional.of(hasWork);
    if (repeating || !now.equals(sent)) {
      repeating = false;
      sent = now;
      out.onNext(ScalerService.active(hasWork));
    }
  }

  private void fail(RuntimeException e) {
    ended = true;
    gone.accept(this);
    if (!out.isCancelled()) {
      log.error("KEDA cannot be told more", e);
      out.onError(Refusals.failed());
    }
  }
}
