// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

import io.millhand.error.MillhandException;
import io.millhand.redis.PartitionCommands.Membership;
import io.millhand.redis.PartitionCommands.Progress;
import io.millhand.redis.RedisStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of one process: says that it is there, learns who else is, and starts and stops
 * the workers of the partitions that fall to it.
 *
 * <p>Threads: one of its own; {@link #stop} and the views from any.
 *
 * <p>Owns: the membership, the posts, and what this process has found finished.
 *
 * <p>Promise: it decides nothing about order: of an ordered group at most one owner of a partition
 * works at a time because all owners register under one name, and the next one waits for it.
 *
 * <p>Failure: in an outage it keeps what it has; whoever was not heard of for three periods is
 * replaced.
 */
public final class Crew {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.partition");

  /** Periods that a member may miss. */
  private static final int MISSED = 3;

  private static final Duration LEAST_STAY = Duration.ofSeconds(3);
  private static final long GROWTH_PATIENCE_NANOS = 2_000_000_000;
  private static final long FIRST_PAUSE_NANOS = 500_000_000;
  private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

  /** Periods between two looks at what was finished long ago. */
  private static final int LOOK_BACK = 30;

  private final Terms terms;
  private final Hand.Hiring hiring;
  private final BiConsumer<List<String>, Integer> assigned;
  private final Links links;
  private final Growth growth;
  private final Thread thread;
  private final Semaphore wake = new Semaphore(0);

  /** Written by the crew's thread. */
  private final Map<Partition, Post> posts = new ConcurrentSkipListMap<>();

  private volatile List<String> members = List.of();
  private volatile Set<Partition> wanted = Set.of();
  private volatile boolean stopping;
  private volatile @Nullable MillhandException problem;

  // The crew's thread's own.
  private String version = "";
  private @Nullable Membership last;
  private final Set<Partition> finished = new TreeSet<>();
  private final Set<Partition> again = new TreeSet<>();
  private final Map<Partition, Trouble> troubles = new HashMap<>();
  private long announcedSince;
  private long lookedBackAt = System.nanoTime();

  /** A worker that could not start; when it is tried again, nanoTime. */
  private record Trouble(long nextTry, long pause) {}

  /** Which generations are worked on. */
  public enum Turns {
    /** All that have anything to do, at once. */
    TOGETHER,
    /** One after the other, so that order is kept. */
    IN_ORDER
  }

  /**
   * What it works on, and how.
   *
   * @param stream the partitioned stream
   * @param group the group
   * @param member this process' name among the members
   * @param turns which generations at once
   * @param every how often it says that it is there
   * @param silence after which a worker that is not registered is started anew
   */
  public record Terms(
      String stream, String group, String member, Turns turns, Duration every, Duration silence) {}

  /**
   * Nothing runs yet.
   *
   * @param assigned hears which streams fall to this process, and how many members there are
   */
  public Crew(
      RedisStreams streams,
      Terms terms,
      Hand.Hiring hiring,
      BiConsumer<List<String>, Integer> assigned) {
    this.terms = terms;
    this.hiring = hiring;
    this.assigned = assigned;
    this.links = new Links(streams);
    this.growth = new Growth(streams, terms.stream());
    this.thread =
        Thread.ofPlatform().daemon().name("millhand-partitions " + this).unstarted(this::run);
  }

  /** Joins, and starts; throws when the first word with Redis fails. */
  public void start() {
    try {
      turn();
    } catch (RuntimeException e) {
      links.close();
      throw e;
    }
    thread.start();
  }

  private void run() {
    var next = System.nanoTime() + terms.every().toNanos();
    while (!stopping) {
      try {
        var woken = wake.tryAcquire(Math.max(1, next - System.nanoTime()), TimeUnit.NANOSECONDS);
        wake.drainPermits();
        if (woken && next - System.nanoTime() > 0) {
          reconcile();
          continue;
        }
      } catch (InterruptedException e) {
        return;
      }
      next = System.nanoTime() + terms.every().toNanos();
      attempt();
    }
  }

  private void attempt() {
    try {
      turn();
      if (problem != null) {
        log.info("{}: knows its members again", this);
      }
      problem = null;
    } catch (MillhandException e) {
      if (problem == null) {
        log.warn(
            "{}: cannot learn who the members are, and keeps what it has: {}",
            this,
            e.getMessage());
      }
      problem = e;
    } catch (RuntimeException e) {
      log.error("{}: an unexpected error; it goes on", this, e);
    }
  }

  private void turn() {
    var told = tell(stay());
    if (told == null) {
      return;
    }
    last = told;
    finishGrowth(told);
    if (told.members().isPresent()) {
      members = told.members().get().stream().sorted().toList();
      version = told.version();
    }
    lookAtOld(told);
    want(told);
    reconcile();
  }

  private Duration stay() {
    var most = terms.every().multipliedBy(MISSED);
    return most.compareTo(LEAST_STAY) > 0 ? most : LEAST_STAY;
  }

  private @Nullable Membership tell(Duration stay) {
    var known = last;
    var found =
        finished.stream()
            .filter(each -> known == null || each.generation() >= known.unfinished())
            .map(Partition::toString)
            .toList();
    var told =
        links.ask(
            terms.stream(), on -> on.member(terms.group(), terms.member(), stay, version, found));
    if (told.isEmpty()) {
      log.error(
          "{}: the catalogue of its partitions is gone: Redis lost data, or somebody deleted it. What runs goes on.",
          this);
    }
    return told.orElse(null);
  }

  /** Whoever was to grow it may have died in the middle. */
  private void finishGrowth(Membership told) {
    if (told.next().isEmpty()) {
      announcedSince = 0;
    } else if (announcedSince == 0) {
      announcedSince = System.nanoTime();
    } else if (System.nanoTime() - announcedSince > GROWTH_PATIENCE_NANOS) {
      log.warn("{}: finishes a growth that somebody else began", this);
      growth.finish(growth.readExisting());
      announcedSince = 0;
    }
  }

  /** Which partitions of old generations that are ours have been finished. */
  private void lookAtOld(Membership told) {
    var now = System.nanoTime();
    var looksBack = now - lookedBackAt > terms.every().multipliedBy(LOOK_BACK).toNanos();
    if (looksBack) {
      lookedBackAt = now;
    }
    var asked = new HashSet<String>();
    asked.add(terms.stream());
    for (int generation = looksBack ? 0 : told.unfinished();
        generation < told.counts().size() - 1;
        generation++) {
      for (var partition : mine(generation, told)) {
        var post = posts.get(partition);
        if (looksBack || (post != null && post.hand() != null)) {
          asked.add(partition.stream(terms.stream()));
          lookAt(partition);
        }
      }
    }
    again.removeIf(each -> !mine(each.generation(), told).contains(each));
    for (var partition : List.copyOf(again)) {
      asked.add(partition.stream(terms.stream()));
      lookAt(partition);
    }
    links.keepOnly(asked);
  }

  private void lookAt(Partition partition) {
    var progress =
        links.ask(
            partition.stream(terms.stream()),
            on -> {
              var seen = on.progress(terms.group());
              if (seen == Progress.OPEN) {
                // Somebody deleted it, and made it anew.
                on.seal();
              }
              return seen;
            });
    switch (progress) {
      case FINISHED -> {
        again.remove(partition);
        finished.add(partition);
      }
      case OPEN, SEALED -> {
        if (finished.contains(partition) || isFinishedGeneration(partition.generation())) {
          // An operator has put something back there.
          again.add(partition);
        }
      }
    }
  }

  private boolean isFinishedGeneration(int generation) {
    return last != null && generation < last.unfinished();
  }

  private List<Partition> mine(int generation, Membership told) {
    return Assignment.of(terms.member(), members, told.counts().get(generation)).stream()
        .map(index -> new Partition(generation, index))
        .toList();
  }

  private void want(Membership told) {
    var next = new TreeSet<Partition>(again);
    var end = terms.turns() == Turns.IN_ORDER ? told.unfinished() + 1 : told.counts().size();
    for (int generation = told.unfinished(); generation < end; generation++) {
      mine(generation, told).stream().filter(each -> !finished.contains(each)).forEach(next::add);
    }
    if (!next.equals(wanted)) {
      wanted = next;
      var names = next.stream().map(each -> each.stream(terms.stream())).toList();
      log.info("{}: works on {} of {} members: {}", this, next.size(), members.size(), names);
      assigned.accept(names, members.size());
    }
  }

  /** Makes the posts what they should be. */
  private void reconcile() {
    for (var post : List.copyOf(posts.values())) {
      if (post.isOver()) {
        posts.remove(post.partition());
        noteFailure(post);
      } else if (isCutOff(post)) {
        log.warn(
            "{}: its worker of {} has not been registered for long, though others are; it is started anew",
            this,
            post.partition());
        post.hurry();
      } else if (!wanted.contains(post.partition()) && !post.isLeaving()) {
        post.leave();
      }
    }
    var told = last;
    if (told == null || stopping) {
      return;
    }
    for (var partition : wanted) {
      if (!posts.containsKey(partition) && mayOpen(partition)) {
        var start =
            partition.generation() <= told.began() ? Hand.Start.CONFIGURED : Hand.Start.BEGINNING;
        posts.put(
            partition, Post.open(partition, this + " " + partition, hiring, start, wake::release));
      }
    }
  }

  private void noteFailure(Post post) {
    var failure = post.failure();
    if (failure == null || post.isLeaving()) {
      troubles.remove(post.partition());
      return;
    }
    var before = troubles.get(post.partition());
    if (before == null) {
      log.warn(
          "{}: its worker of {} could not start, and is started again: {}",
          this,
          post.partition(),
          failure.getMessage());
    }
    var pause =
        before == null ? FIRST_PAUSE_NANOS : Math.min(before.pause * 2, LONGEST_PAUSE_NANOS);
    troubles.put(post.partition(), new Trouble(System.nanoTime() + pause, pause));
  }

  private boolean mayOpen(Partition partition) {
    var trouble = troubles.get(partition);
    return trouble == null || System.nanoTime() - trouble.nextTry >= 0;
  }

  /**
   * Whether others have taken its name, and perhaps died with it: only a new start looks after
   * that. Who knows its members has Redis.
   */
  private boolean isCutOff(Post post) {
    var hand = post.hand();
    if (hand == null || post.isLeaving() || problem != null) {
      return false;
    }
    var pulse = hand.health().pulse();
    return !pulse.registered() && pulse.heartbeatAge().compareTo(terms.silence()) > 0;
  }

  /** The streams that fall to this process now. */
  public List<String> assigned() {
    return wanted.stream().map(each -> each.stream(terms.stream())).toList();
  }

  /** All members, sorted. */
  public List<String> members() {
    return members;
  }

  /** The workers that run, by stream. */
  public Map<String, Hand> hands() {
    var hands = new TreeMap<String, Hand>();
    posts.forEach(
        (partition, post) -> {
          var hand = post.hand();
          if (hand != null && !post.isOver()) {
            hands.put(partition.stream(terms.stream()), hand);
          }
        });
    return hands;
  }

  /** What keeps it from knowing its members. */
  public @Nullable MillhandException problem() {
    return problem;
  }

  /** Leaves, so that others take over, and drains all workers at once. */
  public void stop() throws InterruptedException {
    stopping = true;
    wake.release();
    if (thread.isAlive()) {
      thread.join();
    }
    var all = posts();
    all.forEach(Post::leave);
    leave();
    for (var post : all) {
      post.join();
    }
  }

  /** Cuts the drains short. */
  public void hurry() {
    stopping = true;
    wake.release();
    posts().forEach(Post::hurry);
  }

  private Collection<Post> posts() {
    return new ArrayList<>(posts.values());
  }

  private void leave() {
    try {
      tell(Duration.ZERO);
    } catch (MillhandException e) {
      log.warn(
          "{}: could not say good-bye ({}); others take it for gone in {} s",
          this,
          e.getMessage(),
          stay().toSeconds());
    } finally {
      links.close();
    }
  }

  @Override
  public String toString() {
    return terms.stream() + " " + terms.group() + " " + terms.member();
  }
}
