// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator did, as it stands in the audit stream. Whoever may write to the stream may have
 * written it: nothing of it is escaped, and none of it is proof.
 *
 * @param id its id in the audit stream
 * @param at when, by the server's clock
 * @param who user and host, as these call themselves; "?" where it does not say
 * @param what the action, such as {@code group set-id}; "?" where it does not say
 * @param group to which group; empty where it was done to the stream
 * @param count how many entries, consumers or groups were changed; 0 where that cannot be read
 * @param details the other fields: the arguments
 */
public record AuditLine(
    EntryId id,
    Instant at,
    String who,
    String what,
    Optional<String> group,
    long count,
    Map<String, String> details) {

  private static final String UNKNOWN = "?";

  static AuditLine read(Entry entry) {
    var fields = new LinkedHashMap<>(entry.fields().toMap());
    var who = Optional.ofNullable(fields.remove("who")).orElse(UNKNOWN);
    var what = Optional.ofNullable(fields.remove("what")).orElse(UNKNOWN);
    var group = Optional.ofNullable(fields.remove("group"));
    var count =
        Optional.ofNullable(fields.remove("count"))
            .filter(text -> text.matches("\\d{1,18}"))
            .map(Long::parseLong)
            .orElse(0L);
    return new AuditLine(entry.id(), entry.id().time(), who, what, group, count, fields);
  }
}
