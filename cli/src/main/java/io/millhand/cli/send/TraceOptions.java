// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.cli.CommandFailure;
import io.millhand.delivery.TraceContext;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Where the entries belong in a distributed trace: by flags, else by the environment. A mixin. */
final class TraceOptions {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.send");

  @Option(
      names = "--traceparent",
      paramLabel = "VALUE",
      description =
          "W3C trace context for entries that have none, in the fields traceparent and tracestate. Else TRACEPARENT.")
  private @Nullable String parent;

  @Option(
      names = "--tracestate",
      paramLabel = "VALUE",
      description = "With --traceparent. Else TRACESTATE.")
  private @Nullable String state;

  /**
   * The context, if there is one. A variable that cannot be read was set for others, and is passed
   * over with a warning.
   *
   * @param environment answers with the value of a variable, or null
   * @throws CommandFailure when a flag cannot be read
   */
  Optional<TraceContext> context(UnaryOperator<@Nullable String> environment) {
    if (parent != null) {
      try {
        return Optional.of(new TraceContext(parent, Optional.ofNullable(state)));
      } catch (IllegalArgumentException e) {
        throw CommandFailure.usage(String.valueOf(e.getMessage()));
      }
    }
    if (state != null) {
      throw CommandFailure.usage("--tracestate: only with --traceparent");
    }
    return inherited(environment.apply("TRACEPARENT"), environment.apply("TRACESTATE"));
  }

  private static Optional<TraceContext> inherited(@Nullable String parent, @Nullable String state) {
    if (parent == null || parent.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new TraceContext(parent, Optional.ofNullable(state).filter(text -> !text.isEmpty())));
    } catch (IllegalArgumentException e) {
      log.warn("TRACEPARENT or TRACESTATE is passed over: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
