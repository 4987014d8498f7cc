// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.error.DeniedException;
import io.millhand.error.MillhandException;
import io.millhand.error.RefusedException;
import io.millhand.error.StreamSealedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UncertainSendException;
import io.millhand.redis.Mark;
import io.millhand.redis.SendCommands.Added;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Entries that go out in one write, until each has its end: its id, or an error.
 *
 * <p>Threads: whoever writes alone.
 *
 * <p>Promise: an entry without a mark is sent again only where Redis said that it did not add it;
 * one with a mark also where nobody knows, since it is added once all the same.
 */
final class SendBatch {

  private static final int FIRST_CAPACITY = 10;

  /** The end of one: its id, or an error. */
  record Done(Outgoing entry, @Nullable EntryId id, @Nullable RuntimeException error) {}

  private final String stream;
  private final Duration retryFor;
  private final List<Done> done = new ArrayList<>();

  /** Those without an end; one is in it until its end is in {@link #done}, and maybe longer. */
  private ArrayList<Outgoing> left = new ArrayList<>(FIRST_CAPACITY);

  /** Those of the trial under way that are tried again. */
  private ArrayList<Outgoing> again = new ArrayList<>();

  /** Whether those that are left may have been added by a trial that came to no end. */
  private boolean isAsked;

  private boolean isTriedAgain;
  private @Nullable Throwable struckBy;

  SendBatch(String stream, Duration retryFor) {
    this.stream = stream;
    this.retryFor = retryFor;
  }

  /** Takes the next one; null where there is none. Where it throws, none was taken. */
  @Nullable Outgoing takeFrom(Queue<Outgoing> queue) {
    left.ensureCapacity(left.size() + 1);
    var next = queue.poll();
    if (next != null) {
      left.add(next);
      next.take();
    }
    return next;
  }

  /** Tries once; whether none of them is left. */
  boolean attempt(SendLink link) {
    try {
      dropOverdue(link);
      if (!left.isEmpty()) {
        add(link);
      }
    } catch (UnavailableException e) {
      left.forEach(each -> unavailable(each, e));
    } catch (CancellationException e) {
      // Closed between their coming and their turn.
      left.forEach(each -> fail(each, Sender.closed(stream)));
    } catch (MillhandException e) {
      left.forEach(each -> fail(each, e));
    }
    left = again;
    again = new ArrayList<>();
    isAsked = false;
    return left.isEmpty();
  }

  private void add(SendLink link) {
    var commands = link.get();
    dropLate();
    if (!left.isEmpty()) {
      isAsked = true;
      var results = commands.addAll(left);
      link.used();
      sort(left, results);
    }
  }

  /** A trial came to no end: an error in the middle of it. */
  void struckBy(Throwable error) {
    struckBy = error;
  }

  /** All ends; one that is told twice holds as it is told first. */
  List<Done> ends() {
    var error = struckBy;
    if (error != null) {
      left.forEach(each -> struck(each, error));
      left.clear();
      struckBy = null;
    }
    return done;
  }

  private void struck(Outgoing entry, Throwable error) {
    if (isAsked) {
      done.add(new Done(entry, null, uncertain(entry, error)));
    } else if (error instanceof RuntimeException e) {
      fail(entry, e);
    } else {
      fail(
          entry,
          new UnavailableException(
              UnavailableException.Reason.NOT_CONNECTED,
              "%s: the entry was not added: %s".formatted(stream, error),
              error));
    }
  }

  /**
   * Ends those whose time was over when connecting last failed: each batch of a long queue would
   * wait for that once more.
   */
  private void dropOverdue(SendLink link) {
    var failure = link.failure();
    if (failure == null) {
      return;
    }
    var rest = new ArrayList<Outgoing>(left.size());
    for (var each : left) {
      if (each.wasOverdueAt(failure.at())) {
        unavailable(each, failure.error());
      } else {
        rest.add(each);
      }
    }
    left = rest;
  }

  /**
   * Drops what is in doubt and late. Connecting takes its time, too, and the marker of an entry
   * that was added may be gone after that: it would be added a second time.
   */
  private void dropLate() {
    if (!isTriedAgain) {
      return;
    }
    var rest = new ArrayList<Outgoing>(left.size());
    for (var each : left) {
      if (isLate(each)) {
        done.add(new Done(each, null, uncertain(each, each.doubt().orElseThrow())));
      } else {
        rest.add(each);
      }
    }
    left = rest;
  }

  private static boolean isLate(Outgoing entry) {
    return entry.doubt().isPresent() && entry.isOverdue();
  }

  private void sort(List<Outgoing> batch, List<Added> results) {
    for (int i = 0; i < batch.size(); i++) {
      switch (results.get(i)) {
        case Added.Ok ok -> done.add(new Done(batch.get(i), ok.id(), null));
        case Added.Failed failed -> {
          if (failed.error() instanceof StreamSealedException e) {
            // For certain, also where an earlier trial was in doubt: its marker would be there.
            done.add(new Done(batch.get(i), null, named(e)));
          } else if (failed.error() instanceof UnavailableException e) {
            unavailable(batch.get(i), e);
          } else {
            fail(batch.get(i), named(failed.error()));
          }
        }
      }
    }
  }

  /** What Redis refuses does not say to which stream it was to go. */
  private RuntimeException named(RuntimeException error) {
    var text = "%s: the entry was not added: %s".formatted(stream, error.getMessage());
    return switch (error) {
      case DeniedException e -> new DeniedException(text, e);
      case RefusedException e -> new RefusedException(text, e);
      case StreamSealedException e -> new StreamSealedException(text, e);
      default -> error;
    };
  }

  private void unavailable(Outgoing entry, UnavailableException cause) {
    if (cause.mayHaveBeenDone()) {
      entry.putInDoubt(cause);
    }
    var isAddedOnce = entry.doubt().isEmpty() || entry.mark().isPresent();
    if (isAddedOnce && !entry.isOverdue()) {
      again(entry);
    } else {
      fail(
          entry,
          new UnavailableException(
              cause.reason(),
              "%s: the entry was not added, tried for %d ms: %s"
                  .formatted(stream, retryFor.toMillis(), cause.getMessage()),
              cause));
    }
  }

  private void again(Outgoing entry) {
    isTriedAgain = true;
    again.add(entry);
  }

  /** Ends it with that error, unless it may have been added before. */
  private void fail(Outgoing entry, RuntimeException error) {
    var told = entry.doubt().<RuntimeException>map(each -> uncertain(entry, each)).orElse(error);
    done.add(new Done(entry, null, told));
  }

  private UncertainSendException uncertain(Outgoing entry, Throwable cause) {
    return new UncertainSendException(
        "%s: the entry may have been added, or not: %s %s"
            .formatted(stream, words(cause), advice(entry)),
        cause);
  }

  private static String words(Throwable cause) {
    return cause instanceof MillhandException
        ? String.valueOf(cause.getMessage())
        : "%s came between.".formatted(cause);
  }

  private static String advice(Outgoing entry) {
    return entry.mark().filter(mark -> mark.of() == Mark.Of.CALLER).isPresent()
        ? "Sending it again under the same key adds it once, within its window."
        : "Sending it again may add it twice.";
  }
}
