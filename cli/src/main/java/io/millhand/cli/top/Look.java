// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.top;

import io.millhand.inspect.ServerReport;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.inspect.Snapshots.PendingEntry;
import io.millhand.inspect.Trend.Watched;
import java.util.List;
import java.util.Optional;

/**
 * What was seen at one time.
 *
 * @param server what it tells of itself
 * @param groups all groups, the worst first
 * @param detail of the group that the user looks into
 * @param trouble why there is nothing newer; empty while Redis answers
 */
record Look(
    ServerReport server, List<Watched> groups, Optional<Detail> detail, Optional<String> trouble) {

  /**
   * A group from inside.
   *
   * @param group how it is
   * @param consumers its consumers
   * @param pending its lowest pending entries
   * @param dead its newest dead letters
   */
  record Detail(
      Watched group,
      List<ConsumerSnapshot> consumers,
      List<PendingEntry> pending,
      List<DeadLetter> dead) {}

  Look withTrouble(String text) {
    return new Look(server, groups, detail, Optional.of(text));
  }
}
