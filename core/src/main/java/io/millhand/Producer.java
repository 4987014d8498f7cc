// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.config.Checks;
import io.millhand.config.Durability;
import io.millhand.config.LostReply;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.TraceContext;
import io.millhand.engine.Sender;
import io.millhand.error.MillhandException;
import io.millhand.error.NotDurableException;
import io.millhand.error.RefusedException;
import io.millhand.error.UncertainSendException;
import io.millhand.redis.Mark;
import io.millhand.redis.Marks;
import io.millhand.redis.RedisStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Adds entries to one stream. Thread-safe: what many threads send at once goes out together.
 *
 * <p>When a call returns an id, Redis has the entry, as durably as {@link Builder#durability} asks.
 * When Redis is away, read-only or out of memory, it is tried again for {@link Builder#retryFor};
 * only when the connection breaks after an entry was sent nobody can know, and {@link
 * UncertainSendException} says so. What is sent once ({@link #sendOnce}), and with {@link
 * LostReply#SEND_AGAIN} all, is then sent again, and added once.
 */
public final class Producer implements AutoCloseable {

  private final String stream;
  private final int maxEntryBytes;
  private final int maxFields;
  private final Tracing tracing;
  private final LostReply lostReply;
  private final Marks marks;
  private final Sender sender;

  private Producer(Builder settings, Sender sender) {
    this.stream = settings.stream;
    this.maxEntryBytes = settings.maxEntryBytes;
    this.maxFields = settings.maxFields;
    this.tracing = new Tracing(stream, settings.trace);
    this.lostReply = settings.lostReply;
    this.marks = new Marks(stream, settings.window(), settings.ownWindow());
    this.sender = sender;
  }

  /** Settings of a producer. Not thread-safe. */
  public static final class Builder {

    private static final int MOST_REPLICAS = 1_000;
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Duration USUAL_WINDOW = Duration.ofMinutes(10);
    private static final Duration OWN_MARGIN = Duration.ofSeconds(10);

    private final RedisStreams streams;
    private final Consumer<Producer> tracker;
    private final String stream;
    private int maxEntryBytes = 1 << 20;
    private int maxFields = 1_000;
    private int maxQueued = 10_000;
    private Duration retryFor = Duration.ofSeconds(10);
    private Durability durability = Durability.none();
    private LostReply lostReply = LostReply.TELL;
    private @Nullable Duration onceWindow;
    private @Nullable Supplier<Optional<TraceContext>> trace;

    Builder(RedisStreams streams, Consumer<Producer> tracker, String stream) {
      this.streams = streams;
      this.tracker = tracker;
      this.stream = stream;
    }

    /**
     * Largest entry, names and values together; default 1 MiB, 1 byte to 512 MiB. Larger ones are
     * refused here.
     */
    public Builder maxEntryBytes(int bytes) {
      this.maxEntryBytes = bytes;
      return this;
    }

    /**
     * Most fields of an entry; default 1,000, 1 to 100,000. Entries with more are refused here. A
     * dead letter of more than 3,500 holds them packed.
     */
    public Builder maxFields(int fields) {
      this.maxFields = fields;
      return this;
    }

    /**
     * How many entries may wait to be sent, before a caller waits too; default 10,000, 1 to
     * 10,000,000.
     */
    public Builder maxQueued(int entries) {
      this.maxQueued = entries;
      return this;
    }

    /**
     * How long to try again while Redis cannot take an entry; default 10 s, 0 to 1 h. No trial
     * begins after that but an entry's first, and not even that where connecting has failed since;
     * one that is under way is waited for. See {@link #send(Fields)} for how long that takes.
     */
    public Builder retryFor(Duration most) {
      this.retryFor = most;
      return this;
    }

    /**
     * What must have happened to an entry before its send returns; default nothing more than that
     * Redis has it. Entries that wait together share one question, and the next ones wait until it
     * is answered.
     */
    public Builder durability(Durability what) {
      this.durability = what;
      return this;
    }

    /**
     * What to do when the connection broke between a send and its answer; default {@link
     * LostReply#TELL}. It is of no concern to {@link #sendOnce}, which always sends again.
     */
    public Builder lostReply(LostReply what) {
      this.lostReply = what;
      return this;
    }

    /**
     * How long a key of {@link #sendOnce} is known, from its first send on; 1 s to 7 days, and more
     * than twice retryFor. Default 10 min, or three times retryFor where that is more.
     */
    public Builder onceWindow(Duration window) {
      this.onceWindow = window;
      return this;
    }

    /**
     * Says where each entry belongs in a distributed trace; default nowhere. It is asked for each
     * entry, in the thread that sends it, and what it says is added in the fields {@code
     * traceparent} and {@code tracestate}, beyond maxEntryBytes; an entry that has a {@code
     * traceparent} is left as it is. When it throws, the entry is sent without, and the first time
     * is logged.
     */
    public Builder trace(Supplier<Optional<TraceContext>> context) {
      this.trace = context;
      return this;
    }

    /** The same settings for another stream. */
    Builder on(String other) {
      var builder = new Builder(streams, tracker, other);
      builder.maxEntryBytes = maxEntryBytes;
      builder.maxFields = maxFields;
      builder.maxQueued = maxQueued;
      builder.retryFor = retryFor;
      builder.durability = durability;
      builder.lostReply = lostReply;
      builder.onceWindow = onceWindow;
      builder.trace = trace;
      return builder;
    }

    /** How long it tries again. */
    Duration patience() {
      return retryFor;
    }

    /** How long a key of a send once is known. */
    Duration keyWindow() {
      return window();
    }

    /** How many entries may wait. */
    int mostQueued() {
      return maxQueued;
    }

    /**
     * Makes it; the first send connects.
     *
     * @throws io.millhand.error.SettingsException when a setting cannot work
     */
    public Producer build() {
      var checks = new Checks();
      checks.name("stream", stream);
      streams.check(checks, stream);
      checks.range("maxEntryBytes", maxEntryBytes, 1, 512 << 20);
      checks.range("maxFields", maxFields, 1, 100_000);
      checks.range("maxQueued", maxQueued, 1, 10_000_000);
      checks.between("retryFor", retryFor, Duration.ZERO, Duration.ofHours(1));
      checks.between("onceWindow", window(), Duration.ofSeconds(1), Duration.ofDays(7));
      checks.that(
          window().compareTo(retryFor.multipliedBy(2)) > 0,
          "onceWindow (%s) must be more than twice retryFor (%s): what is sent again must meet its marker",
          window(),
          retryFor);
      check(checks, durability);
      checks.throwIfAny("The producer of " + Checks.quoted(stream));
      var terms = new Sender.Terms(maxQueued, retryFor, durability);
      var producer = new Producer(this, new Sender(streams, stream, terms));
      tracker.accept(producer);
      return producer;
    }

    private static void check(Checks checks, Durability durability) {
      switch (durability) {
        case Durability.None none -> {
          // nothing that could be wrong
        }
        case Durability.Replicas asked -> {
          checks.range("durability: replicas", asked.count(), 1, MOST_REPLICAS);
          checks.between("durability: within", asked.within(), SHORTEST_WAIT, LONGEST_WAIT);
        }
        case Durability.Fsynced asked -> {
          checks.range("durability: replicas", asked.replicas(), 0, MOST_REPLICAS);
          checks.between("durability: within", asked.within(), SHORTEST_WAIT, LONGEST_WAIT);
        }
      }
    }

    private Duration window() {
      if (onceWindow != null) {
        return onceWindow;
      }
      var least = retryFor.multipliedBy(3);
      return least.compareTo(USUAL_WINDOW) > 0 ? least : USUAL_WINDOW;
    }

    /** Nobody but us knows these keys, and we give up after retryFor. */
    private Duration ownWindow() {
      return retryFor.multipliedBy(2).plus(OWN_MARGIN);
    }
  }

  /** Adds an entry of UTF-8 text, in the map's order; see {@link #send(Fields)}. */
  public EntryId send(Map<String, String> fields) {
    return send(Fields.of(fields));
  }

  /**
   * Adds an entry and waits for its id; for {@link Builder#retryFor}, its turn, and one more trial
   * at most. A trial takes a connectTimeout for each address of the server, and a commandTimeout
   * for each of its steps: TLS, the login, a question whether the connection still works, the write
   * and its answer (with what {@link Builder#durability} asks for, that time more). A step goes on
   * for longer only while the server takes or sends something. Its turn comes when what was to be
   * sent before has ended, 500 entries a trial. Interrupts are kept for later.
   *
   * @throws RefusedException when it is empty, too large or of too many fields, or the key is of
   *     another type
   * @throws io.millhand.error.UnavailableException when Redis could not take it in time; it was not
   *     added
   * @throws UncertainSendException when it may or may not have been added
   * @throws NotDurableException when it was added, and not as durably as was asked
   * @throws io.millhand.error.DeniedException when a permission is missing
   * @throws io.millhand.error.SettingsException when this server has not what durability asks for
   */
  public EntryId send(Fields fields) {
    check(fields);
    return sender.send(tracing.of(fields), ownMark());
  }

  /**
   * Adds an entry without waiting for its id. Waits for a place where {@link Builder#maxQueued}
   * wait already, until one of them has ended, which takes as long as {@link #send(Fields)} says.
   *
   * <p>What depends on the future may run on the thread that sends for all: there {@link
   * #send(Fields)} and {@link #sendAll} may be called, but to wait there for another future of this
   * producer holds up everything, for ever where nobody else sends.
   *
   * @return its id, or one of the errors of {@link #send(Fields)}
   * @throws RefusedException when the producer is closed
   */
  public CompletableFuture<EntryId> sendAsync(Fields fields) {
    try {
      check(fields);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return sender.sendAsync(tracing.of(fields), ownMark());
  }

  /**
   * Adds an entry of UTF-8 text once, in the map's order; see {@link #sendOnce(String, Fields)}.
   */
  public EntryId sendOnce(String key, Map<String, String> fields) {
    return sendOnce(key, Fields.of(fields));
  }

  /**
   * Adds an entry, unless one was added to this stream under the same key within {@link
   * Builder#onceWindow}, by whomever: then nothing is added, and the id is that of the first one,
   * whatever fields the two have. Waits for the id. When the reply is lost, it is sent again.
   *
   * <p>It costs a script and, for the length of the window, a marker in Redis of about 180 bytes.
   *
   * @param key what this entry is about and no other one: an order's number, a request's id; 1 to
   *     16,384 characters
   * @throws RefusedException as {@link #send(Fields)}; or the key is empty, too long or no text, or
   *     there are more than 3,500 fields
   * @throws io.millhand.error.UnavailableException when Redis could not take it in time; it was not
   *     added
   * @throws UncertainSendException when it may or may not have been added: the same call again is
   *     safe
   * @throws NotDurableException when it was added, now or before, and is not as durable as was
   *     asked: the same call again waits anew
   */
  public EntryId sendOnce(String key, Fields fields) {
    check(fields);
    return sender.send(tracing.of(fields), mark(key, fields));
  }

  /**
   * Adds an entry once without waiting for its id; else as {@link #sendOnce(String, Fields)}.
   *
   * @return its id, or one of the errors of that
   * @throws RefusedException when the producer is closed
   */
  public CompletableFuture<EntryId> sendOnceAsync(String key, Fields fields) {
    Optional<Mark> mark;
    try {
      check(fields);
      mark = mark(key, fields);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return sender.sendAsync(tracing.of(fields), mark);
  }

  /**
   * Adds entries in order, many in one write, and waits for all ids.
   *
   * @throws MillhandException the first error, when any of them failed: the others were added,
   *     which its message counts. A {@link NotDurableException} names all that were added and are
   *     not durable
   */
  public List<EntryId> sendAll(List<Fields> entries) {
    entries.forEach(this::check);
    var futures =
        entries.stream().map(each -> sender.sendAsync(tracing.of(each), ownMark())).toList();
    sender.beforeWaiting(futures);
    var ids = new ArrayList<EntryId>(entries.size());
    var inDanger = new ArrayList<EntryId>();
    MillhandException first = null;
    for (var future : futures) {
      try {
        ids.add(future.join());
      } catch (CompletionException e) {
        if (e.getCause() instanceof NotDurableException cause) {
          inDanger.addAll(cause.ids());
        }
        if (first == null && e.getCause() instanceof MillhandException cause) {
          first = cause;
        } else if (first == null) {
          throw e;
        }
      }
    }
    if (first instanceof NotDurableException) {
      first = new NotDurableException(String.valueOf(first.getMessage()), inDanger, first);
    }
    if (first != null) {
      first.addSuppressed(
          new RefusedException(
              "%d of %d entries were added".formatted(ids.size(), entries.size())));
      throw first;
    }
    return ids;
  }

  /** The stream's key. */
  public String stream() {
    return stream;
  }

  boolean isClosed() {
    return sender.isClosed();
  }

  private Optional<Mark> ownMark() {
    return switch (lostReply) {
      case TELL -> Optional.empty();
      case SEND_AGAIN -> Optional.of(marks.random());
    };
  }

  private Optional<Mark> mark(String key, Fields fields) {
    checkCount(fields);
    return Optional.of(marks.of(key));
  }

  private void checkCount(Fields fields) {
    if (fields.count() > Marks.MAX_FIELDS) {
      throw new RefusedException(
          "%s: an entry of %d fields cannot be sent once: %d are the most; nothing was sent"
              .formatted(stream, fields.count(), Marks.MAX_FIELDS));
    }
  }

  private void check(Fields fields) {
    if (fields.count() == 0) {
      throw new RefusedException(
          "%s: an entry needs at least one field; nothing was sent".formatted(stream));
    }
    if (fields.count() > maxFields) {
      throw new RefusedException(
          "%s: an entry of %d fields is over maxFields (%d); nothing was sent. Send fewer, or one that holds them all."
              .formatted(stream, fields.count(), maxFields));
    }
    if (fields.byteSize() > maxEntryBytes) {
      throw new RefusedException(
          "%s: an entry of %d bytes is over maxEntryBytes (%d); nothing was sent. Keep large content elsewhere and send where it is."
              .formatted(stream, fields.byteSize(), maxEntryBytes));
    }
    if (lostReply == LostReply.SEND_AGAIN) {
      checkCount(fields);
    }
  }

  /**
   * Sends what waits, and fails what could not be sent. While Redis cannot be reached that takes
   * {@link Builder#retryFor} and one more trial at most, however much waits; {@link #send(Fields)}
   * says how long a trial may be. While Redis answers, all is sent. Where it lets us log in, takes
   * a write and does not answer, each 500 entries or 4 MB take a trial.
   *
   * <p>A future that another thread is just about to complete may be completed a moment later.
   */
  @Override
  public void close() {
    sender.close();
  }
}
