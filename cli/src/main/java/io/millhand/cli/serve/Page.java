// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.delivery.EntryId;
import java.util.Map;
import java.util.Optional;

/** Parameters by which a client turns pages; what cannot be read is an IllegalArgumentException. */
final class Page {

  private Page() {}

  /** The parameter {@code limit}; by default, and at most, that many. */
  static int limit(Map<String, String> query, int most) {
    var text = query.get("limit");
    if (text == null) {
      return most;
    }
    if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
      throw new IllegalArgumentException("limit is a number from 1 to " + most);
    }
    return Integer.parseInt(text);
  }

  /** A parameter that is an entry id. */
  static Optional<EntryId> id(Map<String, String> query, String name) {
    try {
      return Optional.ofNullable(query.get(name)).map(EntryId::parse);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " is " + e.getMessage(), e);
    }
  }
}
