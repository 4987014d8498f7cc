// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.redis.Keys;
import io.millhand.redis.SurveyCommands.StreamFacts;
import java.util.Map;
import java.util.Optional;

/**
 * A group as XINFO GROUPS tells it, and its stream.
 *
 * @param stream the stream's key
 * @param facts what is known of the stream
 * @param info what XINFO GROUPS tells
 */
record FoundGroup(String stream, StreamFacts facts, Map<String, String> info) {

  String name() {
    return info.getOrDefault("name", "");
  }

  Keys keys() {
    return Keys.of(stream, name());
  }

  EntryId delivered() {
    return Surveyor.id(info, "last-delivered-id").orElse(EntryId.ZERO);
  }

  long consumers() {
    return Surveyor.number(info, "consumers").orElse(0L);
  }

  /** Deferred ones too. */
  long pending() {
    return Surveyor.number(info, "pending").orElse(0L);
  }

  Optional<Long> entriesRead() {
    return Surveyor.number(info, "entries-read");
  }

  Optional<Long> reportedLag() {
    return Surveyor.number(info, "lag");
  }

  Optional<Long> added() {
    return Surveyor.number(facts.stream(), "entries-added");
  }

  long entryBytes() {
    return facts.entryBytes();
  }

  /**
   * The lag of a group that has not been given everything, where it need not be counted. A lag of 0
   * is then not one that Redis knows.
   */
  Optional<Long> toldLag() {
    var first = Surveyor.id(facts.stream(), "first-entry");
    return first.filter(id -> id.compareTo(delivered()) > 0).isPresent()
        ? Surveyor.number(facts.stream(), "length")
        : reportedLag().filter(lag -> lag >= 1);
  }
}
