// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.config.Checks;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.TraceContext;
import io.millhand.engine.Sender;
import io.millhand.error.MillhandException;
import io.millhand.error.RefusedException;
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
 * <p>When a call returns an id, Redis has the entry. When Redis is away, read-only or out of
 * memory, it is tried again for {@link Builder#retryFor}; only when the connection breaks after an
 * entry was sent nobody can know, and {@link io.millhand.error.UncertainSendException} says so.
 */
public final class Producer implements AutoCloseable {

  private final String stream;
  private final int maxEntryBytes;
  private final int maxFields;
  private final Tracing tracing;
  private final Sender sender;

  private Producer(Builder settings, Tracing tracing, Sender sender) {
    this.stream = settings.stream;
    this.maxEntryBytes = settings.maxEntryBytes;
    this.maxFields = settings.maxFields;
    this.tracing = tracing;
    this.sender = sender;
  }

  /** Settings of a producer. Not thread-safe. */
  public static final class Builder {

    private final RedisStreams streams;
    private final Consumer<Producer> tracker;
    private final String stream;
    private int maxEntryBytes = 1 << 20;
    private int maxFields = 1_000;
    private int maxQueued = 10_000;
    private Duration retryFor = Duration.ofSeconds(10);
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

    /** How long to try again while Redis cannot take an entry; default 10 s, 0 to 1 h. */
    public Builder retryFor(Duration most) {
      this.retryFor = most;
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

    /**
     * Makes it; the first send connects.
     *
     * @throws io.millhand.error.SettingsException when a setting cannot work
     */
    public Producer build() {
      var checks = new Checks();
      checks.name("stream", stream);
      checks.range("maxEntryBytes", maxEntryBytes, 1, 512 << 20);
      checks.range("maxFields", maxFields, 1, 100_000);
      checks.range("maxQueued", maxQueued, 1, 10_000_000);
      checks.between("retryFor", retryFor, Duration.ZERO, Duration.ofHours(1));
      checks.throwIfAny("The producer of " + Checks.quoted(stream));
      var producer =
          new Producer(
              this, new Tracing(stream, trace), new Sender(streams, stream, maxQueued, retryFor));
      tracker.accept(producer);
      return producer;
    }
  }

  /** Adds an entry of UTF-8 text, in the map's order; see {@link #send(Fields)}. */
  public EntryId send(Map<String, String> fields) {
    return send(Fields.of(fields));
  }

  /**
   * Adds an entry and waits for its id.
   *
   * @throws RefusedException when it is empty, too large or of too many fields, or the key is of
   *     another type
   * @throws io.millhand.error.UnavailableException when Redis could not take it in time; it was not
   *     added
   * @throws io.millhand.error.UncertainSendException when it may or may not have been added
   * @throws io.millhand.error.DeniedException when a permission is missing
   */
  public EntryId send(Fields fields) {
    check(fields);
    return sender.send(tracing.of(fields));
  }

  /**
   * Adds an entry without waiting for its id. Waits for a place where {@link Builder#maxQueued}
   * wait already.
   *
   * @return its id, or one of the errors of {@link #send(Fields)}
   */
  public CompletableFuture<EntryId> sendAsync(Fields fields) {
    try {
      check(fields);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return sender.sendAsync(tracing.of(fields));
  }

  /**
   * Adds entries in order, many in one write, and waits for all ids.
   *
   * @throws MillhandException the first error, when any of them failed: the others were added,
   *     which its message counts
   */
  public List<EntryId> sendAll(List<Fields> entries) {
    entries.forEach(this::check);
    var futures = entries.stream().map(tracing::of).map(sender::sendAsync).toList();
    var ids = new ArrayList<EntryId>(entries.size());
    MillhandException first = null;
    for (var future : futures) {
      try {
        ids.add(future.join());
      } catch (CompletionException e) {
        if (first == null && e.getCause() instanceof MillhandException cause) {
          first = cause;
        } else if (first == null) {
          throw e;
        }
      }
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
  }

  /** Sends what waits, for {@link Builder#retryFor} at most, and fails what could not be sent. */
  @Override
  public void close() {
    sender.close();
  }
}
