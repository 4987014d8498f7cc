// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.lab;

import io.millhand.benchmarks.child.Arguments;
import io.millhand.benchmarks.child.Task;
import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variant.Kind;
import io.millhand.benchmarks.report.Figures;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What contenders need besides this JVM: Python, Node, a Kafka broker. Each is looked for once,
 * when it is first wanted; the broker lives until the end of the run.
 *
 * <p>Threads: one. Owns: the broker.
 */
public final class Peers implements AutoCloseable {

  private final Children children;
  private final Map<Kind, Scripts.Found> found = new EnumMap<>(Kind.class);
  private @Nullable Broker broker;

  Peers(Children children) {
    this.children = children;
  }

  /** Why a contender cannot be measured here; empty where it can. */
  public Optional<String> missing(Variant variant) {
    try {
      return switch (variant.kind()) {
        case JAVA -> Optional.empty();
        case PYTHON, BULLMQ ->
            script(variant.kind()) instanceof Scripts.Found.Missing none
                ? Optional.of(none.why())
                : Optional.empty();
        case KAFKA -> {
          broker();
          yield Optional.empty();
        }
      };
    } catch (IOException | RuntimeException e) {
      return Optional.of("" + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  /** The broker, started where it is not. */
  public Broker broker() throws IOException, InterruptedException {
    if (broker == null) {
      broker = Broker.start();
    }
    return broker;
  }

  /** Lets a contender do a task in a process of its own, and answers its figures. */
  public Figures run(Task task, Variant variant, Arguments arguments, Duration most)
      throws IOException {
    if (variant.kind() == Kind.JAVA || variant.kind() == Kind.KAFKA) {
      return children.run(task, arguments, most);
    }
    return switch (script(variant.kind())) {
      case Scripts.Found.Missing none -> throw new IllegalStateException(none.why());
      case Scripts.Found.Program program -> {
        try (var process = program.start(arguments.words())) {
          yield Children.figures(process, most);
        }
      }
    };
  }

  private Scripts.Found script(Kind kind) throws IOException {
    var known = found.get(kind);
    if (known == null) {
      known = kind == Kind.PYTHON ? Scripts.python() : Scripts.bullmq();
      found.put(kind, known);
    }
    return known;
  }

  @Override
  public void close() {
    if (broker != null) {
      broker.close();
    }
  }
}
