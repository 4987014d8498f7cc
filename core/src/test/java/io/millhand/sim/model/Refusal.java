// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

/** An error reply. */
public final class Refusal extends RuntimeException {

  /** With the words of the server. */
  public Refusal(String text) {
    super(text, null, false, false);
  }

  /** The words of the server. */
  public String text() {
    return String.valueOf(getMessage());
  }

  static Refusal noGroup(String key, String group) {
    return new Refusal("NOGROUP No such key '%s' or consumer group '%s'".formatted(key, group));
  }

  static Refusal noGroupOf(String key, String group) {
    return new Refusal(
        "NOGROUP No such consumer group '%s' for key name '%s'".formatted(group, key));
  }

  static Refusal wrongType() {
    return new Refusal("WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  static Refusal syntax() {
    return new Refusal("ERR syntax error");
  }
}
