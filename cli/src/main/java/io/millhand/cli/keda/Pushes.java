// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.grpc.stub.ServerCallStreamObserver;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.keda.proto.IsActiveResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * All that is pushed now. Threads: whoever publishes signals only starts another thread, which
 * wakes each {@link Push}. Owns: the set of pushes, the one listener to signals, the clock's tick.
 */
final class Pushes implements AutoCloseable {

  private static final int MOST = 10_000;

  private final Signals signals;
  private final Executor threads;
  private final Set<Push> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean waking = new AtomicBoolean();
  private final Signals.Listening listening;
  private final ScheduledFuture<?> tick;
  private volatile boolean closing;

  /**
   * Pushes nothing yet.
   *
   * @param keepAlive how often a state is told that has not changed
   * @param threads where pushes work
   * @param clock what counts the time; not closed here
   */
  Pushes(Signals signals, Duration keepAlive, Executor threads, ScheduledExecutorService clock) {
    this.signals = signals;
    this.threads = threads;
    listening = signals.listen(this::changed);
    tick =
        clock.scheduleAtFixedRate(
            () -> open.forEach(Push::repeat),
            keepAlive.toNanos(),
            keepAlive.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /**
   * Pushes whether that trigger's group has work, from now on until the other side cancels.
   *
   * @throws io.grpc.StatusRuntimeException when there are too many already
   */
  void open(Trigger trigger, ServerCallStreamObserver<IsActiveResponse> out) {
    if (open.size() >= MOST) {
      throw Refusals.tooMany("%d streams are open, and no more may be".formatted(MOST));
    }
    var push = new Push(out, () -> activity(trigger), threads, open::remove);
    open.add(push);
    push.begin();
    if (closing) {
      push.end();
    }
  }

  /** How many there are. */
  int size() {
    return open.size();
  }

  private void changed() {
    if (!waking.getAndSet(true)) {
      threads.execute(
          () -> {
            waking.set(false);
            open.forEach(Push::wake);
          });
    }
  }

  private Optional<Boolean> activity(Trigger trigger) {
    try {
      return signals.of(trigger.stream(), trigger.group()).map(Signal::hasWork);
    } catch (NoSignalException e) {
      return Optional.empty();
    }
  }

  /** Ends them all, as done: KEDA then opens them again soon, at whoever is there. */
  @Override
  public void close() {
    closing = true;
    listening.close();
    tick.cancel(false);
    open.forEach(Push::end);
  }
}
