// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import io.millhand.delivery.EntryId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a model for those who judge, without a command. What it gives are copies. */
public final class Look {

  private final RedisModel model;

  Look(RedisModel model) {
    this.model = model;
  }

  private @Nullable GroupValue find(String key, String group) {
    var stream = model.value(key, StreamValue.class);
    return stream == null ? null : stream.groups.get(group);
  }

  /** Whether there is such a stream. */
  public boolean hasStream(String key) {
    return model.value(key, StreamValue.class) != null;
  }

  /** Whether there is such a group. */
  public boolean hasGroup(String key, String group) {
    return find(key, group) != null;
  }

  /** Who owns what is pending; nothing where there is no such group. */
  public Map<EntryId, String> pending(String key, String group) {
    var owners = new HashMap<EntryId, String>();
    var found = find(key, group);
    if (found != null) {
      found.pending.forEach((id, each) -> owners.put(id, each.consumer()));
    }
    return owners;
  }

  /** How often a pending entry was given out; 0 where it is not pending. */
  public long deliveries(String key, String group, EntryId id) {
    var found = find(key, group);
    var held = found == null ? null : found.pending.get(id);
    return held == null ? 0 : held.count();
  }

  /** The ids of all entries of a stream. */
  public Set<EntryId> ids(String key) {
    var stream = model.value(key, StreamValue.class);
    return stream == null ? Set.of() : Set.copyOf(stream.rows.keySet());
  }

  /** How many entries a stream has. */
  public int length(String key) {
    var stream = model.value(key, StreamValue.class);
    return stream == null ? 0 : stream.rows.size();
  }

  /** The fields of all entries of a stream, names and values in turn. */
  public List<List<String>> fields(String key) {
    var stream = model.value(key, StreamValue.class);
    return stream == null
        ? List.of()
        : stream.rows.values().stream().map(StreamValue.Row::fields).toList();
  }

  /** The last id that a group was given; empty where there is no such group. */
  public @Nullable EntryId delivered(String key, String group) {
    var found = find(key, group);
    return found == null ? null : found.delivered;
  }

  /** How many entries a group has not been given. */
  public long unread(String key, String group) {
    var stream = model.value(key, StreamValue.class);
    var found = find(key, group);
    if (stream == null || found == null) {
      return 0;
    }
    return stream.rows.tailMap(found.delivered, false).size();
  }

  /** The consumers of a group. */
  public Set<String> consumers(String key, String group) {
    var found = find(key, group);
    return found == null ? Set.of() : Set.copyOf(found.consumers);
  }

  /** A field of a hash. */
  public @Nullable String field(String key, String field) {
    var hash = model.value(key, HashValue.class);
    return hash == null ? null : hash.fields().get(field);
  }

  /** All fields of a hash. */
  public Map<String, String> hash(String key) {
    var hash = model.value(key, HashValue.class);
    return hash == null ? Map.of() : Map.copyOf(hash.fields());
  }

  /** A member's score. */
  public @Nullable Double score(String key, String member) {
    var zset = model.value(key, ZsetValue.class);
    return zset == null ? null : zset.scores().get(member);
  }

  /** How many members a sorted set has. */
  public int members(String key) {
    var zset = model.value(key, ZsetValue.class);
    return zset == null ? 0 : zset.scores().size();
  }
}
