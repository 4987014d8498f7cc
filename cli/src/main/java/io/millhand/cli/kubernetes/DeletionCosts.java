// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import io.millhand.autoscale.Advice.Need;
import io.millhand.cli.Escape;
import io.millhand.cli.autoscale.GroupName;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.autoscale.Signals;
import io.millhand.error.MillhandException;
import io.millhand.inspect.Presence;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.WorkerInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks the pods that can be spared with {@code controller.kubernetes.io/pod-deletion-cost} while a
 * group needs fewer workers than it has, so that a ReplicaSet takes those first; takes the mark
 * away again where that is over. Of a registered worker the host's name is the pod's.
 *
 * <p>Threads: one of its own, woken by the board.
 *
 * <p>Owns: which pods it has marked.
 *
 * <p>Failure: a pod that cannot be marked is told of once and left alone; what shrinks then shrinks
 * in Kubernetes' own order, and drains as ever.
 */
public final class DeletionCosts implements AutoCloseable {

  /**
   * See <a href="https://kubernetes.io/docs/reference/labels-annotations-taints/">annotations</a>.
   */
  static final String ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private static final Pattern POD = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
  private static final int GONE = 404;

  /** Below that of all pods without a mark, which is 0. */
  private static final int COST = -1;

  private final Signals signals;
  private final Function<GroupName, List<ConsumerSnapshot>> consumers;
  private final ClusterApi cluster;
  private final PodAccount account;
  private final Semaphore news = new Semaphore(0);
  private final Signals.Listening listening;
  private final Thread loop;

  private final Set<String> marked = new HashSet<>(); // confined to the loop
  private boolean isFailureTold; // confined to the loop

  private DeletionCosts(
      Signals signals, Function<GroupName, List<ConsumerSnapshot>> consumers, PodAccount account) {
    this.signals = signals;
    this.consumers = consumers;
    this.account = account;
    this.cluster = new ClusterApi(account);
    this.listening = signals.listen(news::release);
    this.loop = Thread.ofPlatform().name("millhand-deletion-costs").daemon().unstarted(this::run);
  }

  /**
   * Marks from now on.
   *
   * @param consumers tells who works for a group
   */
  public static DeletionCosts start(
      Signals signals, Function<GroupName, List<ConsumerSnapshot>> consumers, PodAccount account) {
    var costs = new DeletionCosts(signals, consumers, account);
    costs.loop.start();
    return costs;
  }

  private void run() {
    try {
      while (true) {
        news.acquire();
        news.drainPermits();
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      mark(spared(signals.all()));
      isFailureTold = false;
    } catch (NoSignalException e) {
      // Fleets stay as they are meanwhile, and so do the marks.
    } catch (MillhandException | ClusterException e) {
      if (!isFailureTold) {
        log.warn(
            "idle pods cannot be marked, and Kubernetes takes others: {}",
            Escape.message(String.valueOf(e.getMessage())));
      }
      isFailureTold = true;
    }
  }

  private Set<String> spared(List<Signal> all) {
    var fleets = new ArrayList<Set<String>>();
    var spared = new ArrayList<Set<String>>();
    for (var signal : all) {
      if (signal.advice() instanceof Need need && need.workers() < signal.ready()) {
        var held = held(consumers.apply(new GroupName(signal.stream(), signal.group())));
        fleets.add(held.keySet());
        spared.add(Surplus.of(held, need.workers(), marked));
      }
    }
    return Surplus.ofAll(fleets, spared);
  }

  private static Map<String, Long> held(List<ConsumerSnapshot> consumers) {
    var held = new HashMap<String, Long>();
    for (var consumer : consumers) {
      consumer
          .worker()
          .filter(worker -> worker.presence() != Presence.GONE)
          .map(WorkerInfo::host)
          .filter(host -> POD.matcher(host).matches())
          .ifPresent(pod -> held.merge(pod, consumer.pending(), Long::sum));
    }
    return held;
  }

  private void mark(Set<String> spared) {
    for (var pod : spared) {
      if (!marked.contains(pod) && patch(pod, "\"%d\"".formatted(COST))) {
        marked.add(pod);
      }
    }
    for (var pod : Set.copyOf(marked)) {
      if (!spared.contains(pod)) {
        patch(pod, "null");
        marked.remove(pod);
      }
    }
  }

  /** Whether that pod is there. */
  private boolean patch(String pod, String value) {
    try {
      cluster.patch(
          "/api/v1/namespaces/%s/pods/%s".formatted(account.readNamespace(), pod),
          ClusterApi.MERGE_PATCH,
          "{\"metadata\":{\"annotations\":{\"%s\":%s}}}".formatted(ANNOTATION, value));
      return true;
    } catch (ClusterException e) {
      if (e.status().orElse(0) == GONE) {
        return false; // it has left already, or its host's name is another
      }
      throw e;
    }
  }

  /** Marks no more; what is marked stays so. */
  @Override
  public void close() {
    listening.close();
    loop.interrupt();
    cluster.close();
  }
}
