// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.UnavailableException;
import io.millhand.redis.Mark;
import io.millhand.redis.SendCommands;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An entry on its way to Redis, with whoever waits for its answer.
 *
 * <p>Threads: any; what is volatile or says so is written by the thread that sends alone.
 */
final class Outgoing implements SendCommands.ToAdd {

  /** Whether one of the places of the queue is its own. */
  enum Place {
    /** It gives it back with its answer. */
    TAKEN,
    /**
     * It came from a callback of the sending thread, which must not wait for one; or gave it back.
     */
    NONE
  }

  private final Fields fields;
  private final Optional<Mark> mark;
  private final long deadline;
  final CompletableFuture<EntryId> answer = new CompletableFuture<>();

  /** Of whoever tells its end. */
  private Place place;

  private volatile boolean taken;

  /** How it came into doubt, if it may have been added without our hearing of it. Of the sender. */
  private @Nullable UnavailableException doubt;

  Outgoing(Fields fields, Optional<Mark> mark, long deadline, Place place) {
    this.fields = fields;
    this.mark = mark;
    this.deadline = deadline;
    this.place = place;
  }

  @Override
  public Fields fields() {
    return fields;
  }

  @Override
  public Optional<Mark> mark() {
    return mark;
  }

  /** It left the queue: whoever took it sees it to its end. */
  void take() {
    taken = true;
  }

  boolean isTaken() {
    return taken;
  }

  /** Whether its place is to be given back; the first time alone. */
  boolean givesPlaceBack() {
    var had = place == Place.TAKEN;
    place = Place.NONE;
    return had;
  }

  /** Whether it is not tried again. */
  boolean isOverdue() {
    return wasOverdueAt(System.nanoTime());
  }

  /** Whether it was not to be tried again at that nanoTime. */
  boolean wasOverdueAt(long time) {
    return time - deadline >= 0;
  }

  void putInDoubt(UnavailableException cause) {
    doubt = cause;
  }

  Optional<UnavailableException> doubt() {
    return Optional.ofNullable(doubt);
  }
}
