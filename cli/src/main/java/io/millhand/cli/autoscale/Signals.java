// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The board on which the last signals stand, for those who ask and for those who want to be told.
 * One loop writes, any thread may read. An old signal is no signal.
 */
public final class Signals {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private final Duration freshFor;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Board board;

  private record Board(List<Signal> signals, Optional<String> failure, long at) {}

  /**
   * Nothing is known yet.
   *
   * @param freshFor how long a signal holds
   */
  public Signals(Duration freshFor) {
    this.freshFor = freshFor;
  }

  /** These hold from now on; those that listen are told. */
  public void publish(List<Signal> signals) {
    put(new Board(List.copyOf(signals), Optional.empty(), System.nanoTime()));
  }

  /** Nothing is known from now on, for that reason; those that listen are told. */
  public void fail(String why) {
    put(new Board(List.of(), Optional.of(why), System.nanoTime()));
  }

  private void put(Board next) {
    board = next;
    for (var listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        log.error("a listener to signals failed", e);
      }
    }
  }

  /**
   * The signals of all groups.
   *
   * @throws NoSignalException when they are not known: Redis is away, or nobody has looked lately
   */
  public List<Signal> all() {
    var last = board;
    if (last == null) {
      throw unknown("groups have not been looked at yet");
    }
    if (last.failure().isPresent()) {
      throw new NoSignalException(last.failure().get());
    }
    var age = Duration.ofNanos(System.nanoTime() - last.at());
    if (age.compareTo(freshFor) > 0) {
      throw unknown("groups were looked at last %d s ago".formatted(age.toSeconds()));
    }
    return last.signals();
  }

  private static NoSignalException unknown(String why) {
    return new NoSignalException(why + ": ask again in a few seconds");
  }

  /**
   * The signal of one group; empty where no such group is looked at.
   *
   * @throws NoSignalException when signals are not known
   */
  public Optional<Signal> of(String stream, String group) {
    return all().stream()
        .filter(each -> each.stream().equals(stream) && each.group().equals(group))
        .findFirst();
  }

  /** A way to listen no longer. */
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /** Calls that after each change, from the thread that made it: it must be quick. */
  public Listening listen(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
