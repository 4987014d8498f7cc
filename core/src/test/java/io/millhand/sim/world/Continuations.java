// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own continuations, of which virtual threads are made. They are not exported, so they
 * are reached by name; {@code --add-exports java.base/jdk.internal.vm=ALL-UNNAMED} lets us.
 */
final class Continuations {

  private static final @Nullable Handles HANDLES = find();

  private record Handles(
      Object scope, MethodHandle make, MethodHandle run, MethodHandle leave, MethodHandle isDone) {}

  private Continuations() {}

  private static @Nullable Handles find() {
    try {
      var lookup = MethodHandles.lookup();
      var scopes = Class.forName("jdk.internal.vm.ContinuationScope");
      var type = Class.forName("jdk.internal.vm.Continuation");
      var scope =
          lookup
              .findConstructor(scopes, MethodType.methodType(void.class, String.class))
              .invoke("simulation");
      return new Handles(
          scope,
          lookup.findConstructor(type, MethodType.methodType(void.class, scopes, Runnable.class)),
          lookup.findVirtual(type, "run", MethodType.methodType(void.class)),
          lookup.findStatic(type, "yield", MethodType.methodType(boolean.class, scopes)),
          lookup.findVirtual(type, "isDone", MethodType.methodType(boolean.class)));
    } catch (Throwable e) {
      return null;
    }
  }

  static boolean areThere() {
    return HANDLES != null;
  }

  private static Handles handles() {
    if (HANDLES == null) {
      throw new IllegalStateException(
          "start this JVM with --add-exports java.base/jdk.internal.vm=ALL-UNNAMED");
    }
    return HANDLES;
  }

  static Object make(Runnable body) {
    return call(() -> handles().make().invoke(handles().scope(), body));
  }

  static void run(Object continuation) {
    call(
        () -> {
          handles().run().invoke(continuation);
          return true;
        });
  }

  /** Leaves the continuation that runs, until it is run again. */
  static void leave() {
    call(() -> (boolean) handles().leave().invoke(handles().scope()));
  }

  static boolean isDone(Object continuation) {
    return (boolean) call(() -> (boolean) handles().isDone().invoke(continuation));
  }

  private interface Calling {
    Object call() throws Throwable;
  }

  private static Object call(Calling calling) {
    try {
      return calling.call();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
