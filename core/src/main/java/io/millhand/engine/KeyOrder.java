// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.engine.KeyChain.Link;
import io.millhand.redis.ReadCommands;
import io.millhand.redis.Settlement;
import io.millhand.redis.Settlement.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Order by key: an entry may start only when it is the first unfinished one of its key, and none
 * other of that key runs. Unfinished is all that the group has been given and that Redis has not
 * confirmed the end of, wherever it is: here, in its back-off, or in a dead worker's name.
 *
 * <p>Threads: any. {@link #prepare}, {@link #arrive} and {@link #handedBack} on the intake alone:
 * nothing comes in while Redis is asked what is still unfinished.
 *
 * <p>Owns: deliveries that wait for their turn, and what is unfinished of each key.
 *
 * <p>Promise: of one key no two run at once, and none starts before an earlier one has its end in
 * Redis. What waits behind an entry that is away holds half of the permits and bytes at most, so
 * the one that it waits for can always come in.
 *
 * <p>Failure: where the end of an entry is not known its key waits, until Redis tells that the
 * entry is not pending any more.
 */
final class KeyOrder implements Order {

  /** Unfinished entries that are known at most, before no new ones are read. */
  static final int MOST_KNOWN = 100_000;

  private static final long SLOW_NANOS = 1_000_000_000;
  private static final Duration LONGEST_PARKING = Duration.ofMinutes(1);
  private static final Duration SHORTEST_PARKING = Duration.ofMillis(50);

  /** A suspect holds the one slot for such: it must not wait there for another one. */
  private static final Duration SUSPECT_PARKING = Duration.ofSeconds(1);

  private final String field;
  private final int crowd;
  private final long crowdBytes;
  private final Outlet outlet;
  private final KeyUpkeep upkeep = new KeyUpkeep(this);
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, like all that follows. */
  private final Map<KeyChain.Key, KeyChain> chains = new HashMap<>();

  private final Map<EntryId, Link> links = new HashMap<>();

  /** Those that are in nobody's hands here, the longest unchecked first. */
  private final Map<EntryId, Link> away = new LinkedHashMap<>();

  /** What ended since the group's pending list is being read; null while it is not. */
  private @Nullable Set<EntryId> endedMeanwhile;

  private int waiting;
  private long waitingBytes;
  private int behindAway;
  private long bytesBehindAway;
  private boolean closed;

  /** Where deliveries go from here. */
  interface Outlet {
    /** It is its turn. */
    void start(List<Held> held);

    /** Back to the group for that time: it was taken out of the line, and is no attempt. */
    void park(Held held, Duration delay);

    /** Not ours any more, and taken out of the line. */
    void drop(Held held);
  }

  /** What is to be done once the lock is free. */
  private static final class Actions {
    private List<Held> start = List.of();
    private List<Parking> parkings = List.of();

    private record Parking(Held held, Duration delay) {}

    void start(Held held) {
      start = start.isEmpty() ? new ArrayList<>(4) : start;
      start.add(held);
    }

    void park(Held held, Duration delay) {
      parkings = parkings.isEmpty() ? new ArrayList<>(4) : parkings;
      parkings.add(new Parking(held, delay));
    }

    void carryOut(Outlet outlet) {
      if (!start.isEmpty()) {
        outlet.start(start);
      }
      parkings.forEach(each -> outlet.park(each.held, each.delay));
    }
  }

  /**
   * Knows nothing yet.
   *
   * @param field whose value is the key
   * @param permits how many deliveries the worker holds at most
   * @param bytes how many bytes it holds at most
   */
  KeyOrder(String field, int permits, long bytes, Outlet outlet) {
    this.field = field;
    this.crowd = permits / 2;
    this.crowdBytes = bytes / 2;
    this.outlet = outlet;
  }

  @Override
  public Reading prepare(ReadCommands reader, long connection, long term)
      throws InterruptedException {
    upkeep.run(reader, connection, term);
    lock.lock();
    try {
      return links.size() < MOST_KNOWN ? Reading.OPEN : Reading.HELD_BACK;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void arrive(List<Held> deliveries) {
    var actions = new Actions();
    lock.lock();
    try {
      var now = System.nanoTime();
      for (var held : deliveries) {
        arrive(held, now, actions);
      }
    } finally {
      lock.unlock();
    }
    actions.carryOut(outlet);
  }

  private void arrive(Held held, long now, Actions actions) {
    if (closed) {
      known(held, now);
      park(held, Duration.ZERO, actions);
      return;
    }
    var link = known(held, now);
    if (link == null) {
      actions.start(held);
      return;
    }
    var chain = link.chain;
    link.waits = true;
    count(link, 1);
    advance(chain, now, actions);
    if (link.waits) {
      parkIfCrowded(link, held, now, actions);
    }
  }

  /** Its link, made where there is none; null where it has no key. */
  private @Nullable Link known(Held held, long now) {
    var id = held.id();
    var link = links.get(id);
    if (link == null) {
      var key = held.arrival.entry().fields().find(field);
      if (key.isEmpty()) {
        return null;
      }
      link = add(id, key.get(), now);
    } else {
      away.remove(id);
    }
    link.held = held;
    link.finished = false;
    recount(link.chain);
    return link;
  }

  private Link add(EntryId id, byte[] key, long now) {
    var chain = chains.computeIfAbsent(new KeyChain.Key(key), KeyChain::new);
    var link = new Link(id, chain, now);
    chain.links.put(id, link);
    links.put(id, link);
    return link;
  }

  @Override
  public void handedBack(Held held) {
    lock.lock();
    try {
      var link = links.get(held.id());
      // Beside an abandoned handler that still runs, it is that one which the key waits for.
      if (link == null || link.held == null) {
        known(held, System.nanoTime());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Starts the first of a key, if it is here and may. */
  private void advance(KeyChain chain, long now, Actions actions) {
    var head = chain.head();
    if (head == null) {
      if (chain.running == null) {
        chains.remove(chain.key, chain);
      }
      return;
    }
    if (chain.running == null && head.waits) {
      head.waits = false;
      count(head, -1);
      chain.running = head;
      chain.runningSince = now;
      actions.start(Objects.requireNonNull(head.held, "what waits is held"));
    }
    recount(chain);
  }

  private void parkIfCrowded(Link link, Held held, long now, Actions actions) {
    var chain = link.chain;
    if (Suspects.isSuspect(held.arrival.count())) {
      parkLink(link, longer(SUSPECT_PARKING, untilDue(chain, now)), actions);
    } else if (chain.isAway() && isCrowdedBehindAway()) {
      parkLink(link, untilDue(chain, now), actions);
    } else if (isCrowded() && isSlow(chain, now)) {
      parkLink(link, untilRun(chain, now), actions);
    }
  }

  private static boolean isSlow(KeyChain chain, long now) {
    return chain.running != null && now - chain.runningSince > SLOW_NANOS;
  }

  /** It cannot start before those that are in front of it have run. */
  private static Duration untilRun(KeyChain chain, long now) {
    var wait = Duration.ofNanos(now - chain.runningSince).multipliedBy(chain.links.size());
    return shorter(wait, LONGEST_PARKING);
  }

  /**
   * As long as what it waits for, and where that is late, as long again; but an operator may end
   * that sooner.
   */
  private static Duration untilDue(KeyChain chain, long now) {
    var head = chain.head();
    var wait =
        head == null || head.held != null
            ? Duration.ZERO
            : Duration.ofNanos(Math.abs(head.dueAt - now));
    return shorter(longer(SHORTEST_PARKING, wait), LONGEST_PARKING);
  }

  @Override
  public void makeRoom() {
    var actions = new Actions();
    lock.lock();
    try {
      var now = System.nanoTime();
      if (isCrowded()) {
        chains.values().stream()
            .filter(chain -> chain.waiting > 0 && isSlow(chain, now))
            .forEach(chain -> makeRoom(chain, now, actions));
      }
    } finally {
      lock.unlock();
    }
    actions.carryOut(outlet);
  }

  /** The last go first: those in front are needed sooner. */
  private void makeRoom(KeyChain chain, long now, Actions actions) {
    for (var link : chain.links.descendingMap().values()) {
      if (!isCrowded()) {
        return;
      }
      if (link.waits) {
        parkLink(link, untilRun(chain, now), actions);
      }
    }
  }

  private void parkLink(Link link, Duration delay, Actions actions) {
    var held = Objects.requireNonNull(link.held, "what waits is held");
    link.waits = false;
    count(link, -1);
    park(held, delay, actions);
  }

  private static void park(Held held, Duration delay, Actions actions) {
    if (held.withdraw()) {
      actions.park(held, delay);
    }
  }

  @Override
  public void confirmed(Held held, Verdict verdict, Result result) {
    lock.lock();
    try {
      var link = links.get(held.id());
      if (link == null || link.held != held) {
        return;
      }
      link.dueAt = System.nanoTime();
      switch (result) {
        case Result.Done done -> {
          if (verdict.settlement() instanceof Settlement.Defer defer) {
            link.dueAt += nanos(defer.delay());
          } else {
            link.finished = true;
          }
        }
        case Result.Trimmed trimmed -> link.finished = true;
        case Result.Fenced fenced -> {
          // Nobody knows what became of it: it counts as away until Redis tells.
        }
        case Result.Refused refused -> throw new IllegalStateException("a refusal is not settled");
      }
    } finally {
      lock.unlock();
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** Times that far away must not overflow nanoTime. */
  private static long nanos(Duration delay) {
    return shorter(delay, Duration.ofDays(365)).toNanos();
  }

  @Override
  public void left(Held held) {
    var actions = new Actions();
    lock.lock();
    try {
      var link = links.get(held.id());
      if (link == null || link.held != held) {
        return;
      }
      link.held = null;
      var chain = link.chain;
      if (chain.running == link) {
        chain.running = null;
      }
      if (link.finished) {
        remove(link);
      } else {
        away.put(link.id, link);
      }
      goOn(chain, actions);
    } finally {
      lock.unlock();
    }
    actions.carryOut(outlet);
  }

  private void remove(Link link) {
    link.chain.links.remove(link.id);
    links.remove(link.id);
    away.remove(link.id);
    if (endedMeanwhile != null) {
      endedMeanwhile.add(link.id);
    }
  }

  /** Something of that key has changed: the next one starts, or those behind make room. */
  private void goOn(KeyChain chain, Actions actions) {
    var now = System.nanoTime();
    recount(chain);
    advance(chain, now, actions);
    if (chain.countedAway && isCrowdedBehindAway()) {
      var delay = untilDue(chain, now);
      chain.links.values().stream()
          .filter(link -> link.waits)
          .toList()
          .forEach(link -> parkLink(link, delay, actions));
    }
  }

  private void count(Link link, int more) {
    var chain = link.chain;
    var bytes = more * Objects.requireNonNull(link.held, "what waits is held").bytes;
    chain.waiting += more;
    chain.waitingBytes += bytes;
    waiting += more;
    waitingBytes += bytes;
    if (chain.countedAway) {
      behindAway += more;
      bytesBehindAway += bytes;
    }
  }

  /** Keeps the count of what waits behind entries that are away. */
  private void recount(KeyChain chain) {
    var isAway = chain.isAway();
    if (isAway != chain.countedAway) {
      behindAway += isAway ? chain.waiting : -chain.waiting;
      bytesBehindAway += isAway ? chain.waitingBytes : -chain.waitingBytes;
      chain.countedAway = isAway;
    }
  }

  /** Entries of other keys need permits, and bytes, too. */
  private boolean isCrowded() {
    return waiting > crowd || waitingBytes > crowdBytes;
  }

  /** What they wait for needs a permit, and bytes, to come in. */
  private boolean isCrowdedBehindAway() {
    return behindAway > crowd || bytesBehindAway > crowdBytes;
  }

  @Override
  public int blocked() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void withdrawAll(Consumer<Held> taken) {
    takeOut(link -> true, taken, true);
  }

  @Override
  public void dropDisowned() {
    takeOut(link -> link.held != null && !link.held.isOwned(), outlet::drop, false);
  }

  private void takeOut(Predicate<Link> which, Consumer<Held> taken, boolean forGood) {
    var out = new ArrayList<Held>();
    lock.lock();
    try {
      closed |= forGood;
      for (var link : links.values()) {
        var held = link.held;
        if (link.waits && held != null && which.test(link)) {
          link.waits = false;
          count(link, -1);
          if (held.withdraw()) {
            out.add(held);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    out.forEach(taken);
  }

  /** The pending list of the group is about to be read. */
  void beginLearning() {
    lock.lock();
    try {
      endedMeanwhile = new HashSet<>();
    } finally {
      lock.unlock();
    }
  }

  /** Those that are not known yet. */
  List<EntryId> unknown(List<EntryId> ids) {
    lock.lock();
    try {
      return ids.stream().filter(id -> !links.containsKey(id)).toList();
    } finally {
      lock.unlock();
    }
  }

  /** That one is pending in the group, and not in our hands, unless it ended since. */
  void learn(EntryId id, Fields fields) {
    lock.lock();
    try {
      var ended = endedMeanwhile != null && endedMeanwhile.contains(id);
      var key = fields.find(field);
      if (!ended && key.isPresent() && !links.containsKey(id)) {
        var link = add(id, key.get(), System.nanoTime());
        away.put(id, link);
        recount(link.chain);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The pending list has been read. */
  void endLearning() {
    lock.lock();
    try {
      endedMeanwhile = null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Some of those that are away, to ask Redis whether they still are: first those whose time is
   * over.
   *
   * @param most how many
   * @param lookAt among how many
   * @param late by how much their time must be over
   */
  List<EntryId> toCheck(int most, int lookAt, Duration late) {
    lock.lock();
    try {
      var now = System.nanoTime();
      var looked = away.values().stream().limit(lookAt).toList();
      var chosen =
          new ArrayList<>(
              looked.stream()
                  .filter(link -> isOverdue(link, now - late.toNanos()))
                  .limit(most)
                  .toList());
      looked.stream()
          .filter(link -> !isOverdue(link, now - late.toNanos()))
          .limit(most - chosen.size())
          .forEach(chosen::add);
      for (var link : chosen) {
        link.checkedAt = now;
        away.remove(link.id);
        away.put(link.id, link);
      }
      return chosen.stream().map(link -> link.id).toList();
    } finally {
      lock.unlock();
    }
  }

  private static boolean isOverdue(Link link, long at) {
    return link.dueAt - at < 0 && link.checkedAt - at < 0;
  }

  /** Those are not pending any more, and will not come again: somebody else has ended them. */
  void ended(List<EntryId> ids) {
    var actions = new Actions();
    lock.lock();
    try {
      for (var id : ids) {
        var link = links.get(id);
        if (link != null && link.held == null) {
          remove(link);
          goOn(link.chain, actions);
        }
      }
    } finally {
      lock.unlock();
    }
    actions.carryOut(outlet);
  }

  /** What is known of the group must be up to date with each question. */
  @Override
  public boolean isAskedAhead() {
    return false;
  }

  @Override
  public void mayStillBeRead(Duration longest) {
    upkeep.notBefore(longest);
  }

  @Override
  public void regrouped() {
    upkeep.restart();
  }

  /** How many unfinished entries are known. */
  int known() {
    lock.lock();
    try {
      return links.size();
    } finally {
      lock.unlock();
    }
  }
}
