// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Marks pods and takes marks away, each once.
 *
 * <p>Owns: which pods this process has marked, and which it knows to have no mark: one may stay
 * from a process before it. Not thread-safe.
 */
final class PodMarks {

  /**
   * See <a href="https://kubernetes.io/docs/reference/labels-annotations-taints/">annotations</a>.
   */
  static final String ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";

  private static final int GONE = 404;
  private static final long ASKED_AGAIN = Duration.ofMinutes(1).toNanos();

  /** What is forgotten is asked for once more. */
  private static final int REMEMBERED = 10_000;

  /** After so many without any answer nobody is there, and the choice would be old by the end. */
  private static final int UNANSWERED = 3;

  /** Below that of all pods without a mark, which is 0. */
  private static final String COST = "\"-1\"";

  private static final String NONE = "null";

  private final ClusterApi cluster;
  private final PodAccount account;
  private final LongSupplier nanos;
  private final Set<String> marked = new HashSet<>();
  private final Set<String> unmarked = new HashSet<>();
  private final Map<String, Long> gone = new HashMap<>(); // and since when

  /**
   * Nothing is marked yet.
   *
   * @param nanos a clock, as {@link System#nanoTime}
   */
  PodMarks(ClusterApi cluster, PodAccount account, LongSupplier nanos) {
    this.cluster = cluster;
    this.account = account;
    this.nanos = nanos;
  }

  /** Whom this process has marked. */
  Set<String> marked() {
    return Set.copyOf(marked);
  }

  /**
   * Marks those that can be spared, and none besides.
   *
   * @param pods those that were looked at
   * @param spared who can be spared
   * @return the first failure; the others have been tried all the same
   */
  Optional<ClusterException> set(Set<String> pods, Set<String> spared) {
    var now = nanos.getAsLong();
    gone.values().removeIf(since -> now - since >= ASKED_AGAIN);
    if (unmarked.size() > REMEMBERED) {
      unmarked.clear();
    }
    var wanted = new TreeSet<>(spared);
    wanted.removeAll(marked);
    var unwanted = new TreeSet<>(pods);
    unwanted.removeAll(unmarked);
    unwanted.addAll(marked);
    unwanted.removeAll(spared);
    var round = new Round();
    wanted.forEach(pod -> round.patch(pod, COST, marked, unmarked));
    unwanted.forEach(pod -> round.patch(pod, NONE, unmarked, marked));
    return round.failure;
  }

  /** Some pods, one after the other. */
  private final class Round {
    private Optional<ClusterException> failure = Optional.empty();
    private int unanswered;

    void patch(String pod, String value, Set<String> to, Set<String> from) {
      if (gone.containsKey(pod) || unanswered >= UNANSWERED) {
        return;
      }
      try {
        PodMarks.this.patch(pod, value);
        from.remove(pod);
        to.add(pod);
      } catch (ClusterException e) {
        failed(pod, e);
      }
    }

    private void failed(String pod, ClusterException e) {
      if (e.status().orElse(0) == GONE) { // it has left already, or its host's name is another
        gone.put(pod, nanos.getAsLong());
        marked.remove(pod);
        return;
      }
      unanswered = e.status().isPresent() ? 0 : unanswered + 1;
      failure = failure.or(() -> Optional.of(e));
    }
  }

  private void patch(String pod, String value) {
    cluster.patch(
        "/api/v1/namespaces/%s/pods/%s".formatted(account.readNamespace(), pod),
        ClusterApi.MERGE_PATCH,
        "{\"metadata\":{\"annotations\":{\"%s\":%s}}}".formatted(ANNOTATION, value));
  }
}
