// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.error.NoGroupException;
import io.millhand.inspect.Doctor.Checkup;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Trend.Watched;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks at all that an examination needs. */
final class Checkups {

  /** Beyond that many groups their consumers are not asked one by one. */
  private static final int MANY_GROUPS = 1000;

  private Checkups() {}

  static Checkup take(Inspector inspector, List<String> keys, Duration over)
      throws InterruptedException {
    var groups = Watch.groups(inspector, keys, over);
    var servers = inspector.servers();
    return new Checkup(
        servers.get(0),
        servers.subList(1, servers.size()),
        inspector.streams(keys),
        groups,
        consumers(inspector, groups));
  }

  private static Map<String, List<ConsumerSnapshot>> consumers(
      Inspector inspector, List<Watched> groups) {
    Map<String, List<ConsumerSnapshot>> consumers = new HashMap<>();
    groups.stream()
        .limit(MANY_GROUPS)
        .map(Watched::group)
        .forEach(
            group -> consumers.put(group.stream() + "/" + group.name(), ask(inspector, group)));
    return consumers;
  }

  private static List<ConsumerSnapshot> ask(Inspector inspector, GroupSnapshot group) {
    try {
      return inspector.consumers(group.stream(), group.name());
    } catch (NoGroupException e) {
      return List.of(); // deleted since the groups were listed
    }
  }
}
