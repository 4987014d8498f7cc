// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Sheet;
import io.millhand.cli.Texts;
import io.millhand.inspect.ServerReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a server tells of itself. What it does not tell is a dash. */
final class ServerSheet {

  private ServerSheet() {}

  static Sheet of(ServerReport server) {
    var info = server.info();
    return new Sheet()
        .add("server", server.product() + " " + server.version())
        .add("up", number(info, "uptime_in_seconds").map(Duration::ofSeconds))
        .add("role", role(info))
        .add("memory", memory(info))
        .add("maxmemoryPolicy", text(info, "maxmemory_policy"))
        .add("persistence", persistence(server))
        .add("clients", number(info, "connected_clients"));
  }

  private static Optional<String> text(Map<String, String> info, String name) {
    return Optional.ofNullable(info.get(name)).filter(value -> !value.isEmpty());
  }

  private static Optional<Long> number(Map<String, String> info, String name) {
    return text(info, name).filter(value -> value.matches("\\d{1,18}")).map(Long::parseLong);
  }

  private static Optional<String> role(Map<String, String> info) {
    var replicas = number(info, "connected_slaves").orElse(0L);
    return text(info, "role")
        .map(
            role ->
                role.equals("master")
                    ? "primary, %d replica%s".formatted(replicas, replicas == 1 ? "" : "s")
                    : "replica of %s, link %s"
                        .formatted(
                            info.getOrDefault("master_host", "?"),
                            info.getOrDefault("master_link_status", "?")));
  }

  private static Optional<String> memory(Map<String, String> info) {
    var most = number(info, "maxmemory").filter(bytes -> bytes > 0);
    return number(info, "used_memory")
        .map(
            used ->
                Texts.bytes(Optional.of(used))
                    + (most.isPresent() ? " of " + Texts.bytes(most) : ", no limit"));
  }

  private static Optional<String> persistence(ServerReport server) {
    var info = server.info();
    if (info.isEmpty()) {
      return Optional.empty();
    }
    List<String> kinds = new ArrayList<>();
    if ("1".equals(info.get("aof_enabled"))) {
      kinds.add(
          "append-only file, fsync " + server.config().getOrDefault("appendfsync", "unknown"));
    }
    var save = server.config().get("save");
    if (save == null ? info.containsKey("rdb_last_save_time") : !save.isEmpty()) {
      kinds.add("snapshots");
    }
    return Optional.of(
        kinds.isEmpty() ? "none: a restart loses everything" : String.join(", ", kinds));
  }
}
