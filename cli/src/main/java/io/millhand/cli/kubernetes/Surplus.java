// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which pods of a fleet can be spared. Pure. */
final class Surplus {

  private Surplus() {}

  /**
   * Those that hold the fewest entries, of as many as are too many. Who was chosen before stays
   * chosen, so that a fleet that shrinks step by step is not marked anew at each look.
   *
   * @param held entries that each pod holds
   * @param needed pods that have to stay
   * @param before those that were chosen before
   */
  static Set<String> of(Map<String, Long> held, int needed, Set<String> before) {
    var pods = new ArrayList<>(held.keySet());
    pods.sort(
        Comparator.comparing((String pod) -> !before.contains(pod))
            .thenComparing(held::get)
            .thenComparing(Comparator.naturalOrder()));
    return new HashSet<>(pods.subList(0, Math.clamp(pods.size() - needed, 0, pods.size())));
  }

  /**
   * Of pods that work for several groups, those alone that no group needs.
   *
   * @param fleets the pods of each group
   * @param spared what each of them can spare, in the same order
   */
  static Set<String> ofAll(List<Set<String>> fleets, List<Set<String>> spared) {
    var all = new HashSet<String>();
    spared.forEach(all::addAll);
    for (int i = 0; i < fleets.size(); i++) {
      var kept = new HashSet<>(fleets.get(i));
      kept.removeAll(spared.get(i));
      all.removeAll(kept);
    }
    return all;
  }
}
