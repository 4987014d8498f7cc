// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.cli.ExitCode;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes of the first SIGINT, SIGTERM or SIGHUP a request to stop, and of the second the end of the
 * process.
 *
 * <p>Not a shutdown hook: that one cannot choose the exit code, and never hears of a second signal.
 * The JDK offers signals only in {@code sun.misc}, whose use javac always warns of, hence by name.
 */
public final class StopSignals {

  private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  /**
   * Two signals that come closer together are one: {@code timeout} sends its signal to the process
   * and to its group, and so twice.
   */
  private static final long APART_NANOS = 500_000_000;

  /** When the first one came; by nanoTime. */
  private final AtomicReference<@Nullable Long> came = new AtomicReference<>();

  private final IntConsumer first;
  private final Runnable last;

  private StopSignals(IntConsumer first, Runnable last) {
    this.first = first;
    this.last = last;
  }

  /**
   * Hears them from now on, for as long as the process lives; in a thread of the JVM's own.
   *
   * @param first is given the number of the first one
   * @param last what is to be done quickly when the second one comes
   */
  public static void listen(IntConsumer first, Runnable last) {
    var signals = new StopSignals(first, last);
    NUMBERS.forEach((name, number) -> handle(name, () -> signals.came(number)));
  }

  private void came(int number) {
    var now = System.nanoTime();
    if (came.compareAndSet(null, now)) {
      first.accept(number);
    } else if (now - Objects.requireNonNull(came.get()) > APART_NANOS) {
      last.run();
      Runtime.getRuntime().halt(ExitCode.SIGNAL + number);
    }
  }

  private static void handle(String name, Runnable action) {
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
          .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK offers no signals (module jdk.unsupported)", e);
    }
  }
}
