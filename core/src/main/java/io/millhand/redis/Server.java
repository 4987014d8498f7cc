// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one connection found out about its server.
 *
 * @param product redis or valkey
 * @param version its version as it prints it
 * @param level the version of Redis whose commands it has
 * @param runId of this run of the server; empty where INFO is forbidden
 * @param uptimeSeconds how long this run had been up at the probe; -1 where unknown
 * @param evictionPolicy what it evicts at maxmemory; empty where unknown
 * @param clientId ours there; empty where CLIENT ID is forbidden
 * @param listsClients whether CLIENT LIST ID is allowed to us
 * @param replica whether it was a replica at the probe; false where INFO is forbidden
 * @param ofCluster whether it is a node of a Cluster; false where INFO is forbidden
 */
public record Server(
    String product,
    String version,
    Level level,
    Optional<String> runId,
    long uptimeSeconds,
    Optional<String> evictionPolicy,
    Optional<Long> clientId,
    boolean listsClients,
    boolean replica,
    boolean ofCluster) {

  /**
   * A version as far as it decides what can be used.
   *
   * @param major first number
   * @param minor second number
   */
  public record Level(int major, int minor) {
    static Level parse(String version) {
      var parts = version.split("[.-]", -1);
      try {
        return new Level(
            Integer.parseInt(parts[0]), parts.length > 1 ? Integer.parseInt(parts[1]) : 0);
      } catch (NumberFormatException e) {
        return new Level(7, 0);
      }
    }
  }

  /** Whether it has the commands of that version of Redis. */
  public boolean isAtLeast(int major, int minor) {
    return level.major() > major || (level.major() == major && level.minor() >= minor);
  }

  /** Reads INFO; {@code info} is empty where that is forbidden. */
  static Server of(String info, Optional<Long> clientId, boolean listsClients) {
    var map = new HashMap<String, String>();
    info.lines()
        .filter(line -> line.indexOf(':') > 0)
        .forEach(
            line ->
                map.put(
                    line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
    // Valkey reports the Redis version that it is compatible with beside its own.
    var redisVersion = map.getOrDefault("redis_version", "unknown");
    var product = map.containsKey("valkey_version") ? "valkey" : "redis";
    return new Server(
        product,
        map.getOrDefault("valkey_version", redisVersion),
        Level.parse(redisVersion),
        Optional.ofNullable(map.get("run_id")),
        uptime(map),
        Optional.ofNullable(map.get("maxmemory_policy")),
        clientId,
        listsClients,
        "slave".equals(map.get("role")),
        "1".equals(map.get("cluster_enabled")));
  }

  private static long uptime(Map<String, String> map) {
    var text = map.get("uptime_in_seconds");
    return text == null ? -1 : Long.parseLong(text);
  }
}
