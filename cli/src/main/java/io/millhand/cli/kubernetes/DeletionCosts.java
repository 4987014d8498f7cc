// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import io.millhand.autoscale.Advice.Need;
import io.millhand.cli.Escape;
import io.millhand.cli.autoscale.GroupName;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.autoscale.Signals;
import io.millhand.inspect.Presence;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.WorkerInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * <p>Replicas choose for themselves, by the same rule. A fleet that is seen for the first time may
 * bear the marks of a process that is no more: who is not to go loses his.
 *
 * <p>Failure: that a pod cannot be marked is told once, and tried again at the next look; what
 * shrinks meanwhile shrinks in Kubernetes' own order, and drains as ever.
 */
public final class DeletionCosts implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private static final Pattern POD = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  private final Signals signals;
  private final Function<GroupName, List<ConsumerSnapshot>> consumers;
  private final ClusterApi cluster;
  private final Semaphore news = new Semaphore(0);
  private final Signals.Listening listening;
  private final Thread loop;

  private final PodMarks marks; // confined to the loop
  private final Set<GroupName> seen = new HashSet<>(); // confined to the loop
  private boolean isFailureTold; // confined to the loop

  private DeletionCosts(
      Signals signals, Function<GroupName, List<ConsumerSnapshot>> consumers, PodAccount account) {
    this.signals = signals;
    this.consumers = consumers;
    this.cluster = new ClusterApi(account);
    this.marks = new PodMarks(cluster, account, System::nanoTime);
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
      var choice = choose(signals.all());
      var failure = marks.set(choice.pods(), choice.spared());
      if (failure.isPresent()) {
        tell(failure.get());
      } else {
        seen.addAll(choice.groups());
        isFailureTold = false;
      }
    } catch (NoSignalException e) {
      // Fleets stay as they are meanwhile, and so do the marks.
    } catch (RuntimeException e) { // whatever it is, the next look may do better
      tell(e);
    }
  }

  private void tell(RuntimeException e) {
    if (!isFailureTold && !loop.isInterrupted()) {
      log.warn(
          "idle pods cannot be marked, and Kubernetes takes others: {}",
          Escape.message(Optional.ofNullable(e.getMessage()).orElseGet(e::toString)));
    }
    isFailureTold = true;
  }

  /**
   * What came of a look.
   *
   * @param groups those whose workers were looked at
   * @param pods all of theirs
   * @param spared those of them that can be spared
   */
  private record Choice(Set<GroupName> groups, Set<String> pods, Set<String> spared) {}

  /** Looks at fleets that are too large, and at each once, since it may bear older marks. */
  private Choice choose(List<Signal> all) {
    var groups = new HashSet<GroupName>();
    var pods = new HashSet<String>();
    var fleets = new ArrayList<Set<String>>();
    var spared = new ArrayList<Set<String>>();
    for (var signal : all) {
      var name = new GroupName(signal.stream(), signal.group());
      if (signal.advice() instanceof Need need
          && (need.workers() < signal.ready() || !seen.contains(name))) {
        var held = held(consumers.apply(name));
        groups.add(name);
        pods.addAll(held.keySet());
        if (need.workers() < signal.ready()) {
          fleets.add(held.keySet());
          spared.add(Surplus.of(held, need.workers(), marks.marked()));
        }
      }
    }
    return new Choice(groups, pods, Surplus.ofAll(fleets, spared));
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

  /** Marks no more; what is marked stays so. */
  @Override
  public void close() {
    listening.close();
    loop.interrupt();
    cluster.close();
  }
}
