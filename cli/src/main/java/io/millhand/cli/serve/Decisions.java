// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.cli.Escape;
import io.millhand.cli.Texts;
import io.millhand.cli.autoscale.GroupName;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.autoscale.Signals;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was decided into the log: each change once, with its reason, since a fleet that grew
 * at night is asked for its reasons in the morning. Called by the thread that decides.
 */
final class Decisions implements Runnable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private final Signals signals;
  private final Map<GroupName, Integer> needs = new HashMap<>();
  private final Map<GroupName, Integer> unknowns = new HashMap<>();
  private boolean isAway;

  Decisions(Signals signals) {
    this.signals = signals;
  }

  @Override
  public void run() {
    try {
      var all = signals.all();
      if (isAway) {
        log.info("groups can be looked at again");
      }
      isAway = false;
      all.forEach(this::tell);
      forget(all.stream().map(Decisions::name).collect(HashSet::new, Set::add, Set::addAll));
    } catch (NoSignalException e) {
      if (!isAway) {
        log.warn(
            "it is not known how many workers are needed, and fleets stay as they are: {}",
            Escape.message(String.valueOf(e.getMessage())));
      }
      isAway = true;
    }
  }

  private void tell(Signal signal) {
    switch (signal.advice()) {
      case Need need -> tell(signal, need);
      case Unknown unknown -> tell(signal, unknown);
    }
  }

  private void tell(Signal signal, Need need) {
    var before = needs.put(name(signal), need.workers());
    var wasUnknown = unknowns.remove(name(signal)) != null;
    if (before == null || before != need.workers() || wasUnknown) {
      log.info(
          "{}: {} needed, {} there: {}",
          shown(signal),
          Texts.workers(need.workers()),
          signal.ready(),
          Escape.message(need.reason()));
    }
  }

  /** One look at a new group cannot tell yet, and nothing is wrong. */
  private void tell(Signal signal, Unknown unknown) {
    if (unknowns.merge(name(signal), 1, Integer::sum) == 2) {
      log.warn(
          "{}: it is not known how many workers are needed, and the {} there stay as they are: {}",
          shown(signal),
          signal.ready(),
          Escape.message(unknown.reason()));
    }
  }

  private void forget(Set<GroupName> there) {
    needs.keySet().retainAll(there);
    unknowns.keySet().retainAll(there);
  }

  private static GroupName name(Signal signal) {
    return new GroupName(signal.stream(), signal.group());
  }

  private static String shown(Signal signal) {
    return "group %s of %s".formatted(Escape.text(signal.group()), Escape.text(signal.stream()));
  }
}
