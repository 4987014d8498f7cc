// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Texts;
import io.millhand.cli.demo.Child.News;
import io.millhand.cli.demo.Scoreboard.Note;
import io.millhand.cli.demo.Scoreboard.Phase;
import io.millhand.error.MillhandException;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One run of the demo: starts the processes, kills workers, waits until all is handled, ends the
 * processes.
 *
 * <p>Threads: one loop, which hears of the children through its inbox and owns all the rest.
 *
 * <p>Promise: no child outlives {@link #close}.
 *
 * <p>Failure: a child that fails by itself ends the run, with the end of its log.
 */
final class Demo implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final Duration REPLACE_AFTER = Duration.ofSeconds(4);
  private static final Duration REPLACE_ANYWAY = Duration.ofSeconds(20);
  private static final Duration STALLED_AFTER = Duration.ofSeconds(45);
  private static final Duration LEAVE_WITHIN = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(150);
  private static final int MOST_NOTES = 20;

  private final DemoSettings settings;
  private final Site site;
  private final View view;
  private final BlockingQueue<News> inbox;
  private final Fleet fleet;
  private final Child producer;
  private final Optional<Steering> steering;
  private final RateMeter rate = new RateMeter();
  private final List<Note> notes = new ArrayList<>();
  private final long started = System.nanoTime();

  private Report.Sending sending = new Report.Sending(0, 0, 0);
  private boolean stopping;
  private boolean leaving;
  private boolean allSent;
  private int killed;
  private Optional<GroupSnapshot> group = Optional.empty();

  /** Whether {@link #group} was looked at after the producer's last word. */
  private boolean drained;

  private long lastProgress = System.nanoTime();
  private long progress;

  /** Starts the processes. */
  Demo(DemoSettings settings, Site site, String run, View view, BlockingQueue<News> inbox) {
    this.settings = settings;
    this.site = site;
    this.view = view;
    this.inbox = inbox;
    this.fleet = new Fleet(settings, site, site.isFresh() ? "" : "-" + run, inbox);
    for (int i = 0; i < settings.fleet().count(); i++) {
      fleet.startOne();
    }
    this.producer = Child.start("producer", producer(settings, site, run), site, inbox);
    this.steering =
        settings
            .burst()
            .map(burst -> new Steering(settings.source(), burst.policy(), site, fleet, inbox));
  }

  private static List<String> producer(DemoSettings settings, Site site, String run) {
    var words =
        new ArrayList<>(
            List.of(
                "demo-producer",
                "--stream",
                settings.source().stream(),
                "--folder",
                site.folder().toString(),
                "--run",
                run,
                "--messages",
                Long.toString(settings.limit()),
                "--rate",
                Double.toString(settings.perSecond())));
    settings
        .burst()
        .ifPresent(
            burst ->
                words.addAll(
                    List.of(
                        "--burst",
                        Long.toString(burst.count()),
                        "--burst-after",
                        burst.after().toString())));
    return words;
  }

  /** Goes on until all is handled, or the user does not want to wait for it. */
  Proof run() throws InterruptedException {
    view.show(scoreboard());
    var nextTick = System.nanoTime();
    while (!drained && !leaving && !isStalled()) {
      var news = inbox.poll(Math.max(0, nextTick - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (news != null) {
        hear(news);
      }
      if (System.nanoTime() - nextTick >= 0) {
        nextTick = System.nanoTime() + TICK.toNanos();
        tick();
      }
    }
    var took = running();
    producer.tell(DemoProducer.LEAVE);
    fleet.drain();
    producer.awaitEnd(LEAVE_WITHIN);
    hearTheRest();
    group = look();
    view.show(scoreboard());
    var run =
        new Proof.Run(
            settings.source(),
            settings.fleet().count(),
            took,
            site.server(),
            steering.map(Steering::sizes).orElse(List.of()));
    return Proof.of(run, site, fleet.victims(), sending, group);
  }

  private void hear(News news) {
    switch (news) {
      case News.StopAsked asked -> {
        leaving = stopping;
        stop("stopping: no more is sent, what was sent is handled");
      }
      case News.Needed needed ->
          steering.flatMap(it -> it.needed(needed.need(), running())).ifPresent(this::note);
      case News.Said said -> Report.parse(said.text()).ifPresent(report -> heard(said, report));
      case News.Ended ended -> {
        if (fleet.has(ended.child())) {
          fleet
              .ended(ended.child(), ended.status())
              .ifPresent(victim -> mourn(victim, "somebody killed"));
        } else {
          producerEnded(ended.status());
        }
      }
    }
  }

  private void heard(News.Said said, Report report) {
    if (fleet.has(said.child())) {
      fleet.said(said.child(), report).forEach(victim -> noteRecovery(victim, said.child()));
      if (report instanceof Report.Ready) {
        note(said.child() + " is ready");
      }
    } else if (report instanceof Report.Sending now) {
      sending = now;
    } else if (report instanceof Report.AllSent) {
      allSent = true;
      lastProgress = System.nanoTime();
    }
  }

  private void noteRecovery(Victim victim, String by) {
    note(
        "recovery began after %s: %s begins what %s had held"
            .formatted(victim.recovery().map(Texts::seconds).orElse("?"), by, victim.name()));
  }

  private void producerEnded(int status) {
    if (status > ExitCode.SIGNAL) { // by the user's hand
      note("the producer was killed: no more is sent");
      allSent = true;
    } else if (!allSent) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "the producer ended with status %d. The end of its log:%n  %s"
              .formatted(status, producer.story()));
    }
  }

  private void tick() throws InterruptedException {
    checkStart();
    group = look();
    drained = allSent && group.filter(Demo::isDone).isPresent();
    killInTime();
    replaceInTime();
    steer();
    rate.learn(System.nanoTime(), handled());
    watchProgress();
    view.show(scoreboard());
    if (!view.isWatched() && !stopping) {
      hear(new News.StopAsked());
    }
  }

  private void checkStart() {
    if (site.isLost()) {
      throw new CommandFailure(
          ExitCode.REDIS, "the Redis of the demo has ended; the demo cannot go on");
    }
    if (fleet.working() == 0 && sending.added() == 0 && running().compareTo(START_WITHIN) > 0) {
      throw new CommandFailure(
          ExitCode.FAILED, "no worker was ready within " + Texts.seconds(START_WITHIN));
    }
  }

  private Optional<GroupSnapshot> look() {
    try {
      var source = settings.source();
      return Optional.of(site.inspector().group(source.stream(), source.group()));
    } catch (MillhandException e) {
      return Optional
          .empty(); // not made yet, or Redis is away; the view says that it does not know
    }
  }

  private static boolean isDone(GroupSnapshot group) {
    return group.lag().isExact()
        && group.lag().entries() == 0
        && group.pending() == 0
        && group.deferred() == 0;
  }

  private void killInTime() throws InterruptedException {
    var calm =
        fleet.victims().stream()
            .allMatch(
                victim -> victim.isRecovered() || victim.dead().compareTo(REPLACE_ANYWAY) > 0);
    if (!stopping
        && calm
        && fleet.working() > 1
        && settings.wantsKill(killed, sending.added(), running())) {
      killed++;
      mourn(fleet.killOne(), "we killed");
    }
  }

  private void mourn(Victim victim, String who) {
    note(
        "%s %s (pid %d) with -9; it held %s"
            .formatted(
                who,
                victim.name(),
                fleet.pid(victim.name()),
                Texts.entries(pending(victim.name()))));
  }

  private long pending(String worker) {
    try {
      return site
          .inspector()
          .consumers(settings.source().stream(), settings.source().group())
          .stream()
          .filter(consumer -> consumer.name().equals(worker))
          .mapToLong(consumer -> consumer.pending())
          .sum();
    } catch (MillhandException e) {
      return 0;
    }
  }

  /**
   * In a run without end the killed are replaced, once it was seen that the others take over; else
   * when nobody is left.
   */
  private void replaceInTime() {
    var nobody = fleet.alive() == 0;
    var missing =
        settings.isEndless() && steering.isEmpty() && fleet.alive() < settings.fleet().count();
    if (!drained
        && (nobody || (missing && !stopping && fleet.victims().stream().allMatch(Demo::isOver)))) {
      note(fleet.startOne() + " is started in its place");
    }
  }

  private void steer() {
    steering.ifPresent(Steering::steer);
    if (!stopping && steering.filter(Steering::isOver).isPresent()) {
      stop("the fleet is as small as it was: no more is sent, what was sent is handled");
    } else if (!stopping && steering.isPresent() && running().compareTo(LONGEST_WAIT) > 0) {
      stop(
          "the fleet has not grown and shrunk within %s: stopping"
              .formatted(Texts.duration(LONGEST_WAIT)));
    }
  }

  private void stop(String why) {
    stopping = true;
    producer.tell(DemoProducer.STOP);
    note(why);
  }

  private static boolean isOver(Victim victim) {
    var since = victim.recovery().map(victim.dead()::minus);
    return since
        .map(time -> time.compareTo(REPLACE_AFTER) > 0)
        .orElseGet(() -> victim.dead().compareTo(REPLACE_ANYWAY) > 0);
  }

  private void watchProgress() {
    var now =
        handled()
            + sending.added()
            + fleet.failed()
            + group.map(it -> it.pending() + it.deferred()).orElse(0L);
    if (now != progress) {
      progress = now;
      lastProgress = System.nanoTime();
    }
  }

  /** After the last send, when nothing moves any more. */
  private boolean isStalled() {
    var stalled =
        (allSent || stopping)
            && System.nanoTime() - lastProgress
                > STALLED_AFTER.plus(settings.fleet().lease()).toNanos();
    if (stalled) {
      note("nothing has moved for a long time: giving up");
    }
    return stalled;
  }

  private void hearTheRest() {
    for (var news = inbox.poll(); news != null; news = inbox.poll()) {
      if (news instanceof News.Said said) {
        Report.parse(said.text()).ifPresent(report -> heard(said, report));
      }
    }
  }

  /** What happened, line by line. */
  List<String> story() {
    return notes.stream()
        .map(note -> "%6s  %s".formatted(Texts.clock(note.at()), note.text()))
        .toList();
  }

  private void note(String text) {
    var note = new Note(running(), text);
    if (notes.size() == MOST_NOTES) {
      notes.removeFirst();
    }
    notes.add(note);
    view.happened(note);
  }

  private Duration running() {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  private long handled() {
    return fleet.rows().stream().mapToLong(Scoreboard.Row::handled).sum();
  }

  /** What was handled was sent, though the producer may not have told yet. */
  private long sent() {
    return allSent
        ? sending.added()
        : Math.max(sending.added(), Math.min(handled(), settings.limit()));
  }

  private Scoreboard scoreboard() {
    var rows = fleet.rows();
    var counts =
        new Scoreboard.Counts(
            sent(),
            settings.messages(),
            handled(),
            rows.stream().mapToLong(Scoreboard.Row::inFlight).sum(),
            fleet.failed(),
            fleet.dead(),
            rate.perSecond());
    var phase =
        stopping || allSent
            ? Phase.FINISHING
            : sending.added() == 0 && fleet.working() == 0 ? Phase.STARTING : Phase.RUNNING;
    return new Scoreboard(
        phase,
        running(),
        counts,
        group,
        rows,
        List.copyOf(notes),
        steering.flatMap(Steering::need));
  }

  @Override
  public void close() {
    steering.ifPresent(Steering::close);
    fleet.kill();
    producer.kill();
  }
}
