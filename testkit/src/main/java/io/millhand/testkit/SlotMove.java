// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** A slot on its way from one master to another. */
record SlotMove(int slot, EmbeddedRedis source, EmbeddedRedis target, ServerAccess access) {

  private static final int STEP = 100;
  private static final int MIGRATE_TIMEOUT_MILLIS = 10_000;

  /** The target first, so that no client is sent to one that refuses it. */
  void begin() {
    set(target, "IMPORTING", id(source));
    set(source, "MIGRATING", id(target));
  }

  /** Returns how many keys it moved. */
  int moveKeys() {
    int moved = 0;
    try (var probe = source.probe()) {
      for (var keys = keys(probe); !keys.isEmpty(); keys = keys(probe)) {
        probe.command(migrate(keys));
        moved += keys.size();
      }
    }
    return moved;
  }

  private List<byte[]> keys(RedisProbe probe) {
    var reply =
        probe.command(
            bytes("CLUSTER"),
            bytes("GETKEYSINSLOT"),
            bytes(Integer.toString(slot)),
            bytes(Integer.toString(STEP)));
    return RedisProbe.list(reply).stream().map(byte[].class::cast).toList();
  }

  private byte[][] migrate(List<byte[]> keys) {
    var words = new ArrayList<byte[]>();
    words.add(bytes("MIGRATE"));
    words.add(bytes(target.host()));
    words.add(bytes(Integer.toString(target.port())));
    words.add(bytes("")); // the keys come last
    words.add(bytes("0"));
    words.add(bytes(Integer.toString(MIGRATE_TIMEOUT_MILLIS)));
    if (access.password() != null) {
      words.add(bytes("AUTH"));
      words.add(bytes(access.password()));
    }
    words.add(bytes("KEYS"));
    words.addAll(keys);
    return words.toArray(byte[][]::new);
  }

  /** The target first: were it to die now, the source would still have the slot. */
  void finish(List<EmbeddedRedis> masters) {
    var owner = id(target);
    set(target, "NODE", owner);
    tell(source, owner);
    masters.stream()
        .filter(master -> master != target && master != source)
        .forEach(master -> tell(master, owner));
  }

  private void tell(EmbeddedRedis master, String owner) {
    try {
      set(master, "NODE", owner);
    } catch (RedisProbe.ErrorReply e) {
      // Gossip was faster: who has lost its last slot has made itself a replica of the new owner.
      if (!String.valueOf(e.getMessage()).contains("only with masters")) {
        throw e;
      }
    }
  }

  private void set(EmbeddedRedis node, String state, String id) {
    node.command("CLUSTER", "SETSLOT", Integer.toString(slot), state, id);
  }

  private static String id(EmbeddedRedis node) {
    return String.valueOf(node.command("CLUSTER", "MYID"));
  }

  private static byte[] bytes(String word) {
    return word.getBytes(UTF_8);
  }
}
