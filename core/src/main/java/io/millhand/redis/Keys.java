// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The names of all keys of one stream and group. They share the stream's hash slot.
 *
 * @param stream the stream's key
 * @param group the group's name
 * @param prefix what our own keys begin with
 */
public record Keys(String stream, String group, String prefix) {

  /** The reserved consumer that owns what waits for its due time. */
  public static final String DEFERRED_CONSUMER = "~deferred";

  /** The keys of that stream and group. */
  public static Keys of(String stream, String group) {
    return new Keys(stream, group, prefixOf(stream) + ":" + group);
  }

  /**
   * The stream itself where it has a hash tag by the Cluster's rule: between the first opening
   * brace and the first closing one after it, and not empty. Else the stream in braces.
   */
  public static String prefixOf(String stream) {
    return hashed(stream).equals(stream) ? "{" + stream + "}" : stream;
  }

  /** What the Cluster hashes of a key: its tag, or all of it where it has none. */
  static String hashed(String key) {
    var open = key.indexOf('{');
    var close = open < 0 ? -1 : key.indexOf('}', open + 1);
    return close > open + 1 ? key.substring(open + 1, close) : key;
  }

  /**
   * Whether our keys of a stream lie in its slot of a Cluster. They do not where its key has a
   * closing brace and no tag: no tag can be made of it.
   */
  public static boolean shareSlot(String stream) {
    return hashed(prefixOf(stream)).equals(hashed(stream));
  }

  /**
   * What operators did to a stream and its groups: one for the stream, so that it outlives them.
   */
  public static String auditOf(String stream) {
    return prefixOf(stream) + ":audit";
  }

  /** How a stream is partitioned. No key of a group: those have more behind the group's name. */
  public static String catalogueOf(String stream) {
    return prefixOf(stream) + ":partitions";
  }

  /**
   * What the names of a stream's markers begin with. What follows has no colon, so that it cannot
   * be a key of a group that is called {@code once}.
   */
  static String onceOf(String stream) {
    return prefixOf(stream) + ":once:";
  }

  /** Entry id to due time. */
  public String deferred() {
    return prefix + ":deferred";
  }

  /** Entry id to what is known of its failures. */
  public String failures() {
    return prefix + ":failures";
  }

  /** Consumer to heartbeat counter. */
  public String workers() {
    return prefix + ":workers";
  }

  /** Consumer to registration. */
  public String info() {
    return prefix + ":workers:info";
  }

  /** The keeper's ticket. */
  public String keeper() {
    return prefix + ":keeper";
  }

  /** The safe position. */
  public String position() {
    return prefix + ":position";
  }

  /** The dead letters. */
  public String dead() {
    return prefix + ":dead";
  }

  /** All of them, in the order in which every script gets them. */
  byte[][] all() {
    return new byte[][] {
      bytes(stream),
      bytes(deferred()),
      bytes(failures()),
      bytes(workers()),
      bytes(info()),
      bytes(keeper()),
      bytes(position()),
      bytes(dead())
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public String toString() {
    return stream + "/" + group;
  }
}
