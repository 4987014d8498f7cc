// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Texts;
import io.millhand.cli.demo.Scoreboard.Row;
import io.millhand.cli.demo.Scoreboard.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The worker processes.
 *
 * <p>Threads: the parent's loop alone.
 *
 * <p>Owns: the processes, and what they told last.
 */
final class Fleet {

  private static final Duration BUSY_WITHIN = Duration.ofSeconds(2);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(3);
  private static final Duration END_WITHIN = Duration.ofSeconds(30);
  private static final int KILLED = 128 + 9;
  private static final int TERMINATED = 128 + 15;

  private final DemoSettings settings;
  private final Site site;
  private final String suffix;
  private final BlockingQueue<Child.News> inbox;
  private final List<Member> members = new ArrayList<>();

  /** A worker, alive or dead. */
  private static final class Member {
    final Child child;
    final RateMeter rate = new RateMeter();
    State state = State.STARTING;
    Report.Working last = new Report.Working(0, 0, 0, 0, false);
    @Nullable Victim victim;

    Member(Child child) {
      this.child = child;
    }

    boolean isStaff() {
      return state == State.STARTING || state == State.WORKING;
    }

    boolean isGone() {
      return state == State.KILLED || state == State.LEFT;
    }
  }

  /**
   * Nothing is started yet.
   *
   * @param suffix makes names differ from those of other runs on the same Redis
   */
  Fleet(DemoSettings settings, Site site, String suffix, BlockingQueue<Child.News> inbox) {
    this.settings = settings;
    this.site = site;
    this.suffix = suffix;
    this.inbox = inbox;
  }

  /** Starts one more; answers its name. */
  String startOne() {
    var name = "worker-" + (members.size() + 1) + suffix;
    var fleet = settings.fleet();
    var arguments =
        List.of(
            "demo-worker",
            "--stream",
            settings.source().stream(),
            "--group",
            settings.source().group(),
            "--name",
            name,
            "--ledgers",
            Folder.ledgers(site.folder()).toString(),
            "--concurrency",
            Integer.toString(fleet.concurrency()),
            "--handler-time",
            fleet.handlerTime().toMillis() + "ms",
            "--fail-rate",
            Double.toString(fleet.failRate()),
            "--lease",
            fleet.lease().toString());
    members.add(new Member(Child.start(name, arguments, site, inbox)));
    return name;
  }

  /** The youngest that is there is to drain. */
  void retireOne() {
    var youngest = members.reversed().stream().filter(Member::isStaff).findFirst().orElseThrow();
    youngest.state = State.DRAINING;
    youngest.child.terminate();
  }

  boolean has(String name) {
    return members.stream().anyMatch(member -> member.child.name().equals(name));
  }

  /** How many are registered and not gone. */
  long working() {
    return members.stream().filter(member -> member.state == State.WORKING).count();
  }

  /** How many have been started, are not gone, and were not told to drain. */
  long staffed() {
    return members.stream().filter(Member::isStaff).count();
  }

  /** How many have been started and are not gone. */
  long alive() {
    return members.stream().filter(member -> !member.isGone()).count();
  }

  /**
   * One of them said that.
   *
   * @return victims whose entries are taken over from now on
   */
  List<Victim> said(String name, Report report) {
    var member = member(name);
    switch (report) {
      case Report.Ready ready -> {
        if (member.state == State.STARTING) {
          member.state = State.WORKING;
        }
      }
      case Report.Working working -> {
        member.last = working;
        member.rate.learn(System.nanoTime(), working.handled());
      }
      case Report.TookOver tookOver -> {
        var taken = victims().stream().filter(victim -> !victim.isRecovered()).toList();
        taken.forEach(Victim::recover);
        return taken;
      }
      case Report.Stopped stopped -> member.state = State.LEFT;
      case Report.Sending sending -> throw new IllegalStateException(name + " is no producer");
      case Report.AllSent allSent -> throw new IllegalStateException(name + " is no producer");
    }
    return List.of();
  }

  /**
   * One of them has ended.
   *
   * @return it, where somebody else has killed it
   * @throws CommandFailure when it failed
   */
  Optional<Victim> ended(String name, int status) {
    var member = member(name);
    if (member.isGone()) {
      return Optional.empty();
    }
    if (status == KILLED) {
      return Optional.of(bury(member, Instant.now()));
    }
    if (status == TERMINATED || (member.state == State.DRAINING && status == ExitCode.OK)) {
      member.state = State.LEFT;
      return Optional.empty();
    }
    throw new CommandFailure(
        ExitCode.FAILED,
        "%s ended with status %d. The end of its log:%n  %s"
            .formatted(name, status, member.child.story()));
  }

  /** Kills the one that holds most, at a moment when it has something in hand. */
  Victim killOne() throws InterruptedException {
    var member =
        members.stream()
            .filter(each -> each.state == State.WORKING)
            .max(Comparator.comparingInt(each -> each.last.inFlight()))
            .orElseThrow();
    freezeBusy(member.child);
    var killed = Instant.now();
    member.child.kill();
    member.child.awaitEnd(END_WITHIN);
    return bury(member, killed);
  }

  /** Stops its time while handlers run, so that the kill does not hit it between two entries. */
  private void freezeBusy(Child child) {
    var deadline = System.nanoTime() + BUSY_WITHIN.toNanos();
    child.freeze();
    while (OpenRuns.count(Folder.ledgers(site.folder()), child.name()) == 0
        && System.nanoTime() - deadline < 0) {
      child.thaw();
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      child.freeze();
    }
  }

  private static Victim bury(Member member, Instant killed) {
    var victim = new Victim(member.child.name(), killed, Instant.now());
    member.state = State.KILLED;
    member.victim = victim;
    return victim;
  }

  /** All that were killed, in the order of their start. */
  List<Victim> victims() {
    return members.stream().flatMap(member -> Optional.ofNullable(member.victim).stream()).toList();
  }

  /** The process of a worker. */
  long pid(String name) {
    return member(name).child.pid();
  }

  /** SIGTERM to all, and waits until they have drained and gone; one that does not is killed. */
  void drain() throws InterruptedException {
    members.forEach(member -> member.child.terminate());
    for (var member : members) {
      if (!member.child.awaitEnd(END_WITHIN)) {
        member.child.kill();
      }
    }
  }

  /** Ends all at once. */
  void kill() {
    members.forEach(member -> member.child.kill());
  }

  /** What to show of them. */
  List<Row> rows() {
    return members.stream().map(Fleet::row).toList();
  }

  private static Row row(Member member) {
    var gone = member.isGone();
    var remark =
        Optional.ofNullable(member.victim)
            .map(
                victim ->
                    victim
                        .recovery()
                        .map(after -> "taken over after " + Texts.seconds(after))
                        .orElse("dead for " + Texts.seconds(victim.dead())))
            .orElse("");
    return new Row(
        member.child.name(),
        member.child.pid(),
        member.state,
        member.last.keeper() && !gone,
        gone ? 0 : member.rate.perSecond(),
        member.last.handled(),
        gone ? 0 : member.last.inFlight(),
        remark);
  }

  /** Attempts that failed, as they told. */
  long failed() {
    return members.stream().mapToLong(member -> member.last.failed()).sum();
  }

  /** Entries given up, as they told. */
  long dead() {
    return members.stream().mapToLong(member -> member.last.dead()).sum();
  }

  private Member member(String name) {
    return members.stream()
        .filter(each -> each.child.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no worker is called " + name));
  }
}
