// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.inspect.Actions.AddedAnew;
import io.millhand.inspect.Actions.DeadLetterCopy;
import io.millhand.inspect.Actions.PutBacks;
import io.millhand.inspect.Actions.Refused;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.inspect.Snapshots.PutBack;
import io.millhand.redis.SendCommands.Added;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An operator's actions on dead letters, one by one. */
final class DeadActions {

  private static final int PAGE = 100;

  private DeadActions() {}

  static PutBacks putBack(Deed deed, Iterable<DeadLetter> letters) {
    var refused = new ArrayList<Refused>();
    for (var letter : letters) {
      var met =
          PutBack.valueOf(deed.redis().putBack(deed.keys(), letter.id(), letter.entry()).name());
      if (met == PutBack.DONE) {
        deed.audit().counts(1);
      } else {
        refused.add(new Refused(letter.id(), letter.entry(), met));
      }
    }
    return new PutBacks(deed.audit().count(), List.copyOf(refused));
  }

  static List<AddedAnew> addAnew(
      Deed deed, Iterable<DeadLetter> letters, UnaryOperator<Fields> edit) {
    var added = new ArrayList<AddedAnew>();
    for (var letter : letters) {
      if (letter.fields().count() > 0) {
        var id = add(deed, deed.keys().stream(), edit.apply(letter.fields()));
        deed.audit().counts(1);
        deed.redis().delete(deed.keys().dead(), List.of(letter.id()));
        added.add(new AddedAnew(letter.id(), id));
      }
    }
    return List.copyOf(added);
  }

  static long purge(Deed deed, Iterable<DeadLetter> letters) {
    for (var letter : letters) {
      deed.audit().counts(deed.redis().delete(deed.keys().dead(), List.of(letter.id())));
    }
    return deed.audit().count();
  }

  static long load(Deed deed, Iterable<DeadLetterCopy> letters) {
    var known = known(deed);
    for (var letter : letters) {
      var fields = DeadLetters.write(letter.facts(), letter.fields());
      if (known.add(mark(DeadLetters.read(new Entry(EntryId.ZERO, fields))))) {
        add(deed, deed.keys().dead(), fields);
        deed.audit().counts(1);
      }
    }
    return deed.audit().count();
  }

  /** The marks of those that are there. */
  private static Set<String> known(Deed deed) {
    var known = new HashSet<String>();
    var before = Optional.<EntryId>empty();
    while (true) {
      var page = deed.redis().look().newestEntries(deed.keys().dead(), before, PAGE);
      page.forEach(letter -> known.add(mark(DeadLetters.read(letter))));
      if (page.size() < PAGE) {
        return known;
      }
      before = Optional.of(page.get(page.size() - 1).id());
    }
  }

  /** An entry may die more than once, but not twice at the same time. */
  private static String mark(DeadLetter letter) {
    return letter.entry() + " " + letter.last().toEpochMilli();
  }

  private static EntryId add(Deed deed, String stream, Fields fields) {
    return switch (deed.redis().add(stream, List.of(fields)).get(0)) {
      case Added.Ok ok -> ok.id();
      case Added.Failed failed -> throw failed.error();
    };
  }
}
