// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who is connected to the server. */
final class Clients {

  private Clients() {}

  /** Which of those connections exist; empty where we may not know. */
  static Optional<Set<Long>> among(Wire wire, List<Long> clientIds) {
    var args = new ArrayList<Object>(List.of("LIST", "ID"));
    args.addAll(clientIds);
    var reply = wire.pipeline(List.of(Call.of(Verb.CLIENT, args.toArray()))).get(0);
    if (!(reply instanceof byte[] text)) {
      return Optional.empty();
    }
    var ids = new HashSet<Long>();
    for (var line : new String(text, UTF_8).split("\n", -1)) {
      if (line.startsWith("id=")) {
        ids.add(Long.parseLong(line.substring(3, line.indexOf(' '))));
      }
    }
    return Optional.of(ids);
  }
}
