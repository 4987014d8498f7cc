// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.error.DeniedException;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UncertainSendException;
import io.millhand.redis.Mark;
import io.millhand.redis.SendCommands.Added;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  /** The end of one: its id, or an error. */
  record Done(Outgoing entry, @Nullable EntryId id, @Nullable RuntimeException error) {}

  private final String stream;
  private final Duration retryFor;
  private final List<Done> done;
  private List<Outgoing> left;
  private boolean isTriedAgain;

  SendBatch(String stream, Duration retryFor, List<Outgoing> entries) {
    this.stream = stream;
    this.retryFor = retryFor;
    this.left = entries;
    this.done = new ArrayList<>(entries.size());
  }

  /** Tries once; whether none of them is left. */
  boolean attempt(SendLink link) {
    var batch = left;
    left = List.of();
    try {
      var commands = link.get();
      batch = withoutOverdue(batch);
      if (!batch.isEmpty()) {
        var results = commands.addAll(batch);
        link.used();
        sort(batch, results);
      }
    } catch (UnavailableException e) {
      batch.forEach(each -> unavailable(each, e));
    } catch (CancellationException e) {
      // Closed between their coming and their turn.
      batch.forEach(each -> fail(each, Sender.closed(stream)));
    } catch (RuntimeException e) {
      batch.forEach(each -> fail(each, e));
    }
    return left.isEmpty();
  }

  /** All ends so far. */
  List<Done> done() {
    return done;
  }

  /**
   * Drops what is in doubt and late. Connecting takes its time, too, and the marker of an entry
   * that was added may be gone after that: it would be added a second time.
   */
  private List<Outgoing> withoutOverdue(List<Outgoing> batch) {
    if (!isTriedAgain) {
      return batch;
    }
    var rest = new ArrayList<Outgoing>(batch.size());
    for (var each : batch) {
      if (isLate(each)) {
        done.add(new Done(each, null, uncertain(each, each.doubt().orElseThrow())));
      } else {
        rest.add(each);
      }
    }
    return rest;
  }

  private static boolean isLate(Outgoing entry) {
    return entry.doubt().isPresent() && entry.isOverdue();
  }

  private void sort(List<Outgoing> batch, List<Added> results) {
    for (int i = 0; i < batch.size(); i++) {
      switch (results.get(i)) {
        case Added.Ok ok -> done.add(new Done(batch.get(i), ok.id(), null));
        case Added.Failed failed -> {
          if (failed.error() instanceof UnavailableException e) {
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
    if (left.isEmpty()) {
      left = new ArrayList<>();
    }
    left.add(entry);
  }

  /** Ends it with that error, unless it may have been added before. */
  private void fail(Outgoing entry, RuntimeException error) {
    var told = entry.doubt().<RuntimeException>map(each -> uncertain(entry, each)).orElse(error);
    done.add(new Done(entry, null, told));
  }

  private UncertainSendException uncertain(Outgoing entry, UnavailableException cause) {
    return new UncertainSendException(
        "%s: the entry may have been added, or not: %s %s"
            .formatted(stream, cause.getMessage(), advice(entry)),
        cause);
  }

  private static String advice(Outgoing entry) {
    return entry.mark().filter(mark -> mark.of() == Mark.Of.CALLER).isPresent()
        ? "Sending it again under the same key adds it once, within its window."
        : "Sending it again may add it twice.";
  }
}
