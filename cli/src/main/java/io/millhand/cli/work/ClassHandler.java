// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.cli.CommandFailure;
import io.millhand.config.WorkerSettings.HandlerThreads;
import io.millhand.delivery.Decider;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Handler;
import io.millhand.delivery.Outcome;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --handler}: a class of the user's, one instance for all streams. Closed at the end where
 * it is AutoCloseable.
 */
final class ClassHandler implements EntryHandler {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.handler");
  private static final int CONCURRENCY = 64;

  private final Object instance;
  private final Decider<Entry> decider;
  private final ClassLoader loader;
  private final HandlerThreads threads;

  private ClassHandler(Object instance, Decider<Entry> decider, HandlerThreads threads) {
    this.instance = instance;
    this.decider = decider;
    this.loader = instance.getClass().getClassLoader();
    this.threads = threads;
  }

  /**
   * Makes an instance.
   *
   * @param name of the class
   * @param classpath folders and jars, as Java writes it
   * @param threads what it runs on
   */
  static ClassHandler load(String name, String classpath, HandlerThreads threads) {
    var instance = instance(name, HandlerClassPath.loader(classpath));
    return new ClassHandler(instance, decider(instance), threads);
  }

  private static Object instance(String name, ClassLoader loader) {
    try {
      return Class.forName(name, true, loader).getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw failure(name, "its constructor failed: " + e.getCause(), e.getCause());
    } catch (NoSuchMethodException e) {
      throw failure(name, "it has no public constructor without parameters", e);
    } catch (ClassNotFoundException e) {
      throw failure(name, "it is not in --classpath", e);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw failure(name, e.toString(), e);
    }
  }

  @SuppressWarnings("unchecked") // what the payload is, only the class itself knows: the entry
  private static Decider<Entry> decider(Object instance) {
    return switch (instance) {
      case Decider<?> decider -> (Decider<Entry>) decider;
      case Handler<?> handler -> {
        var typed = (Handler<Entry>) handler;
        yield delivery -> {
          typed.handle(delivery);
          return Outcome.ack();
        };
      }
      default ->
          throw failure(
              instance.getClass().getName(),
              "it implements neither io.millhand.delivery.Handler<Entry> nor Decider<Entry>",
              null);
    };
  }

  private static CommandFailure failure(String name, String why, @Nullable Throwable cause) {
    return new CommandFailure(
        io.millhand.cli.ExitCode.USAGE,
        "cannot use the class %s as a handler: %s".formatted(name, why),
        cause);
  }

  @Override
  public int concurrency() {
    return CONCURRENCY;
  }

  @Override
  public HandlerThreads threads() {
    return threads;
  }

  @Override
  public Outcome decide(Delivery<Entry> delivery) throws Exception {
    // Many libraries look for their parts there.
    Thread.currentThread().setContextClassLoader(loader);
    return decider.decide(delivery);
  }

  @Override
  public void close() {
    if (instance instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        log.warn("the handler could not be closed", e);
      }
    }
  }
}
