// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.util.List;

/**
 * The users of one or more servers, which do not tell each other of them: changed at run time, gone
 * with a restart. Needs a default user who may do {@code ACL}.
 *
 * <p>Thread-safe.
 */
public final class AclUsers {

  private final List<EmbeddedRedis> servers;

  private AclUsers(List<EmbeddedRedis> servers) {
    this.servers = List.copyOf(servers);
  }

  /** Those of one server. */
  public static AclUsers on(EmbeddedRedis server) {
    return new AclUsers(List.of(server));
  }

  /** Those of all nodes of a topology, the same on each. */
  public static AclUsers on(List<EmbeddedRedis> servers) {
    return new AclUsers(servers);
  }

  /**
   * Makes or changes a user: a rule line as for {@code ACL SETUSER}, such as {@code ann on >secret
   * ~orders +xadd}. It adds to what the user may; {@code reset} as its second word begins anew.
   */
  public void set(String rule) {
    all("SETUSER", rule(rule));
  }

  /** Deletes a user; its connections are closed. */
  public void delete(String name) {
    all("DELUSER", new String[] {name});
  }

  private void all(String verb, String[] words) {
    var command = new String[words.length + 2];
    command[0] = "ACL";
    command[1] = verb;
    System.arraycopy(words, 0, command, 2, words.length);
    servers.forEach(server -> server.command(command));
  }

  /** The words of a rule line. */
  static String[] rule(String line) {
    return line.strip().split("\\s+", -1);
  }
}
