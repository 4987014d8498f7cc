// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.config.GroupStart;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Origin;
import io.millhand.engine.Loop.Turn;
import io.millhand.error.NoGroupException;
import io.millhand.error.UnavailableException;
import io.millhand.event.Event;
import io.millhand.event.Event.State;
import io.millhand.redis.ReadCommands;
import io.millhand.redis.ReadCommands.Grouped;
import io.millhand.redis.ReadCommands.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Redis for entries, never for more than there are permits: own but unheld, due, and new ones.
 *
 * <p>Threads: its own loop.
 *
 * <p>Owns: the reader connection, and the turn among the sources.
 *
 * <p>Promise: every entry that comes in holds a permit, and is in flight before anything but more
 * new entries is asked.
 *
 * <p>Failure: an outage is waited out by the loop; a reply that was lost is found again by the
 * audit; a group that is gone is made anew where nothing is skipped.
 */
final class Intake implements Loop.Step {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.intake");
  private static final int READ_AT_MOST = 500;

  /** So many are asked for while others are taken in: few enough that permits suffice for both. */
  private static final int AHEAD_AT_MOST = 250;

  /** For fewer a question by itself is too dear; of a few permits, a share of so many. */
  private static final int AHEAD_AT_LEAST = 50;

  private static final int SHARE_AT_LEAST = 16;

  private static final Duration LONGEST_BLOCK = Duration.ofSeconds(1);
  private static final long WAIT_NANOS = 100_000_000;

  private final Connected<ReadCommands> redis;
  private final Capacity capacity;
  private final Pace pace;
  private final Dispatcher dispatcher;
  private final Order order;
  private final InFlight inFlight;
  private final Suspects suspects;
  private final DuePoll duePoll;
  private final OwnAudit audit;
  private final Admission admission;
  private final Events events;
  private final Signal signal;
  private final Fence fence;
  private final Lifecycle lifecycle;

  private final int aheadAtLeast;
  private final LostGroup lost = new LostGroup();
  private final ReadSize readSize = new ReadSize(READ_AT_MOST);

  private long generation;

  /** The reader connection before, of which a read may still be served. */
  private Client client = new Client(Optional.empty(), Optional.empty());

  private boolean newWaits = true;
  private boolean backWaits;

  /**
   * Whether the turn before ended with its claim, which is a script: where scripts alone are
   * refused, as in a slot that is half moved, new entries come all the same.
   */
  private boolean claimFailed;

  private long turn;

  /** The fence's term in which this turn asks. */
  private long term;

  /** What was asked for, and is not answered yet: by the next turn. */
  private @Nullable Ahead ahead;

  private record Client(Optional<String> run, Optional<Long> id) {}

  /**
   * A question for new entries that Redis works on meanwhile.
   *
   * @param count how many were asked for; it has as many permits
   * @param term the fence's term then
   * @param generation the connection on which
   */
  private record Ahead(int count, long term, long generation) {}

  Intake(
      Connected<ReadCommands> redis,
      Capacity capacity,
      Pace pace,
      Dispatcher dispatcher,
      Order order,
      Settler settler,
      InFlight inFlight,
      Suspects suspects,
      DuePoll duePoll,
      Events events,
      Signal signal,
      Fence fence,
      Lifecycle lifecycle) {
    this.redis = redis;
    this.capacity = capacity;
    this.aheadAtLeast = Math.clamp(capacity.permits() / SHARE_AT_LEAST, 1, AHEAD_AT_LEAST);
    this.pace = pace;
    this.dispatcher = dispatcher;
    this.order = order;
    this.inFlight = inFlight;
    this.suspects = suspects;
    this.duePoll = duePoll;
    this.audit = new OwnAudit(inFlight, events);
    this.admission =
        new Admission(
            capacity, order, settler, inFlight, suspects, audit, events, fence, lifecycle);
    this.events = events;
    this.signal = signal;
    this.fence = fence;
    this.lifecycle = lifecycle;
  }

  /** Makes the group where there is none; before the loop starts. */
  void prepare(GroupStart start) {
    tell(redis.get().group(start, Seen.NEVER, Optional.empty()));
  }

  @Override
  public Turn run() throws InterruptedException {
    signal.clear();
    pace.learn(System.nanoTime(), dispatcher.ended());
    if (ahead != null) {
      takeAhead(ahead);
      return Turn.ASKED;
    }
    var room = room(0);
    if (room <= 0) {
      signal.await(WAIT_NANOS);
      return Turn.IDLE;
    }
    ask(connected(), room);
    return Turn.ASKED;
  }

