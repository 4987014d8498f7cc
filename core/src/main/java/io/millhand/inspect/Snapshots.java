// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.GroupPause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an {@link Inspector} sees, at one moment of the server's clock. */
public final class Snapshots {

  private Snapshots() {}

  /**
   * A stream.
   *
   * @param key its key
   * @param length entries in it
   * @param lastGenerated the last id that was given out
   * @param oldest its oldest entry
   * @param newest its newest entry
   * @param added entries that were ever added; empty where the server does not tell (before 7.0)
   * @param bytes memory that the stream takes, its groups' pending lists included, by a sample;
   *     empty where we may not ask
   * @param groups how many groups it has
   * @param inner how Redis holds it
   */
  public record StreamSnapshot(
      String key,
      long length,
      EntryId lastGenerated,
      Optional<EntryId> oldest,
      Optional<EntryId> newest,
      Optional<Long> added,
      Optional<Long> bytes,
      int groups,
      Inner inner) {

    /** Memory for each entry, about; empty where it is not known, or there is none. */
    public Optional<Long> bytesPerEntry() {
      return length == 0 ? Optional.empty() : bytes.map(all -> all / length);
    }
  }

  /**
   * How Redis holds a stream.
   *
   * @param radixTreeKeys nodes that hold entries
   * @param radixTreeNodes nodes in all
   * @param maxDeleted the highest id that was ever deleted; empty where the server does not tell
   */
  public record Inner(long radixTreeKeys, long radixTreeNodes, Optional<EntryId> maxDeleted) {}

  /**
   * A group.
   *
   * @param stream its stream
   * @param name its name
   * @param lag entries that it has not been given
   * @param pending entries given to a consumer and not settled, deferred ones not counted
   * @param deferred entries that wait for their due time
   * @param dead dead letters
   * @param lastDelivered the last id that it was given
   * @param oldestUndelivered how long ago the oldest entry that it has not been given was added;
   *     empty where there is none, and where its id is no time
   * @param oldestPending the oldest entry that is pending (deferred ones too)
   * @param workers registered workers
   * @param consumers consumers in all, the reserved one not counted
   * @param keeper the worker that keeps it now
   * @param paused its pause, where somebody has paused it for all workers
   * @param lost what hard caps took from it; empty where nothing. Known of those groups that are
   *     looked at together: each group's keeper keeps what it took, from its own and from others
   * @param due deferred entries that are due, or soon will be
   * @param progress how far the stream and the group have come
   * @param crew who works on it
   * @param hands what they can hold, and what nobody holds
   * @param members its consumers by name, the reserved one too; of thousands only those on which
   *     something is pending
   */
  public record GroupSnapshot(
      String stream,
      String name,
      Lag lag,
      long pending,
      long deferred,
      long dead,
      EntryId lastDelivered,
      Optional<Duration> oldestUndelivered,
      Optional<Pin> oldestPending,
      int workers,
      int consumers,
      Optional<String> keeper,
      Optional<GroupPause> paused,
      Optional<CapLosses> lost,
      Due due,
      Progress progress,
      Crew crew,
      Hands hands,
      List<Member> members) {

    /** Whether anything waits, is in hand, or will be due. */
    public boolean hasWork() {
      return lag.entries() > 0 || pending > 0 || deferred > 0;
    }

    /** Deferred entries that are due and wait to be taken. */
    public long dueNow() {
      return due.now();
    }

    /** The same without its members: for those who keep many looks. */
    GroupSnapshot alone() {
      return new GroupSnapshot(
          stream,
          name,
          lag,
          pending,
          deferred,
          dead,
          lastDelivered,
          oldestUndelivered,
          oldestPending,
          workers,
          consumers,
          keeper,
          paused,
          lost,
          due,
          progress,
          crew,
          hands,
          List.of());
    }
  }

  /**
   * What hard caps took from a group that had not finished it, since they are counted.
   *
   * @param pending entries that were pending, deferred ones too
   * @param unread entries that it had not been given
   * @param first when any went first, by the server's clock
   * @param last when any went last
   */
  public record CapLosses(long pending, long unread, Instant first, Instant last) {}

  /**
   * A consumer of a group, in short.
   *
   * @param name its name
   * @param kind what it is
   * @param pending entries pending there
   * @param idle time since it last asked Redis for something, or was given something; empty where
   *     there are too many to ask
   */
  public record Member(
      String name, ConsumerSnapshot.Kind kind, long pending, Optional<Duration> idle) {}

  /**
   * How far a stream and a group have come, in counters that only grow: two looks make a rate.
   *
   * @param added entries that were ever added to the stream; empty where the server does not tell
   * @param read entries of them that the group was given; empty where the server cannot tell
   * @param reportedLag the lag as the server tells it, right or wrong; empty where it does not know
   */
  public record Progress(Optional<Long> added, Optional<Long> read, Optional<Long> reportedLag) {}

  /**
   * Who works on a group.
   *
   * @param alive registered workers whose connection to Redis exists
   * @param gone registered workers whose connection is gone: killed, and not yet taken over
   * @param unseen registered workers of whom that cannot be told: they registered with another run
   *     of the server, or we may not list clients
   * @param foreignIdle how long ago the last client of another kind asked for something; empty
   *     where there is none, or too many to ask
   * @param oldestInHand how long the oldest entry that is pending, and not deferred, has been in
   *     somebody's hands
   * @param suspects entries that several workers died with, which run alone now
   */
  public record Crew(
      int alive,
      int gone,
      int unseen,
      Optional<Duration> foreignIdle,
      Optional<Duration> oldestInHand,
      List<EntryId> suspects) {

    /** Nobody. */
    public static final Crew NOBODY =
        new Crew(0, 0, 0, Optional.empty(), Optional.empty(), List.of());
  }

