// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.story;

import io.millhand.delivery.EntryId;
import io.millhand.sim.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who keeps the books, outside of Redis: what was sent, what was handled, and what must not be. */
final class Books {

  private static final int TOLD = 20;

  private final World world;
  private final Map<String, Long> figures = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();

  /** Which entry of the plan has which id. */
  final Map<EntryId, Integer> numbers = new HashMap<>();

  /** Those whose send returned an id. */
  final Set<EntryId> sent = new HashSet<>();

  /** Those of which a producer was told that they were not added. */
  final Set<Integer> notAdded = new HashSet<>();

  /** Those that Redis or an operator took away, or a hard cap. */
  final Set<EntryId> gone = new HashSet<>();

  /** Those that a worker left behind when its time to leave was up. */
  final Set<EntryId> leftBehind = new HashSet<>();

  private final Map<EntryId, Integer> successes = new HashMap<>();
  private final Map<EntryId, Integer> failures = new HashMap<>();
  private final Map<EntryId, Set<String>> running = new HashMap<>();

  /** Workers that died, or were taken for dead, by whatever but an entry that kills. */
  int deaths;

  /** Those that an entry killed. */
  int murders;

  /** How often a worker was taken for dead, rightly or not, or left and may have left something. */
  int burials;

  Books(World world) {
    this.world = world;
  }

  void violation(String what) {
    world.tell("VIOLATION", what);
    if (violations.size() < TOLD) {
      violations.add("at %.6f s: %s".formatted(world.now() / 1e9, what));
    }
  }

  void count(String what) {
    figures.merge(what, 1L, Long::sum);
  }

  List<String> violations() {
    return violations;
  }

  Map<String, Long> figures() {
    return figures;
  }

  /** Answers with how many have it already, in processes that live. */
  int begin(EntryId id, String worker) {
    var others = running.computeIfAbsent(id, any -> new HashSet<>());
    var already = others.size();
    others.add(worker);
    count("handlers");
    return already;
  }

  void end(EntryId id, String worker) {
    var all = running.get(id);
    if (all != null) {
      all.remove(worker);
    }
  }

  /** Its handlers are no more. */
  void died(String worker) {
    running.values().forEach(all -> all.remove(worker));
  }

  void succeeded(EntryId id) {
    if (successes.merge(id, 1, Integer::sum) > 1) {
      count("duplicates");
    }
  }

  void failed(EntryId id) {
    failures.merge(id, 1, Integer::sum);
  }

  int successes(EntryId id) {
    return successes.getOrDefault(id, 0);
  }

  int failures(EntryId id) {
    return failures.getOrDefault(id, 0);
  }
}
