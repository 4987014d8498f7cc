// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.Fields;
import io.millhand.redis.OperateCommands;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an operator's action tells of itself in the audit stream. Used by one thread. */
final class AuditEntry {

  private static final int SHOWN = 1000;

  private final String stream;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private long count;

  AuditEntry(String stream, String who, String what) {
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

  /** The stream that it was done to. */
  String stream() {
    return stream;
  }

  /** How many were changed so far. */
  long count() {
    return count;
  }

  void write(OperateCommands redis) {
    redis.aclUser().ifPresent(user -> fields.put("user", user));
    fields.put("count", Long.toString(count));
    redis.audit(stream, Fields.of(fields));
  }

  /** What was done, and how many times. */
  @Override
  public String toString() {
    return "%s: %s (%d)".formatted(stream, fields.get("what"), count);
  }
}
