// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.autoscale.GroupName;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Signals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Keeps as many workers as are needed: starts them, has the youngest drain, replaces who died.
 *
 * <p>Threads: one loop, which hears through its inbox and owns the workers; {@link #requested},
 * {@link #stop} and {@link #killAll} by any.
 *
 * <p>Promise: while it is not known how many are needed, nobody is started or sent away but for
 * those who died. When {@link #run} has returned, nobody is left.
 *
 * <p>Failure: where no worker ever lives for long, all are sent away and {@link #run} throws.
 */
final class Foreman {

  private static final Duration TICK = Duration.ofMillis(200);

  private final GroupName group;
  private final int fewest;
  private final Duration stopTimeout;
  private final Signals signals;
  private final Launch launch;
  private final Account account;
  private final BlockingQueue<News> inbox = new LinkedBlockingQueue<>();
  private final List<LocalWorker> working = new CopyOnWriteArrayList<>(); // the youngest last
  private final List<LocalWorker> draining = new CopyOnWriteArrayList<>();
  private final Restarts restarts = new Restarts();
  private int started;
  private int wanted;
  private boolean isKnown;
  private int unknowns;
  private boolean isUnknownTold;
  private boolean stopping;
  private boolean isOneKilled; // while stopping
  private Optional<CommandFailure> failure = Optional.empty();

  /** What the loop hears. */
  private sealed interface News {
    /** Something else stands on the board. */
    record Changed() implements News {}

    /** A process has ended. */
    record Ended(LocalWorker worker) implements News {}

    /** All are to go. */
    record Stop() implements News {}
  }

  /**
   * Nobody is started yet.
   *
   * @param group whom they work for
   * @param fewest so many there are before anything is known
   * @param stopTimeout how long one may drain until it is killed
   */
  Foreman(
      GroupName group,
      int fewest,
      Duration stopTimeout,
      Signals signals,
      Launch launch,
      Account account) {
    this.group = group;
    this.fewest = fewest;
    this.stopTimeout = stopTimeout;
    this.signals = signals;
    this.launch = launch;
    this.account = account;
  }

  /**
   * Goes on until it is stopped and all have gone.
   *
   * @return the exit code
   * @throws CommandFailure when the workers cannot live
   */
  @SuppressWarnings("try") // that it listens is all
  int run() throws InterruptedException {
    wanted = fewest;
    try (var listening = signals.listen(() -> inbox.add(new News.Changed()))) {
      lookIfThere();
      while (!stopping || !working.isEmpty() || !draining.isEmpty()) {
        var news = inbox.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        if (news != null) {
          hear(news);
        }
        sendOff();
        fill();
      }
    } finally {
      killAll();
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return isOneKilled ? ExitCode.LEFT_BEHIND : ExitCode.OK;
  }

  private void hear(News news) throws InterruptedException {
    switch (news) {
      case News.Changed changed -> look();
      case News.Ended ended -> ended(ended.worker());
      case News.Stop stop -> leave();
    }
  }

  /** Reads what stands on the board already; that nothing does is no news yet. */
  private void lookIfThere() {
    try {
      if (!signals.all().isEmpty()) {
        look();
      }
    } catch (NoSignalException e) {
      // who looks at groups tells soon
    }
  }

  private void look() {
    if (stopping) {
      return;
    }
    try {
      var signal = signals.of(group.stream(), group.group());
      if (signal.isPresent()) {
        switch (signal.get().advice()) {
          case Need need -> want(need);
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

  private void unknown(String reason) {
    if (!isUnknownTold) {
      account.unknown(working.size(), reason);
    }
    isUnknownTold = true;
  }

  private void want(Need need) {
    if (isUnknownTold) {
      account.known(need.workers());
    }
    isUnknownTold = false;
    unknowns = 0;
    if (!isKnown || need.workers() != wanted) {
      account.needed(need.workers(), working.size(), need.reason());
    }
    isKnown = true;
    wanted = need.workers();
    while (working.size() > wanted) {
      retire(working.getLast());
    }
  }

  private void retire(LocalWorker worker) {
    working.remove(worker);
    draining.add(worker);
    worker.retire();
    account.retired(worker, working.size());
  }

  private void fill() {
    while (!stopping && working.size() < wanted && restarts.mayStart(now())) {
      started++;
      try {
        var worker = LocalWorker.start(started, launch, each -> inbox.add(new News.Ended(each)));
        working.add(worker);
        account.started(worker, working.size());
      } catch (IOException e) {
        notStarted(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Too many processes, or too little memory: the others go on, and it is tried again. */
  private void notStarted(String reason) {
    var pause = restarts.died(now(), now());
    account.notStarted(started, reason, pause);
    if (restarts.isHopeless()) {
      giveUp("could not be started: " + reason);
    }
  }

  private void ended(LocalWorker worker) throws InterruptedException {
    if (!working.remove(worker)) {
      return; // it was asked to; sendOff sees when all of it is gone
    }
    var now = now();
    var pause = restarts.died(now.minus(worker.age()), now);
    var words = restarts.inRow() == 1 ? worker.lastWords().orElse("") : "";
    account.died(worker, words, pause);
    if (restarts.isHopeless()) {
      giveUp("ended with exit code " + worker.status() + worker.lastWords().orElse(""));
    }
  }

  private void giveUp(String last) {
    failure =
        Optional.of(
            new CommandFailure(
                ExitCode.FAILED,
                "%d workers in a row have ended within %d s or could not be started, and none has ever lived longer: given up. Try the command of --exec by itself. The last %s"
                    .formatted(restarts.inRow(), Restarts.GROWN.toSeconds(), last)));
    leave();
  }

  private void sendOff() {
    working.forEach(worker -> restarts.lives(worker.age()));
    for (var worker : List.copyOf(draining)) {
      if (worker.isGone()) {
        draining.remove(worker);
        account.left(worker);
      } else if (worker.draining().compareTo(stopTimeout) > 0 && !worker.isKilled()) {
        isOneKilled |= stopping;
        account.killed(worker, stopTimeout);
        worker.kill();
      }
    }
  }

  private void leave() {
    stopping = true;
    List.copyOf(working).forEach(this::retire);
  }

  private static Duration now() {
    return Duration.ofNanos(System.nanoTime());
  }

  /** How many have been started, live, and have not been asked to drain. */
  int requested() {
    return working.size();
  }

  /** Their processes, the oldest first; draining ones not. */
  List<Long> pids() {
    return working.stream().map(LocalWorker::pid).toList();
  }

  /** All are to drain and go; then {@link #run} returns. */
  void stop() {
    inbox.add(new News.Stop());
  }

  /** Kills all that are left, at once. */
  void killAll() {
    working.forEach(LocalWorker::kill);
    draining.forEach(LocalWorker::kill);
  }
}
