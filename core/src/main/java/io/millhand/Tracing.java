// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.delivery.Fields;
import io.millhand.delivery.TraceContext;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds the trace context to a producer's entries, where somebody says what it is. Thread-safe. */
final class Tracing {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.send");

  private final String stream;
  private final @Nullable Supplier<Optional<TraceContext>> context;
  private final AtomicBoolean told = new AtomicBoolean();

  Tracing(String stream, @Nullable Supplier<Optional<TraceContext>> context) {
    this.stream = stream;
    this.context = context;
  }

  /** The entry with its context; a fault of the tracing costs the trace, never the entry. */
  Fields of(Fields fields) {
    if (context == null) {
      return fields;
    }
    try {
      return context.get().map(trace -> trace.addTo(fields)).orElse(fields);
    } catch (RuntimeException e) {
      if (told.compareAndSet(false, true)) {
        log.warn(
            "{}: the supplier of trace contexts failed; entries are sent without, and this is said once",
            stream,
            e);
      }
      return fields;
    }
  }
}
