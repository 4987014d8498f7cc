// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import io.millhand.delivery.EntryId;
import io.millhand.sim.model.GroupValue.Pending;
import io.millhand.sim.model.StreamValue.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The commands of streams. */
final class StreamCommands {

  private final RedisModel model;

  StreamCommands(RedisModel model) {
    this.model = model;
  }

  @Nullable Object execute(String verb, Words words) {
    return switch (verb) {
      case "XADD" -> add(words);
      case "XLEN" -> length(words.next());
      case "XRANGE" -> range(words);
      case "XREVRANGE" -> rangeDown(words);
      case "XDEL" -> delete(words);
      case "XTRIM" -> trim(words);
      case "XACK" -> ack(words);
      case "XPENDING" -> pending(words);
      case "XCLAIM" -> new Claim(model, words).run();
      case "XREADGROUP" -> read(words);
      case "XGROUP" -> new GroupCommands(model).execute(words);
      case "XINFO" -> new GroupCommands(model).info(words);
      default -> throw new IllegalStateException("the model does not know the command " + verb);
    };
  }

  private @Nullable StreamValue find(String key) {
    return model.value(key, StreamValue.class);
  }

  private Object length(String key) {
    var stream = find(key);
    return stream == null ? 0L : (long) stream.rows.size();
  }

  private Object add(Words words) {
    var key = words.next();
    var most = -1L;
    if (words.takes("MAXLEN")) {
      words.takes("~");
      most = words.number();
    }
    var stream = find(key);
    if (stream == null) {
      stream = new StreamValue(model.nodeSize());
    }
    var id = newId(words.next(), stream);
    stream.add(id, words.rest());
    model.put(key, stream);
    if (most >= 0) {
      stream.trimNodes(100L * model.nodeSize(), StreamValue.toLength(most));
    }
    return id.toString();
  }

  private EntryId newId(String word, StreamValue stream) {
    if (!word.equals("*")) {
      var id = EntryId.parse(word);
      if (id.compareTo(stream.last) <= 0) {
        throw new Refusal(
            "ERR The ID specified in XADD is equal or smaller than the target stream top item");
      }
      return id;
    }
    var now = new EntryId(model.millis(), 0);
    return now.compareTo(stream.last) > 0 ? now : stream.last.next();
  }

  /** An end of a range. */
  static EntryId bound(String word, EntryId open, EntryId missing) {
    if (word.equals("-")) {
      return EntryId.ZERO;
    }
    if (word.equals("+")) {
      return StreamValue.HIGHEST;
    }
    if (word.startsWith("(")) {
      var id = EntryId.parse(word.substring(1));
      return open.equals(EntryId.ZERO) ? id.next() : id.previous();
    }
    var id = EntryId.parse(word);
    return word.indexOf('-') < 0 ? new EntryId(id.millis(), missing.sequence()) : id;
  }

  private static EntryId from(String word) {
    return bound(word, EntryId.ZERO, EntryId.ZERO);
  }

  private static EntryId to(String word) {
    return bound(word, StreamValue.HIGHEST, StreamValue.HIGHEST);
  }

  private Object range(Words words) {
    var stream = find(words.next());
    var from = from(words.next());
    var to = to(words.next());
    var most = words.takes("COUNT") ? words.number() : Long.MAX_VALUE;
    return stream == null ? List.of() : replies(stream.range(from, to, most));
  }

  private Object rangeDown(Words words) {
    var stream = find(words.next());
    var to = to(words.next());
    var from = from(words.next());
    var most = words.takes("COUNT") ? words.number() : Long.MAX_VALUE;
    return stream == null ? List.of() : replies(stream.rangeDown(from, to, most));
  }

  static List<Object> replies(List<Row> rows) {
    return rows.stream().map(StreamCommands::reply).toList();
  }

  static Object reply(Row row) {
    return List.of(row.id().toString(), List.copyOf(row.fields()));
  }

