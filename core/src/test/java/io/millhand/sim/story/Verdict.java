// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.story;

import io.millhand.delivery.EntryId;
import io.millhand.sim.story.Plan.Entry.Kind;

/** What must hold of an entry when all has come to its end. */
final class Verdict {

  private final Books books;
  private final Plan plan;
  private final Judge judge;

  Verdict(Books books, Plan plan, Judge judge) {
    this.books = books;
    this.plan = plan;
    this.judge = judge;
  }

  void on(EntryId id, int number) {
    var entry = plan.entries().get(number);
    var successes = books.successes(id);
    var dead = judge.isDead(id);
    if (books.gone.contains(id)) {
      books.count("gone");
      return;
    }
    if (successes == 0 && !dead) {
      books.violation("LOST: %s (%s) is neither handled nor dead".formatted(id, entry));
    }
    if (entry.kind() == Kind.STUBBORN) {
      return;
    }
    if (successes > 1 && !plan.genre().mayRepeat() && !books.leftBehind.contains(id)) {
      books.violation("%s (%s) was handled %d times".formatted(id, entry, successes));
    }
    if (successes > 0 && dead && !plan.genre().mayOverlap()) {
      books.violation("%s (%s) was handled, and is dead".formatted(id, entry));
    }
    if (dead) {
      onDead(id, entry);
    }
  }

  private void onDead(EntryId id, Plan.Entry entry) {
    var letter = judge.letter(id);
    var attempts = Integer.parseInt(letter.get(letter.indexOf("~attempts") + 1));
    var crashes = Integer.parseInt(letter.get(letter.indexOf("~crashes") + 1));
    var most = plan.settings().handling().retry().maxAttempts();
    var maxCrashes = plan.settings().handling().maxCrashes();
    if (attempts > books.failures(id)) {
      books.violation(
          "%s died of %d attempts, and failed %d times"
              .formatted(id, attempts, books.failures(id)));
    }
    var ofCrashes = crashes >= maxCrashes;
    // Where records are lost, one that kills is no suspect for a while, and another is blamed.
    var isKnown = !plan.genre().mayForget();
    if (ofCrashes && isKnown && entry.kind() != Kind.KILLS && books.deaths + 2 < maxCrashes) {
      books.violation(
          "an innocent is dead: %s (%s) by %d crashes, and %d workers died otherwise"
              .formatted(id, entry, crashes, books.deaths));
    }
    switch (entry.kind()) {
      case FAILS -> {
        if (!ofCrashes && attempts != most) {
          books.violation("%s was given up after %d attempts of %d".formatted(id, attempts, most));
        }
        if (!plan.genre().mayRepeat() && books.failures(id) != most) {
          books.violation("%s failed %d times of %d".formatted(id, books.failures(id), most));
        }
      }
      case FINE, SLOW -> {
        if (!ofCrashes && !plan.genre().mayOverlap()) {
          books.violation("an innocent is dead: %s (%s): %s".formatted(id, entry, letter));
        }
      }
      case GARBAGE, KILLS, STUBBORN -> {
        // as it should be
      }
    }
  }
}
