// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.inspect.Finding.Severity;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.inspect.Trend.Watched;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Examines what was seen of a server, its streams and their groups. Pure. */
public final class Doctor {

  private Doctor() {}

  /**
   * What is examined.
   *
   * @param server what it tells of itself
   * @param others the other nodes of a Cluster
   * @param streams their streams
   * @param groups their groups, after two looks
   * @param consumers those of each group, by "stream/group"; a group may be missing
   */
  public record Checkup(
      ServerReport server,
      List<ServerReport> others,
      List<StreamSnapshot> streams,
      List<Watched> groups,
      Map<String, List<ConsumerSnapshot>> consumers) {}

  /** All findings, the worst first. */
  public static List<Finding> examine(Checkup checkup) {
    var findings = new ArrayList<Finding>();
    findings.addAll(ServerChecks.examine(checkup.server()));
    checkup.others().forEach(other -> findings.addAll(ServerChecks.examine(other)));
    findings.addAll(MemoryChecks.examine(checkup));
    findings.addAll(GroupChecks.examine(checkup));
    findings.sort(Comparator.comparing(Finding::severity).reversed());
    // Nodes that are set up alike are told once.
    return findings.stream().distinct().toList();
  }

  /** Whether somebody should do something. */
  public static boolean needsSomebody(List<Finding> findings) {
    return findings.stream().anyMatch(finding -> finding.severity() != Severity.NOTE);
  }
}