  /** What was asked for is ours, and must not be left unheld. */
  @Override
  public void last() throws InterruptedException {
    if (ahead != null && !redis.isBroken()) {
      takeAhead(ahead);
    }
  }

  private void ask(ReadCommands reader, int room) throws InterruptedException {
    capacity.take(room);
    admission.begin();
    term = fence.term();
    try {
      var reading = order.prepare(reader, generation, term);
      var asked = System.nanoTime();
      var shares = Shares.of(room, newWaits, backWaits, turn++);
      takeBack(reader, shares.back());
      var waited = takeNew(reader, reading, Math.min(shares.fresh(), room - admission.admitted()));
      lost.found();
      if (waited == Waited.NOT_AT_ALL) {
        pace.tripTook(System.nanoTime() - asked);
      }
      if (admission.admitted() > 0) {
        readSize.came();
      }
    } catch (NoGroupException e) {
      heal(reader);
    } catch (UnavailableException e) {
      if (e.mayHaveBeenDone()) {
        readSize.broke();
      }
      throw e;
    } finally {
      capacity.giveBack(room - admission.admitted());
    }
  }

  /**
   * Takes in what was asked for a turn ago. The next question goes out before that, so that Redis
   * and we work at once.
   */
  private void takeAhead(Ahead asked) throws InterruptedException {
    ahead = null;
    admission.begin();
    try {
      var reader = connected();
      if (generation != asked.generation()) {
        return; // lost with its connection: the audit brings what it was answered
      }
      askAhead(reader, asked.count());
      var arrivals = reader.answered();
      newWaits = arrivals.size() >= asked.count();
      admission.accept(arrivals, Origin.NEW, asked.term());
      lost.found();
      if (admission.admitted() > 0) {
        readSize.came();
      }
    } catch (NoGroupException e) {
      drop();
      heal(connected());
    } catch (UnavailableException e) {
      if (e.mayHaveBeenDone()) {
        readSize.broke();
      }
      drop();
      throw e;
    } catch (RuntimeException | Error e) {
      drop();
      throw e;
    } finally {
      capacity.giveBack(asked.count() - admission.admitted());
    }
  }

  /**
   * While more waits than is asked for, and nothing else is to be asked.
   *
   * @param coming what was read or asked for, and has not been taken in
   */
  private void askAhead(ReadCommands reader, int coming) {
    var count = reader.within(Math.min(room(coming), AHEAD_AT_MOST));
    if (count < aheadAtLeast
        || !newWaits
        || backWaits
        || duePoll.nanosLeft() == 0
        || audit.isDue()
        || !order.isAskedAhead()) {
      return;
    }
    var now = new Ahead(count, fence.term(), generation);
    capacity.take(count);
    ahead = now;
    try {
      reader.ask(count);
    } catch (UnavailableException e) {
      // The next turn meets it; what has come must be taken in first.
      log.debug("{}: could not ask ahead", events.by, e);
    }
  }

  /** Whatever was asked for ahead goes with the connection. */
  private void drop() {
    var dropped = ahead;
    ahead = null;
    if (dropped != null) {
      redis.close();
      capacity.giveBack(dropped.count());
    }
  }

  /**
   * For how many more there is use.
   *
   * @param coming what was read or asked for, and has not been taken in
   */
  private int room(int coming) {
    if (lifecycle.state() != State.RUNNING || !fence.isOpen()) {
      return 0;
    }
    var wanted = dispatcher.vacant() + pace.ahead() - coming;
    return readSize.of(Math.min(capacity.free(), wanted));
  }

  private ReadCommands connected() {
    var reader = redis.get();
    if (redis.generation() != generation) {
      generation = redis.generation();
      var now = new Client(reader.server().runId(), reader.server().clientId());
      if (generation > 1 && !isOfAnotherRun(now)) {
        // A client id means something within one run of the server only.
        var isEnded = now.run().isPresent() && client.id().map(reader::endClient).orElse(false);
        if (!isEnded) {
          order.mayStillBeRead(LONGEST_BLOCK.plusMillis(200));
        }
      }
      client = now;
      audit.restart();
      newWaits = true;
    }
    return reader;
  }

  /** Then the connection before has ended with its server; where we may not know, perhaps not. */
  private boolean isOfAnotherRun(Client now) {
    return client.run().isPresent() && now.run().isPresent() && !client.run().equals(now.run());
  }

  private void takeBack(ReadCommands reader, int limit) {
    if (limit > 0 && audit.isDue()) {
      takeUnheld(reader, limit);
    }
    backWaits = audit.hasMore();
    if (limit > admission.admitted() && duePoll.nanosLeft() == 0) {
      if (claimFailed) {
        claimFailed = false;
        return;
      }
      claimFailed = true;
      backWaits |= takeDue(reader, limit - admission.admitted());
      claimFailed = false;
    }
  }

