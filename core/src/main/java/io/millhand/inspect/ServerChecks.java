// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static io.millhand.inspect.Finding.Severity.CRITICAL;
import static io.millhand.inspect.Finding.Severity.NOTE;
import static io.millhand.inspect.Finding.Severity.WARNING;

import java.util.ArrayList;
import java.util.List;

/** What the server itself gives away: version, persistence, replicas, limits. */
final class ServerChecks {

  private static final long LEAST_BUFFER = 64L << 20;

  private ServerChecks() {}

  static List<Finding> examine(ServerReport server) {
    var findings = new ArrayList<Finding>();
    version(server, findings);
    if (server.info().isEmpty()) {
      findings.add(
          Finding.of(
              NOTE,
              "not examined",
              "INFO is forbidden to this user, so neither memory nor persistence nor replicas were looked at",
              "allow it: ACL SETUSER <user> +info"));
      return findings;
    }
    eviction(server, findings);
    persistence(server, findings);
    replication(server, findings);
    buffers(server, findings);
    return findings;
  }

  private static void version(ServerReport server, List<Finding> findings) {
    for (var bug : KnownBug.ALL) {
      if (bug.isIn(server.product(), server.version())) {
        findings.add(
            Finding.of(
                bug.severity(),
                "known defect",
                "%s %s: %s".formatted(server.product(), server.version(), bug.what()),
                "upgrade to %s or newer, unless your distribution has mended its %s"
                    .formatted(bug.fixed(), server.version())));
      }
    }
  }

  private static void eviction(ServerReport server, List<Finding> findings) {
    var policy = server.info().getOrDefault("maxmemory_policy", "noeviction");
    if (policy.startsWith("allkeys")) {
      findings.add(
          Finding.of(
              server.number("maxmemory").orElse(0L) > 0 ? CRITICAL : WARNING,
              "eviction",
              "maxmemory-policy is %s: at maxmemory Redis deletes whole streams".formatted(policy),
              "CONFIG SET maxmemory-policy noeviction, and in redis.conf"));
    }
  }

  private static void persistence(ServerReport server, List<Finding> findings) {
    if (server.says("aof_enabled", "0")) {
      var snapshots = server.setting("save").map(text -> !text.isBlank());
      findings.add(
          Finding.of(
              WARNING,
              "persistence",
              "there is no append-only file, so a restart loses "
                  + (snapshots.orElse(true) ? "all since the last snapshot" : "everything"),
              "CONFIG SET appendonly yes, and in redis.conf"));
    }
    if (server.says("aof_last_write_status", "err")
        || server.says("aof_last_bgrewrite_status", "err")) {
      findings.add(
          Finding.of(
              CRITICAL,
              "persistence",
              "the append-only file could not be written",
              "look at the disk and at the server's log"));
    }
    if (server.says("rdb_last_bgsave_status", "err")) {
      findings.add(
          Finding.of(
              CRITICAL,
              "persistence",
              "the last snapshot failed; Redis may refuse writes for that",
              "look at the disk and at the server's log"));
    }
    if (server.says("aof_enabled", "1")
        && server.setting("appendfsync").filter("no"::equals).isPresent()) {
      findings.add(
          Finding.of(
              WARNING,
              "persistence",
              "appendfsync is no: a crash of the machine loses what the kernel had not written",
              "CONFIG SET appendfsync everysec"));
    }
  }

  private static void replication(ServerReport server, List<Finding> findings) {
    if (server.says("role", "slave")) {
      findings.add(
          Finding.of(
              CRITICAL,
              "replication",
              "this is a replica: what it shows may be old, and it takes no writes",
              "connect to its master, "
                  + server.info().getOrDefault("master_host", "see INFO replication")));
      return;
    }
    var replicas = server.number("connected_slaves").orElse(0L);
    if (replicas == 0) {
      findings.add(
          Finding.of(
              NOTE,
              "replication",
              "there is no replica: when this machine is lost, so is the stream",
              "add one, and Sentinel or another that fails over"));
    } else if (server.setting("min-replicas-to-write").filter("0"::equals).isPresent()) {
      findings.add(
          Finding.of(
              NOTE,
              "replication",
              "min-replicas-to-write is 0: a master that is cut off goes on taking sends, which a failover loses",
              "CONFIG SET min-replicas-to-write 1, if you would rather have sends refused"));
    }
  }

  /** {@code normal 0 0 0 slave ...}: class, hard limit, soft limit, seconds. */
  private static void buffers(ServerReport server, List<Finding> findings) {
    var words = server.setting("client-output-buffer-limit").orElse("").split(" ", -1);
    for (int i = 0; i + 1 < words.length; i += 4) {
      var limit = words[i + 1].matches("\\d{1,18}") ? Long.parseLong(words[i + 1]) : 0;
      if (words[i].equals("normal") && limit > 0 && limit < LEAST_BUFFER) {
        findings.add(
            Finding.of(
                WARNING,
                "output buffer",
                "clients are cut off when a reply exceeds %d MiB: a read of large entries may never succeed"
                    .formatted(limit >> 20),
                "CONFIG SET client-output-buffer-limit \"normal 0 0 0\""));
      }
    }
  }
}
