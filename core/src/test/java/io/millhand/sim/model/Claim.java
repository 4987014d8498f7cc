// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import io.millhand.delivery.EntryId;
import io.millhand.sim.model.GroupValue.Pending;
import java.util.ArrayList;
import java.util.List;

/** XCLAIM. */
final class Claim {

  private final RedisModel model;
  private final StreamValue stream;
  private final GroupValue group;
  private final String consumer;
  private final long minIdle;
  private final List<EntryId> ids = new ArrayList<>();
  private long since;
  private long retries = -1;
  private boolean force;
  private boolean justId;

  Claim(RedisModel model, Words words) {
    this.model = model;
    var key = words.next();
    this.group = StreamCommands.group(model, key, words.next());
    this.stream =
        java.util.Objects.requireNonNull(
            model.value(key, StreamValue.class), "a group has its stream");
    this.consumer = words.next();
    this.minIdle = words.number();
    this.since = model.millis();
    options(words);
  }

  private void options(Words words) {
    while (words.hasMore()) {
      if (words.takes("IDLE")) {
        since = model.millis() - words.number();
      } else if (words.takes("RETRYCOUNT")) {
        retries = words.number();
      } else if (words.takes("FORCE")) {
        force = true;
      } else if (words.takes("JUSTID")) {
        justId = true;
      } else {
        ids.add(EntryId.parse(words.next()));
      }
    }
  }

  List<Object> run() {
    var reply = new ArrayList<>();
    for (var id : ids) {
      var row = stream.rows.get(id);
      var held = group.pending.get(id);
      if (row == null) {
        group.pending.remove(id);
        continue;
      }
      if (held == null) {
        if (!force) {
          continue;
        }
      } else if (minIdle > 0 && model.millis() - held.since() < minIdle) {
        continue;
      }
      var count = held == null ? 1 : held.count();
      var next = retries >= 0 ? retries : justId ? count : count + 1;
      group.consumers.add(consumer);
      group.pending.put(id, new Pending(consumer, since, next));
      reply.add(justId ? id.toString() : StreamCommands.reply(row));
    }
    return reply;
  }
}
