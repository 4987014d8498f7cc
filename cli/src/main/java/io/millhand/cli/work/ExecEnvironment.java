// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.cli.FieldsJson;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Fields;
import io.millhand.delivery.TraceContext;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * What a process of {@code --exec} finds in its environment: {@code MILLHAND_ID}, {@code
 * MILLHAND_STREAM}, ... and a {@code FIELD_<NAME>} for each field; {@code TRACEPARENT} and {@code
 * TRACESTATE} where the entry has a trace context.
 *
 * <p>Names and values come from strangers: no name can hit another variable, since each has our
 * prefix and only letters, digits and underscores of ASCII. A value that an environment cannot hold
 * (not UTF-8, with a NUL, too long, or beyond what a system passes on) is left out, and counted in
 * {@code MILLHAND_OMITTED}; stdin always has everything.
 */
final class ExecEnvironment {

  private static final String TRACEPARENT = "TRACEPARENT";
  private static final String TRACESTATE = "TRACESTATE";
  private static final int MAX_VALUE = 32 << 10;
  private static final int MAX_TOTAL = 256 << 10;

  /** In which the JVM hands variables on; ASCII where no locale is set. */
  private static final Charset NATIVE =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private ExecEnvironment() {}

  static void fill(Map<String, String> environment, Delivery<Entry> delivery) {
    environment.keySet().removeIf(ExecEnvironment::isOurs);
    environment.put("MILLHAND_ID", delivery.id().toString());
    environment.put("MILLHAND_STREAM", delivery.source().stream());
    environment.put("MILLHAND_GROUP", delivery.source().group());
    environment.put("MILLHAND_ATTEMPT", Integer.toString(delivery.attempt()));
    environment.put("MILLHAND_DELIVERIES", Long.toString(delivery.count().deliveries()));
    delivery.trace().ifPresent(trace -> trace(environment, trace));
    var omitted = fields(environment, delivery.entry().fields());
    if (omitted > 0) {
      environment.put("MILLHAND_OMITTED", Integer.toString(omitted));
    }
  }

  /** As tracing tools look for it in the environment of a process. */
  private static void trace(Map<String, String> environment, TraceContext trace) {
    environment.put(TRACEPARENT, trace.traceparent());
    trace.tracestate().ifPresent(state -> environment.put(TRACESTATE, state));
  }

  /** What we inherited under these names would be taken for this entry's. */
  private static boolean isOurs(String name) {
    return name.startsWith("FIELD_")
        || name.equals("MILLHAND_OMITTED")
        || name.equals(TRACEPARENT)
        || name.equals(TRACESTATE);
  }

  private static int fields(Map<String, String> environment, Fields fields) {
    var omitted = 0;
    var total = 0;
    for (int i = 0; i < fields.count(); i++) {
      var name = FieldsJson.text(fields.name(i));
      var value = fields.value(i).length > MAX_VALUE ? null : FieldsJson.text(fields.value(i));
      if (name == null
          || value == null
          || name.length() > MAX_VALUE
          || !fits(value)
          || total + name.length() + fields.value(i).length > MAX_TOTAL
          || environment.putIfAbsent(variable(name), value) != null) {
        omitted++;
      } else {
        total += name.length() + fields.value(i).length;
      }
    }
    return omitted;
  }

  private static boolean fits(String value) {
    return value.indexOf('\0') < 0 && NATIVE.newEncoder().canEncode(value);
  }

  private static String variable(String field) {
    var name = new StringBuilder("FIELD_");
    field
        .chars()
        .map(c -> c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c)
        .map(c -> (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_')
        .forEach(c -> name.append((char) c));
    return name.toString();
  }
}
