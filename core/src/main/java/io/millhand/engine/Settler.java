// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Outcome;
import io.millhand.engine.Loop.Turn;
import io.millhand.error.UnavailableException;
import io.millhand.event.Event;
import io.millhand.redis.SettleCommands;
import io.millhand.redis.Settlement;
import io.millhand.redis.Settlement.Result;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns outcomes into Redis writes, all that have gathered in one go. The only writer of outcomes.
 *
 * <p>Threads: {@link #settle} and its like from any; everything else on the settle loop only.
 *
 * <p>Owns: what is settled but not confirmed.
 *
 * <p>Promise: a permit goes home only after Redis said yes, so at most maxInFlight outcomes ever
 * wait here.
 *
 * <p>Failure: in an outage the batch is kept and written again, and reading dries up by itself;
 * what Redis refuses for another reason is tried again by itself and holds nobody back.
 */
final class Settler implements Settling {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.settle");
  private static final int BATCH = 2048;

  /** Copies in one write: each may be large. */
  private static final int DEAD_BATCH = 20;

  private static final long IDLE_NANOS = 1_000_000_000;

  /** How long the first of a few settlements waits for more, while most permits are free. */
  private static final long GATHER_NANOS = 2_000_000;

  /** The share of the permits that are no more than a few. */
  private static final int FEW = 4;

  private static final long FIRST_REFUSAL_WAIT = 1_000_000_000;
  private static final long LONGEST_REFUSAL_WAIT = 30_000_000_000L;

  private final Connected<SettleCommands> redis;
  private final Verdict.Rules rules;
  private final Capacity capacity;
  private final InFlight inFlight;
  private final Suspects suspects;
  private final DuePoll duePoll;
  private final ServerClock clock;
  private final Order order;
  private final Events events;
  private final Signal signal;

  /** Told of each permit that comes home. */
  private final Signal home;

  private final AtomicInteger unconfirmed = new AtomicInteger();
  private final int fewUnconfirmed;
  private final ConcurrentLinkedQueue<Item> queue = new ConcurrentLinkedQueue<>();
  private final LongAdder settled = new LongAdder();
  private final LongAdder released = new LongAdder();
  private final AtomicInteger refusedCount = new AtomicInteger();

  /** What a failed write left. The loop's own. */
  private List<Item> batch = new ArrayList<>();

  /** What Redis refused, each with its own next try. The loop's own. */
  private final ArrayDeque<Refused> refused = new ArrayDeque<>();

  /**
   * One settlement on its way.
   *
   * @param held the delivery whose permit it carries; null for a late ack
   * @param id the entry
   * @param verdict what to write
   */
  private record Item(@Nullable Held held, EntryId id, Verdict verdict) {}

  private record Refused(Item item, long nextTry, long nextWait) {}

  Settler(
      Connected<SettleCommands> redis,
      Verdict.Rules rules,
      Capacity capacity,
      InFlight inFlight,
      Suspects suspects,
      DuePoll duePoll,
      ServerClock clock,
      Order order,
      Events events,
      Signal signal,
      Signal home) {
    this.home = home;
    this.redis = redis;
    this.rules = rules;
    this.capacity = capacity;
    this.fewUnconfirmed = capacity.permits() / FEW;
    this.inFlight = inFlight;
    this.suspects = suspects;
    this.duePoll = duePoll;
    this.clock = clock;
    this.order = order;
    this.events = events;
    this.signal = signal;
  }

  @Override
  public void settle(Held held, Outcome outcome) {
    add(held, verdict(held, outcome));
  }

  /** Whatever a user's policy throws, the delivery is settled. */
  private Verdict verdict(Held held, Outcome outcome) {
    try {
      return Verdict.of(outcome, held.arrival, rules, ThreadLocalRandom.current().nextDouble());
    } catch (RuntimeException e) {
      log.error(
          "{}: could not decide how to settle entry {}; it is tried again in a minute. Mend the retry policy.",
          events.by,
          held.id(),
          e);
      return Verdict.ofBroken(held.arrival, e);
    }
  }

  @Override
  public void release(Held held, Duration delay) {
    add(held, Verdict.release(held.arrival, rules, delay));
  }

  @Override
  public void ackLate(Held held) {
    add(new Item(null, held.id(), Verdict.ackLate(held.arrival)));
  }

  @Override
  public void drop(Held held) {
    held.confirm();
    letGo(held);
  }

  @Override
  public void letGo(Held held) {
    if (held.letGo()) {
      forget(held);
      capacity.giveBack(1);
      home.raise();
    }
  }

  private void add(Held held, Verdict verdict) {
    add(new Item(held, held.id(), verdict));
  }

  private void add(Item item) {
    var count = unconfirmed.incrementAndGet();
    queue.add(item);
    if (count == fewUnconfirmed) {
      signal.hurry();
    }
    signal.raise();
  }

  /** Whether settlements are on their way that Redis has neither confirmed nor refused. */
  boolean hasUnconfirmed() {
    return unconfirmed.get() > refusedCount.get();
  }

  /** Entries settled or handed on since the start. */
  long settled() {
    return settled.sum();
  }

  long released() {
    return released.sum();
  }

  /** How many settlements Redis refuses. */
  int refused() {
    return refusedCount.get();
  }

  /** One turn: writes what has gathered, or waits for something to write. */
  Turn step() throws InterruptedException {
    retryRefused();
    if (batch.isEmpty()) {
      gather();
    }
    if (batch.isEmpty()) {
      if (signal.see(refused.isEmpty() ? IDLE_NANOS : untilRetry())) {
        signal.rest(GATHER_NANOS, this::nobodyWaits);
      }
      return Turn.IDLE;
    }
    // Outside of what follows: who gets no connection meets an outage, whatever the reason.
    var commands = redis.get();
    SettleCommands.Written written;
    try {
      written = commands.settle(settlements(batch));
    } catch (UnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      log.warn(
          "{}: {} settlements failed together; each is tried by itself",
          events.by,
          batch.size(),
          e);
      settleSingly();
      return Turn.ASKED;
    }
    var done = batch;
    batch = new ArrayList<>();
    confirm(done, written);
    return Turn.ASKED;
  }

  private static List<Settlement> settlements(List<Item> items) {
    var settlements = new ArrayList<Settlement>(items.size());
    for (var item : items) {
      settlements.add(item.verdict().settlement());
    }
    return settlements;
  }

  /** One that cannot even be written must not hold the others back. */
  private void settleSingly() {
    while (!batch.isEmpty()) {
      var item = batch.get(batch.size() - 1);
      var commands = redis.get();
      try {
        confirm(List.of(item), commands.settle(settlements(List.of(item))));
      } catch (UnavailableException e) {
        throw e;
      } catch (RuntimeException e) {
        refuse(item, e, FIRST_REFUSAL_WAIT);
      }
      batch.remove(batch.size() - 1);
    }
  }

  /** Whether what is settled may lie for a moment, so that one write takes more of it. */
  private boolean nobodyWaits() {
    return order.blocked() == 0
        && unconfirmed.get() < fewUnconfirmed
        && inFlight.size() < capacity.permits() / 2;
  }

  private void gather() {
    signal.clear();
    var dead = 0;
    while (batch.size() < BATCH && dead < DEAD_BATCH) {
      var item = queue.poll();
      if (item == null) {
        return;
      }
      if (item.verdict().settlement() instanceof Settlement.Dead) {
        dead++;
      }
      batch.add(item);
    }
    // More than one write's worth: do not wait for a signal that has been cleared.
    signal.raise();
  }

  private void confirm(List<Item> items, SettleCommands.Written written) {
    var permits = 0;
    var now = clock.millisAt(System.nanoTime());
    for (int i = 0; i < items.size(); i++) {
      var item = items.get(i);
      if (written.results().get(i) instanceof Result.Refused refusal) {
        refuse(item, refusal.error(), FIRST_REFUSAL_WAIT);
      } else {
        permits += settled(item, written.results().get(i), now);
      }
    }
    capacity.giveBack(permits);
    home.raise();
    if (written.ackMissing() > 0) {
      events.emit(new Event.AckMissing(events.by, written.ackMissing()));
    }
    if (written.deadDropped() > 0) {
      events.emit(new Event.DeadLettersDropped(events.by, written.deadDropped()));
    }
  }

  /** Answers how many permits go home; now is the server's time in milliseconds. */
  private int settled(Item item, Result result, long now) {
    try {
      tell(item, result, now);
    } catch (RuntimeException e) {
      // Whatever cannot be told, such as an error that fails to print, was settled all the same.
      log.error("{}: could not tell how entry {} was settled", events.by, item.id(), e);
    }
    unconfirmed.decrementAndGet();
    var held = item.held();
    if (held == null) {
      return 0;
    }
    held.confirm();
    order.confirmed(held, item.verdict(), result);
    if (!held.letGo()) {
      return 0;
    }
    forget(held);
    return 1;
  }

  private void forget(Held held) {
    suspects.settled(held);
    // Before it may come in again.
    order.left(held);
    inFlight.remove(held);
    capacity.unweigh(held.bytes);
  }

  private void tell(Item item, Result result, long now) {
    switch (result) {
      case Result.Done done -> tellDone(item, now);
      case Result.Trimmed trimmed -> {
        log.warn(
            "{}: entry {} was trimmed from the stream before it was done: it is lost to this group",
            events.by,
            item.id());
        events.emit(new Event.Trimmed(events.by, List.of(item.id())));
      }
      case Result.Fenced fenced -> events.emit(new Event.Fenced(events.by, item.id(), took(item)));
      case Result.Refused refusal -> throw new IllegalStateException("a refusal is not settled");
    }
  }

  private static Duration took(Item item) {
    return item.held() == null ? Duration.ZERO : Duration.ofNanos(item.held().handlerNanos());
  }

  private static Duration age(Item item, long now) {
    return Duration.ofMillis(now - item.id().millis());
  }

  private void tellDone(Item item, long now) {
    switch (item.verdict().kind()) {
      case Verdict.Kind.Acked acked -> {
        settled.increment();
        if (events.areHeard() && item.held() != null) {
          events.emit(new Event.Acked(events.by, item.id(), took(item), age(item, now)));
        }
      }
      case Verdict.Kind.AckedLate acked -> {
        // The entry was counted when it was settled as timed out.
      }
      case Verdict.Kind.Deferred deferred -> {
        settled.increment();
        duePoll.expect(deferred.after());
        log.debug(
            "{}: entry {} waits {} after attempt {}",
            events.by,
            item.id(),
            deferred.after(),
            deferred.attempts(),
            deferred.cause());
        events.emit(
            new Event.Deferred(
                events.by,
                item.id(),
                deferred.attempts(),
                deferred.after(),
                deferred.cause(),
                took(item)));
      }
      case Verdict.Kind.Released release -> {
        released.increment();
        events.emit(new Event.Released(events.by, item.id()));
      }
      case Verdict.Kind.Dead dead -> {
        settled.increment();
        log.warn(
            "{}: entry {} went to the dead letters: {}. Look at it with `millhand dead`, and put it back when its cause is mended.",
            events.by,
            item.id(),
            dead.reason(),
            dead.cause());
        events.emit(
            new Event.DeadLettered(
                events.by,
                item.id(),
                dead.end(),
                dead.reason(),
                dead.attempts(),
                dead.cause(),
                took(item),
                age(item, now)));
      }
    }
  }

  private void refuse(Item item, RuntimeException error, long wait) {
    if (wait == FIRST_REFUSAL_WAIT) {
      log.error(
          "{}: entry {} cannot be settled, and stays held: {} It is tried again every {} s at most.",
          events.by,
          item.id(),
          error.getMessage(),
          LONGEST_REFUSAL_WAIT / 1_000_000_000);
      events.emit(new Event.SettleRefused(events.by, item.id(), error));
    }
    refused.add(
        new Refused(item, System.nanoTime() + wait, Math.min(LONGEST_REFUSAL_WAIT, wait * 2)));
    refusedCount.set(refused.size());
  }

  private void retryRefused() {
    for (int i = refused.size(); i > 0 && batch.isEmpty(); i--) {
      var each = refused.peek();
      if (each == null) {
        return;
      }
      if (each.nextTry() - System.nanoTime() > 0) {
        refused.add(refused.remove());
      } else {
        var commands = redis.get();
        refused.remove();
        retry(commands, each);
      }
    }
    refusedCount.set(refused.size());
  }

  private void retry(SettleCommands commands, Refused each) {
    SettleCommands.Written written;
    try {
      written = commands.settle(settlements(List.of(each.item())));
    } catch (UnavailableException e) {
      refused.add(each);
      throw e;
    } catch (RuntimeException e) {
      refuse(each.item(), e, each.nextWait());
      return;
    }
    if (written.results().get(0) instanceof Result.Refused refusal) {
      refuse(each.item(), refusal.error(), each.nextWait());
    } else {
      var now = clock.millisAt(System.nanoTime());
      capacity.giveBack(settled(each.item(), written.results().get(0), now));
    }
  }

  private long untilRetry() {
    var now = System.nanoTime();
    var soonest = refused.stream().mapToLong(each -> each.nextTry() - now).min().orElse(IDLE_NANOS);
    return Math.clamp(soonest, 1_000_000, IDLE_NANOS);
  }
}