  private void takeUnheld(ReadCommands reader, int limit) {
    var trimmed = new ArrayList<EntryId>();
    var arrivals = audit.next(reader, limit, trimmed);
    tellTrimmed(trimmed);
    admission.accept(arrivals, Origin.UNHELD, term);
  }

  /** Answers whether more is due already. */
  private boolean takeDue(ReadCommands reader, int limit) {
    // Before the claim, so that what is deferred meanwhile is not forgotten.
    duePoll.asked();
    var due = reader.claimDue(limit, suspects.room(), Suspects.AFTER);
    due.nextDue().ifPresent(duePoll::expect);
    tellTrimmed(due.trimmed());
    if (!due.restored().isEmpty()) {
      log.warn(
          "{}: {} deferred entries had lost their pending record and were restored: {}",
          events.by,
          due.restored().size(),
          due.restored());
      events.emit(new Event.Restored(events.by, due.restored()));
    }
    admission.accept(due.arrivals(), Origin.DUE, term);
    var more = due.nextDue().filter(Duration::isZero).isPresent() && !due.arrivals().isEmpty();
    if (more) {
      duePoll.again();
    }
    return more;
  }

  /** What a question for new entries tells of how long the way to Redis is. */
  private enum Waited {
    /** Redis answered at once. */
    NOT_AT_ALL,
    /** It was let wait for an entry, or not asked: nothing is told. */
    PERHAPS
  }

  private Waited takeNew(ReadCommands reader, Order.Reading reading, int limit)
      throws InterruptedException {
    if (reading == Order.Reading.HELD_BACK) {
      if (admission.admitted() == 0) {
        signal.await(Math.min(WAIT_NANOS, Math.min(duePoll.nanosLeft(), audit.nanosLeft())));
      }
      return Waited.PERHAPS;
    }
    if (limit <= 0 || !mayAsk()) {
      return Waited.PERHAPS;
    }
    var nothingElse = admission.admitted() == 0 && !newWaits && !backWaits;
    var block = nothingElse ? block() : Duration.ZERO;
    var count = reader.within(limit);
    var arrivals = reader.readNew(count, block);
    // Fewer than were asked for: that is all there is, and the next question may wait for more.
    newWaits = arrivals.size() >= count;
    askAhead(reader, arrivals.size());
    admission.accept(arrivals, Origin.NEW, term);
    return block.isZero() ? Waited.NOT_AT_ALL : Waited.PERHAPS;
  }

  /**
   * A process that was frozen since the turn began may have been replaced under its own name: what
   * it reads now its successor learns of too late.
   */
  private boolean mayAsk() {
    return fence.isOpen() && fence.term() == term;
  }

  private Duration block() {
    var nanos = Math.min(LONGEST_BLOCK.toNanos(), Math.min(duePoll.nanosLeft(), audit.nanosLeft()));
    return Duration.ofMillis((nanos + 999_999) / 1_000_000);
  }

  private void tellTrimmed(List<EntryId> ids) {
    if (!ids.isEmpty()) {
      log.warn(
          "{}: {} pending entries were trimmed from the stream before they were done, and are lost to this group: {}",
          events.by,
          ids.size(),
          ids);
      events.emit(new Event.Trimmed(events.by, List.copyOf(ids)));
    }
  }

  private void heal(ReadCommands reader) throws InterruptedException {
    if (reader.canMove() && !lost.isCertain(System.nanoTime())) {
      // Perhaps it is at another node by now: no group is made where the old one may still be.
      reader.doubt();
      signal.await(WAIT_NANOS);
      return;
    }
    tell(reader.group(GroupStart.beginning(), Seen.BEFORE, inFlight.lowest()));
    order.regrouped();
    lost.found();
    newWaits = true;
    audit.restart();
    // A group that somebody keeps deleting must not make us spin.
    signal.await(WAIT_NANOS);
  }

  private void tell(Grouped grouped) {
    switch (grouped) {
      case Grouped.Existed existed -> {
        // the usual case
      }
      case Grouped.Created created -> {
        log.info("{}: created the group, reading after {}", events.by, created.start());
        events.emit(new Event.GroupCreated(events.by, created.start()));
      }
      case Grouped.Recreated recreated -> {
        log.warn(
            "{}: the group was gone and has been made anew, reading after {}. Redis lost data or somebody deleted it; "
                + "what was unfinished is handled again as far as the stream still has it.",
            events.by,
            recreated.start());
        events.emit(new Event.GroupRecreated(events.by, recreated.start()));
      }
    }
  }
}
