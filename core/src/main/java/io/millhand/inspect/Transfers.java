// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.error.RefusedException;
import io.millhand.inspect.Actions.Selection;
import io.millhand.inspect.Actions.Transfer;
import io.millhand.redis.OperateCommands;
import io.millhand.redis.SendCommands.Added;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Copies and moves entries to another stream, which may lie on another slot: no script can. */
final class Transfers {

  /** Entries whose bodies are fetched at once: they may have a megabyte each. */
  private static final int PAGE = 20;

  private Transfers() {}

  static Lag count(OperateCommands redis, String stream, Selection selection) {
    return switch (selection) {
      case Selection.Ids chosen ->
          new Lag.Exactly(
              chosen.ids().stream()
                  .filter(id -> redis.look().entry(stream, id).isPresent())
                  .count());
      case Selection.Range range -> {
        var there = Tally.between(redis, stream, range.from(), range.to());
        yield there.entries() >= range.limit() ? new Lag.Exactly(range.limit()) : there;
      }
    };
  }

  static Transfer copy(Deed deed, Selection selection, String target) {
    return transfer(deed, selection, target, Source.STAYS);
  }

  static Transfer move(Deed deed, Selection selection, String target) {
    return transfer(deed, selection, target, Source.GOES);
  }

  /** What becomes of the entry that was copied. */
  private enum Source {
    STAYS,
    GOES
  }

  private static Transfer transfer(Deed deed, Selection selection, String target, Source source) {
    var stream = deed.keys().stream();
    if (target.equals(stream)) {
      throw new RefusedException(
          "%s is both the source and the target; nothing was done".formatted(stream));
    }
    deed.redis().groups(stream); // tells where there is no stream
    deed.audit().with("to", target);
    var run = new Run(deed, target, source);
    switch (selection) {
      case Selection.Ids chosen -> run.ids(chosen.ids());
      case Selection.Range range -> run.range(range);
    }
    return run.result();
  }

  /** One transfer under way. Used by one thread. */
  private static final class Run {
    private final Deed deed;
    private final String stream;
    private final String target;
    private final Source source;
    private final List<EntryId> missing = new ArrayList<>();
    private long added;
    private long deleted;
    private long acked;

    Run(Deed deed, String target, Source source) {
      this.deed = deed;
      this.stream = deed.keys().stream();
      this.target = target;
      this.source = source;
    }

    void ids(List<EntryId> ids) {
      deed.audit().with("ids", ids);
      for (var id : ids) {
        deed.redis()
            .look()
            .entry(stream, id)
            .map(List::of)
            .ifPresentOrElse(this::page, () -> missing.add(id));
      }
    }

    void range(Selection.Range range) {
      deed.audit().with("first", range.from()).with("last", range.to());
      var newest = deed.redis().look().newestEntries(stream, Optional.empty(), 1);
      if (newest.isEmpty()) {
        return;
      }
      var end = newest.get(0).id().compareTo(range.to()) < 0 ? newest.get(0).id() : range.to();
      var after = range.from().previous();
      for (long left = range.limit(); left > 0; ) {
        var size = (int) Math.min(PAGE, left);
        var page =
            deed.redis().look().entriesAfter(stream, after, size).stream()
                .filter(entry -> entry.id().compareTo(end) <= 0)
                .toList();
        if (page.isEmpty()) {
          return;
        }
        page(page);
        left -= page.size();
        after = page.get(page.size() - 1).id();
      }
    }

    /** Adds first, withdraws last: whatever breaks off in between leaves an entry in both. */
    private void page(List<Entry> entries) {
      var results = deed.redis().add(target, entries.stream().map(Entry::fields).toList());
      var safe = new ArrayList<EntryId>();
      @Nullable RuntimeException refused = null;
      for (int i = 0; i < entries.size(); i++) {
        switch (results.get(i)) {
          case Added.Ok ok -> safe.add(entries.get(i).id());
          case Added.Failed failed -> refused = failed.error();
        }
      }
      added += safe.size();
      deed.audit().counts(safe.size());
      if (source == Source.GOES && !safe.isEmpty()) {
        var gone = deed.redis().withdraw(stream, safe);
        deleted += gone.deleted();
        acked += gone.acked();
      }
      if (refused != null) {
        throw refused;
      }
    }

    Transfer result() {
      return new Transfer(added, deleted, acked, List.copyOf(missing));
    }
  }
}
