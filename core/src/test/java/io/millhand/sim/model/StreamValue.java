// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import io.millhand.delivery.EntryId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A stream with its groups. Entries lie in nodes, since an approximate trim takes whole ones. */
final class StreamValue {

  static final EntryId HIGHEST = new EntryId(-1, -1);

  final TreeMap<EntryId, Row> rows = new TreeMap<>();
  final TreeMap<String, GroupValue> groups = new TreeMap<>();
  private final TreeMap<EntryId, Node> nodes = new TreeMap<>();
  private final int nodeSize;
  EntryId last = EntryId.ZERO;

  StreamValue(int nodeSize) {
    this.nodeSize = nodeSize;
  }

  /**
   * An entry.
   *
   * @param fields names and values in turn
   */
  record Row(EntryId id, List<String> fields) {}

  /** Entries that lie together. */
  private static final class Node {
    int live;
    int deleted;
    EntryId last = EntryId.ZERO;
  }

  StreamValue copy() {
    var copy = new StreamValue(nodeSize);
    copy.rows.putAll(rows);
    copy.last = last;
    groups.forEach((name, group) -> copy.groups.put(name, group.copy()));
    nodes.forEach(
        (first, node) -> {
          var twin = new Node();
          twin.live = node.live;
          twin.deleted = node.deleted;
          twin.last = node.last;
          copy.nodes.put(first, twin);
        });
    return copy;
  }

  void add(EntryId id, List<String> fields) {
    var newest = nodes.lastEntry();
    var node = newest == null ? null : newest.getValue();
    if (node == null || node.live + node.deleted >= nodeSize) {
      node = new Node();
      nodes.put(id, node);
    }
    node.live++;
    node.last = id;
    rows.put(id, new Row(id, List.copyOf(fields)));
    last = id;
  }

  boolean delete(EntryId id) {
    if (rows.remove(id) == null) {
      return false;
    }
    var at = nodes.floorEntry(id);
    var node = at.getValue();
    node.live--;
    node.deleted++;
    if (node.live == 0) {
      nodes.remove(at.getKey());
    }
    return true;
  }

  List<Row> range(EntryId from, EntryId to, long most) {
    if (from.compareTo(to) > 0) {
      return List.of();
    }
    return rows.subMap(from, true, to, true).values().stream().limit(most).toList();
  }

  List<Row> rangeDown(EntryId from, EntryId to, long most) {
    if (from.compareTo(to) > 0) {
      return List.of();
    }
    NavigableMap<EntryId, Row> part = rows.subMap(from, true, to, true);
    return part.descendingMap().values().stream().limit(most).toList();
  }

  /** Whole nodes from the oldest on, while they may go by that; so many entries at most. */
  long trimNodes(long limit, Trim rule) {
    long went = 0;
    while (!nodes.isEmpty()) {
      var node = nodes.firstEntry().getValue();
      if (rule.isDone(rows.size()) || (limit > 0 && went + node.live > limit)) {
        break;
      }
      if (!rule.takes(rows.size(), node.live, node.last)) {
        break;
      }
      rows.headMap(node.last, true).clear();
      nodes.pollFirstEntry();
      went += node.live;
    }
    return went;
  }

  /** What a trim goes by. */
  interface Trim {
    boolean isDone(int length);

    /** Whether so many entries, up to that id, may go. */
    boolean takes(int length, int live, EntryId last);
  }

  static Trim toLength(long most) {
    return new Trim() {
      @Override
      public boolean isDone(int length) {
        return length <= most;
      }

      @Override
      public boolean takes(int length, int live, EntryId last) {
        return length - live >= most;
      }
    };
  }

  static Trim toId(EntryId first) {
    return new Trim() {
      @Override
      public boolean isDone(int length) {
        return false;
      }

      @Override
      public boolean takes(int length, int live, EntryId last) {
        return last.compareTo(first) < 0;
      }
    };
  }

  /** Entry by entry. */
  long trimRows(Trim rule) {
    long went = 0;
    for (var id : new ArrayList<>(rows.keySet())) {
      if (rule.isDone(rows.size()) || !rule.takes(rows.size(), 1, id)) {
        break;
      }
      delete(id);
      went++;
    }
    return went;
  }
}