  /**
   * What the workers of a group can hold, and what nobody holds any more.
   *
   * @param slots handlers that its live workers can run at once, as far as they tell; 0 where none
   *     does
   * @param stranded pending entries whose worker is gone, or whose consumer of another kind has
   *     asked for nothing for a minute
   */
  public record Hands(int slots, long stranded) {

    /** None. */
    public static final Hands NONE = new Hands(0, 0);
  }

  /**
   * Deferred entries whose time comes.
   *
   * @param now those that are due and wait to be taken
   * @param soon those that will be within ten seconds, and these
   */
  public record Due(long now, long soon) {

    /** None. */
    public static final Due NONE = new Due(0, 0);
  }

  /**
   * The entry that holds a stream from being trimmed.
   *
   * @param id its id
   * @param age how long ago it was added; empty where its id is no time
   */
  public record Pin(EntryId id, Optional<Duration> age) {}

  /**
   * A consumer.
   *
   * @param name its name
   * @param kind what it is
   * @param pending entries pending there
   * @param idle time since it last asked Redis for something, or was given something
   * @param worker what a worker tells of itself
   */
  public record ConsumerSnapshot(
      String name, Kind kind, long pending, Duration idle, Optional<WorkerInfo> worker) {
    /** What a consumer is. */
    public enum Kind {
      /** A registered worker of ours. */
      WORKER,
      /** Not registered: a client of another kind, or what a dead one left. */
      FOREIGN,
      /** The reserved one, which owns what waits for its due time. */
      DEFERRED
    }
  }

  /**
   * What a worker tells of itself.
   *
   * @param host its host
   * @param pid its process
   * @param version of the library
   * @param since when it started, by its host's clock
   * @param presence whether it is there
   * @param lease how long it may be silent
   * @param suspect the entry that it runs alone, since other workers died with it
   * @param terms the settings that it works by; empty where it does not tell
   */
  public record WorkerInfo(
      String host,
      long pid,
      String version,
      String since,
      Presence presence,
      Duration lease,
      Optional<EntryId> suspect,
      Optional<WorkerTerms> terms) {}

  /**
   * Settings of a worker.
   *
   * @param concurrency handlers at once, at most
   * @param maxInFlight entries held, at most
   * @param handlerTimeout how long a handler may run
   * @param reclaimAfter how long a client of another kind may hold an entry
   * @param sharedWith by which idle time such clients claim, if that is known
   */
  public record WorkerTerms(
      int concurrency,
      int maxInFlight,
      Duration handlerTimeout,
      Duration reclaimAfter,
      Optional<Duration> sharedWith) {}

  /**
   * A pending entry.
   *
   * @param id its id
   * @param consumer who owns it; empty while it waits for its due time
   * @param idle time since it was last handed out
   * @param deliveries how often it was handed out
   * @param dueIn time until it is due, where it waits; not below 0
   * @param failure what is known of its failures
   */
  public record PendingEntry(
      EntryId id,
      Optional<String> consumer,
      Duration idle,
      long deliveries,
      Optional<Duration> dueIn,
      Optional<FailureInfo> failure) {}

  /**
   * What is known of an entry's failures.
   *
   * @param attempts how often a handler failed
   * @param crashes how often a worker died with it
   * @param first when it failed first, by the server's clock
   * @param last when it failed last
   * @param cause what the record was last written for
   * @param error the last error, cut to 200 bytes
   */
  public record FailureInfo(
      int attempts, int crashes, Instant first, Instant last, Cause cause, String error) {
    /** What a record of failures was last written for. */
    public enum Cause {
      /** A handler failed, or asked for a delay. */
      FAILED,
      /** Its worker died. */
      CRASHED,
      /** It was taken over from a client of another kind. */
      TAKEN_OVER,
      /** An operator put it back, or had it delivered again. */
      PUT_BACK
    }
  }

  /**
   * A dead letter.
   *
   * @param id its id in the dead-letter stream
   * @param entry the id of the entry in its stream
   * @param reason why it was given up
   * @param error the class of the last error, if there was one
   * @param errorText its text
   * @param stack its stack, cut
   * @param attempts how often a handler failed
   * @param crashes how often a worker died with it
   * @param deliveries how often it was handed out
   * @param first when it failed first, by the server's clock
   * @param last when it was given up
   * @param fields its fields, byte for byte
   * @param body how much of them could be kept
   * @param facts everything that stands beside them
   */
  public record DeadLetter(
      EntryId id,
      EntryId entry,
      String reason,
      Optional<String> error,
      Optional<String> errorText,
      Optional<String> stack,
      int attempts,
      int crashes,
      long deliveries,
      Instant first,
      Instant last,
      Fields fields,
      Body body,
      Map<String, String> facts) {
    /** How much of an entry its dead letter keeps. */
    public enum Body {
      /** All fields. */
      WHOLE,
      /** Nothing: Redis refused a copy of that size. */
      OMITTED
    }
  }

  /** What putting a dead letter back met. */
  public enum PutBack {
    /** Its entry is due now, for its group alone. */
    DONE,
    /** The entry is gone from the stream: it can only be added anew. */
    TRIMMED,
    /** The group has not come to the entry yet, and will read it anyway. */
    UNREAD,
    /** There is no such dead letter. */
    NONE
  }
}
