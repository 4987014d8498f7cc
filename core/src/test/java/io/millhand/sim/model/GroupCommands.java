// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import io.millhand.delivery.EntryId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** XGROUP and XINFO. */
final class GroupCommands {

  private final RedisModel model;

  GroupCommands(RedisModel model) {
    this.model = model;
  }

  Object execute(Words words) {
    if (words.takes("CREATE")) {
      return create(words);
    }
    if (words.takes("DESTROY")) {
      return stream(words.next()).groups.remove(words.next()) == null ? 0L : 1L;
    }
    if (words.takes("SETID")) {
      var key = words.next();
      var stream = stream(key);
      group(stream, key, words.next()).delivered = id(words.next(), stream);
      return Status.OK;
    }
    if (words.takes("DELCONSUMER")) {
      var key = words.next();
      var group = group(stream(key), key, words.next());
      var consumer = words.next();
      var held = group.pendingOf(consumer);
      group.pending.values().removeIf(each -> each.consumer().equals(consumer));
      group.consumers.remove(consumer);
      return held;
    }
    throw Refusal.syntax();
  }

  private Object create(Words words) {
    var key = words.next();
    var name = words.next();
    var start = words.next();
    var found = model.value(key, StreamValue.class);
    if (found == null && !words.takes("MKSTREAM")) {
      throw missing();
    }
    var stream = found == null ? new StreamValue(model.nodeSize()) : found;
    if (stream.groups.containsKey(name)) {
      throw new Refusal("BUSYGROUP Consumer Group name already exists");
    }
    model.put(key, stream);
    stream.groups.put(name, new GroupValue(id(start, stream)));
    return Status.OK;
  }

  private static EntryId id(String word, StreamValue stream) {
    return word.equals("$") ? stream.last : EntryId.parse(word);
  }

  private static Refusal missing() {
    return new Refusal(
        "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.");
  }

  private StreamValue stream(String key) {
    var stream = model.value(key, StreamValue.class);
    if (stream == null) {
      throw missing();
    }
    return stream;
  }

  private static GroupValue group(StreamValue stream, String key, String name) {
    var group = stream.groups.get(name);
    if (group == null) {
      throw Refusal.noGroupOf(key, name);
    }
    return group;
  }

  Object info(Words words) {
    var what = words.next();
    var key = words.next();
    var stream = model.value(key, StreamValue.class);
    if (stream == null) {
      throw new Refusal("ERR no such key");
    }
    return switch (what) {
      case "STREAM" ->
          rows(
              "length", (long) stream.rows.size(),
              "last-generated-id", stream.last.toString(),
              "groups", (long) stream.groups.size());
      case "GROUPS" ->
          stream.groups.entrySet().stream().<Object>map(GroupCommands::describe).toList();
      case "CONSUMERS" -> {
        var group = group(stream, key, words.next());
        yield group.consumers.stream()
            .<Object>map(each -> rows("name", each, "pending", group.pendingOf(each)))
            .toList();
      }
      default -> throw Refusal.syntax();
    };
  }

  private static List<@Nullable Object> describe(Map.Entry<String, GroupValue> each) {
    var group = each.getValue();
    return rows(
        "name",
        each.getKey(),
        "consumers",
        (long) group.consumers.size(),
        "pending",
        (long) group.pending.size(),
        "last-delivered-id",
        group.delivered.toString());
  }

  private static List<@Nullable Object> rows(Object... parts) {
    return new ArrayList<>(List.of(parts));
  }
}