  private Object delete(Words words) {
    var stream = find(words.next());
    return stream == null
        ? 0L
        : words.rest().stream().filter(id -> stream.delete(EntryId.parse(id))).count();
  }

  private Object trim(Words words) {
    var stream = find(words.next());
    var byId = words.takes("MINID");
    if (!byId && !words.takes("MAXLEN")) {
      throw Refusal.syntax();
    }
    var nodes = words.takes("~");
    words.takes("=");
    var most = words.next();
    var rule =
        byId ? StreamValue.toId(EntryId.parse(most)) : StreamValue.toLength(Long.parseLong(most));
    var limit = words.takes("LIMIT") ? words.number() : 100L * model.nodeSize();
    if (stream == null) {
      return 0L;
    }
    return nodes ? stream.trimNodes(limit, rule) : stream.trimRows(rule);
  }

  private Object ack(Words words) {
    var stream = find(words.next());
    var group = stream == null ? null : stream.groups.get(words.next());
    return group == null
        ? 0L
        : words.rest().stream()
            .filter(id -> group.pending.remove(EntryId.parse(id)) != null)
            .count();
  }

  static GroupValue group(RedisModel model, String key, String name) {
    var stream = model.value(key, StreamValue.class);
    var group = stream == null ? null : stream.groups.get(name);
    if (group == null) {
      throw Refusal.noGroup(key, name);
    }
    return group;
  }

  private Object pending(Words words) {
    var key = words.next();
    var group = group(model, key, words.next());
    if (!words.hasMore()) {
      return summary(group);
    }
    var from = from(words.next());
    var to = to(words.next());
    var most = words.number();
    var consumer = words.hasMore() ? words.next() : "";
    if (from.compareTo(to) > 0) {
      return List.of();
    }
    return group.pending.subMap(from, true, to, true).entrySet().stream()
        .filter(each -> consumer.isEmpty() || each.getValue().consumer().equals(consumer))
        .limit(most)
        .<Object>map(
            each ->
                List.of(
                    each.getKey().toString(),
                    each.getValue().consumer(),
                    Math.max(0, model.millis() - each.getValue().since()),
                    each.getValue().count()))
        .toList();
  }

  private static Object summary(GroupValue group) {
    var reply = new ArrayList<@Nullable Object>();
    reply.add((long) group.pending.size());
    if (group.pending.isEmpty()) {
      reply.add(null);
      reply.add(null);
      reply.add(null);
      return reply;
    }
    reply.add(group.pending.firstKey().toString());
    reply.add(group.pending.lastKey().toString());
    var counts = new TreeMap<String, Long>();
    group.pending.values().forEach(each -> counts.merge(each.consumer(), 1L, Long::sum));
    reply.add(
        counts.entrySet().stream()
            .<Object>map(each -> List.of(each.getKey(), each.getValue().toString()))
            .toList());
    return reply;
  }

  /** New entries only; nothing at once, however long it may block. */
  private @Nullable Object read(Words words) {
    words.takes("GROUP");
    var name = words.next();
    var consumer = words.next();
    var most = Long.MAX_VALUE;
    while (!words.takes("STREAMS")) {
      if (words.takes("COUNT")) {
        most = words.number();
      } else if (words.takes("BLOCK")) {
        words.number();
      } else {
        throw Refusal.syntax();
      }
    }
    var key = words.next();
    var stream = find(key);
    var group = stream == null ? null : stream.groups.get(name);
    if (stream == null || group == null) {
      throw new Refusal(Refusal.noGroup(key, name).text() + " in XREADGROUP with GROUP option");
    }
    var rows = stream.range(group.delivered.next(), StreamValue.HIGHEST, most);
    if (rows.isEmpty()) {
      return null;
    }
    group.consumers.add(consumer);
    for (var row : rows) {
      group.pending.put(row.id(), new Pending(consumer, model.millis(), 1));
      group.delivered = row.id();
    }
    return List.of(List.of(key, replies(rows)));
  }
}
