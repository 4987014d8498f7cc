// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Snapshots.DeadLetter;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A group's dead letters, newest first, a page at a time, those that pass a filter. What is added
 * while it goes on is not seen. Each walk is made anew, and used by one thread.
 *
 * @param inspector looks
 * @param stream where
 * @param group where
 * @param filter which
 * @param limit how many at most
 */
record DeadWalk(
    Inspector inspector, String stream, String group, Predicate<DeadLetter> filter, long limit)
    implements Iterable<DeadLetter> {

  private static final int PAGE = 100;

  @Override
  public Iterator<DeadLetter> iterator() {
    return new Walk();
  }

  private final class Walk implements Iterator<DeadLetter> {
    private Iterator<DeadLetter> page = List.<DeadLetter>of().iterator();
    private Optional<EntryId> before = Optional.empty();
    private boolean over;
    private long left = limit;
    private @Nullable DeadLetter next;

    @Override
    public boolean hasNext() {
      while (next == null && left > 0 && (page.hasNext() || turn())) {
        var letter = page.next();
        before = Optional.of(letter.id());
        if (filter.test(letter)) {
          next = letter;
          left--;
        }
      }
      return next != null;
    }

    private boolean turn() {
      if (over) {
        return false;
      }
      var letters = inspector.dead(stream, group, before, PAGE);
      over = letters.size() < PAGE;
      page = letters.iterator();
      return page.hasNext();
    }

    @Override
    public DeadLetter next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      var letter = next;
      next = null;
      return letter;
    }
  }
}
