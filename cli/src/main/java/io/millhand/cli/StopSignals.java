// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first signal that asks to stop, and the second, which ends the process at once.
 *
 * <p>A shutdown hook would not do: it cannot choose the exit code, and never hears of a second
 * signal. The JDK offers signals only in {@code sun.misc} (module jdk.unsupported, kept for this),
 * whose use javac always warns of, hence by name.
 */
public final class StopSignals {

  /** What is listened to. */
  public enum Stop {
    HUP(1),
    INT(2),
    TERM(15);

    /** The same on all systems. */
    public final int number;

    Stop(int number) {
      this.number = number;
    }
  }

  /**
   * Two signals that come closer together are one: {@code timeout} sends its signal to the process
   * and to its group, and so twice.
   */
  private static final long APART_NANOS = 500_000_000;

  private @Nullable Long firstAt; // guarded by this
  private final Consumer<Stop> first;
  private final Consumer<Stop> second;

  private StopSignals(Consumer<Stop> first, Consumer<Stop> second) {
    this.first = first;
    this.second = second;
  }

  /**
   * Hears them from now on, for as long as the process lives; in a thread of the JVM's own.
   *
   * @param first is told of the first one
   * @param second what is to be done quickly when the second one comes, before the process ends
   */
  public static void listen(Consumer<Stop> first, Consumer<Stop> second) {
    var signals = new StopSignals(first, second);
    for (var stop : Stop.values()) {
      handle(stop, () -> signals.came(stop));
    }
  }

  private void came(Stop stop) {
    switch (place()) {
      case FIRST -> first.accept(stop);
      case SECOND -> {
        try {
          second.accept(stop);
        } finally {
          Runtime.getRuntime().halt(ExitCode.SIGNAL + stop.number);
        }
      }
      case ECHO -> {
        // the first one once more
      }
    }
  }

  private enum Place {
    FIRST,
    ECHO,
    SECOND
  }

  private synchronized Place place() {
    if (firstAt == null) {
      firstAt = System.nanoTime();
      return Place.FIRST;
    }
    return System.nanoTime() - firstAt < APART_NANOS ? Place.ECHO : Place.SECOND;
  }

  private static void handle(Stop stop, Runnable action) {
    try {
      var signal = Class.forName("sun.misc.Signal");
      var handler = Class.forName("sun.misc.SignalHandler");
      var ours =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, args) -> {
                if (method.getDeclaringClass() == Object.class) {
                  return method.invoke(action, args);
                }
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(stop.name()), ours);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK offers no signals (module jdk.unsupported)", e);
    }
  }
}
