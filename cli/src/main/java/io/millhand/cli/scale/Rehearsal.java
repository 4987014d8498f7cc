// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.cli.autoscale.GroupName;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Signals;

/** Tells how many workers would be kept, and starts none. Called by the thread that decides. */
final class Rehearsal implements Runnable {

  private final GroupName group;
  private final Signals signals;
  private final Account account;
  private int told = -1;
  private int unknowns;
  private boolean isUnknownTold;

  Rehearsal(GroupName group, Signals signals, Account account) {
    this.group = group;
    this.signals = signals;
    this.account = account;
  }

  @Override
  public void run() {
    try {
      var found = signals.of(group.stream(), group.group());
      if (found.isPresent()) {
        var signal = found.get();
        switch (signal.advice()) {
          case Need need -> need(need, signal.ready());
          case Unknown unknown -> {
            if (++unknowns > 1) { // one look at a new group cannot tell, and nothing is wrong
              unknown(unknown.reason());
            }
          }
        }
      }
    } catch (NoSignalException e) {
      unknown(String.valueOf(e.getMessage()));
    }
  }

  private void need(Need need, int ready) {
    isUnknownTold = false;
    unknowns = 0;
    if (need.workers() != told) {
      account.rehearsed(need.workers(), ready, need.reason());
    }
    told = need.workers();
  }

  private void unknown(String reason) {
    if (!isUnknownTold) {
      account.unknown(Math.max(0, told), reason);
    }
    isUnknownTold = true;
  }
}
