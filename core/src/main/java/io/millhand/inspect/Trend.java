// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers looks at groups, and tells what went through them since: rates and a verdict take two
 * looks. Not thread-safe.
 */
public final class Trend {

  private final long window;
  private final Map<Name, Deque<Look>> looks = new HashMap<>();

  private record Name(String stream, String group) {}

  private record Look(GroupSnapshot group, long at) {}

  /**
   * A group, with what two looks tell.
   *
   * @param group the last look
   * @param flow what went through since the look that it is held against; empty at the first look
   * @param verdict how it is
   */
  public record Watched(GroupSnapshot group, Optional<Flow> flow, Verdict verdict) {}

  /**
   * Has seen nothing yet.
   *
   * @param window how far back to compare: longer is steadier, shorter is quicker
   */
  public Trend(Duration window) {
    this.window = window.toNanos();
  }

  /**
   * Adds a look at all groups that are of interest; those that are not in it are forgotten.
   *
   * @param groups each once
   * @param nanoTime when they were looked at, by System.nanoTime()
   */
  public List<Watched> add(List<GroupSnapshot> groups, long nanoTime) {
    var named = groups.stream().map(Trend::name).toList();
    looks.keySet().retainAll(named);
    return groups.stream().map(group -> add(group, nanoTime)).toList();
  }

  private static Name name(GroupSnapshot group) {
    return new Name(group.stream(), group.name());
  }

  private Watched add(GroupSnapshot group, long at) {
    var past = looks.computeIfAbsent(name(group), name -> new ArrayDeque<>());
    // The one to compare with is the youngest that is as old as the window, else the oldest.
    while (past.size() > 1 && at - second(past).at >= window) {
      past.removeFirst();
    }
    var flow =
        Optional.ofNullable(past.peekFirst())
            .filter(look -> at - look.at > 0)
            .map(look -> Flow.between(look.group, group, Duration.ofNanos(at - look.at)));
    past.addLast(new Look(group.alone(), at));
    return new Watched(group, flow, Verdict.of(group, flow));
  }

  private static Look second(Deque<Look> looks) {
    var all = looks.iterator();
    all.next();
    return all.next();
  }
}
