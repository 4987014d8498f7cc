// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.Fields;
import io.millhand.error.MillhandException;
import io.millhand.redis.OperateCommands;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator's action on its way into the audit stream: written when it ends, well or not, if it
 * changed something. Used by one thread.
 */
final class AuditEntry implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.operator");
  private static final int SHOWN = 1000;

  private final OperateCommands redis;
  private final String stream;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private long count;

  AuditEntry(OperateCommands redis, String stream, String who, String what) {
    this.redis = redis;
    this.stream = stream;
    fields.put("who", who);
    fields.put("what", what);
  }

  /** An argument of the action; cut where it is long. */
  AuditEntry with(String name, Object value) {
    var text = value.toString();
    fields.put(name, text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...");
    return this;
  }

  /** So many more were changed. */
  void counts(long more) {
    count += more;
  }

  /** How many were changed so far. */
  long count() {
    return count;
  }

  /** Writes it, if anything was changed. What was done stays done where that fails. */
  @Override
  public void close() {
    if (count == 0) {
      return;
    }
    try {
      redis.aclUser().ifPresent(user -> fields.put("user", user));
      fields.put("count", Long.toString(count));
      redis.audit(stream, Fields.of(fields));
    } catch (MillhandException e) {
      log.warn(
          "{}: {} of {} was done, but could not be recorded in the audit stream: {}",
          stream,
          fields.get("what"),
          count,
          e.getMessage());
    }
  }
}
