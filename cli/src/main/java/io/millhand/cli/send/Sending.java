// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.Producer;
import io.millhand.cli.send.EntrySource.Item;
import io.millhand.delivery.Fields;
import io.millhand.delivery.UndecodableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings entries from a source to a producer, in order.
 *
 * <p>Threads: one runs it; any may {@link #stop} it and ask for {@link #soFar}.
 *
 * <p>Failure: after the first entry that cannot be added, or not durably, nothing more is sent.
 */
final class Sending {

  private static final int BAD_LINES_TOLD = 5;

  private final Producer producer;
  private final Terms terms;
  private final Window window = new Window();
  private final List<Item.Bad> told = new ArrayList<>();
  private volatile int signal;
  private volatile long skipped;
  private volatile Optional<Item.Bad> bad = Optional.empty();
  private long sent;

  /** What to do with a line that is no entry. */
  enum BadLines {
    /** End there. */
    FAIL,
    /** Count it and go on. */
    SKIP
  }

  /**
   * How to send.
   *
   * @param badLines what to do with a line that is no entry
   * @param pace how quickly, if not as quickly as can be
   * @param maxEntryBytes larger ones are bad
   * @param onceKey the field whose value is each entry's key, under which it is added once
   */
  record Terms(
      BadLines badLines, Optional<Pace> pace, int maxEntryBytes, Optional<String> onceKey) {}

  /**
   * What came of it.
   *
   * @param window what became of those that were sent
   * @param skipped lines that were no entry
   * @param bad the line that ended it
   * @param signal the number of the signal that stopped it, or 0
   */
  record Report(Window.Result window, long skipped, Optional<Item.Bad> bad, int signal) {}

  Sending(Producer producer, Terms terms) {
    this.producer = producer;
    this.terms = terms;
  }

  /** Runs to its end, and until every answer is there. */
  Report run(EntrySource source, ProgressLine progress) throws IOException {
    try {
      for (var item = source.next(); item.isPresent() && goesOn(item.get()); item = source.next()) {
        progress.show(window.result().added(), source.bytesRead());
      }
    } finally {
      window.awaitAll();
    }
    return soFar();
  }

  private boolean goesOn(Item item) {
    if (signal != 0 || window.hasFailed()) {
      return false;
    }
    return switch (checked(item)) {
      case Item.Good good -> {
        terms.pace().ifPresent(Pace::await);
        send(good.line(), good.fields());
        yield true;
      }
      case Item.Bad line -> isSkipped(line);
    };
  }

  private Item checked(Item item) {
    return item instanceof Item.Good good
        ? unfit(good.fields()).<Item>map(why -> new Item.Bad(good.line(), why)).orElse(good)
        : item;
  }

  private Optional<String> unfit(Fields fields) {
    if (fields.byteSize() > terms.maxEntryBytes()) {
      return Optional.of(
          "an entry of %d bytes, %d are allowed"
              .formatted(fields.byteSize(), terms.maxEntryBytes()));
    }
    try {
      return terms
          .onceKey()
          .filter(name -> fields.text(name).isEmpty())
          .map(name -> "its key, the field \"%s\", is empty".formatted(name));
    } catch (UndecodableException e) {
      return Optional.of("its key: " + e.getMessage());
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private boolean isSkipped(Item.Bad line) {
    if (terms.badLines() == BadLines.FAIL) {
      bad = Optional.of(line);
      return false;
    }
    skipped++;
    if (told.size() < BAD_LINES_TOLD) {
      told.add(line);
    }
    return true;
  }

  private void send(long line, Fields fields) {
    var number = ++sent;
    var weight = window.enter(fields.byteSize());
    var answer =
        terms
            .onceKey()
            .map(name -> producer.sendOnceAsync(fields.text(name), fields))
            .orElseGet(() -> producer.sendAsync(fields));
    var unused = answer.whenComplete((id, error) -> window.settle(weight, number, line, id, error));
  }

  /** Sends nothing more, since that signal came. */
  void stop(int number) {
    signal = number;
  }

  /** What is known by now. */
  Report soFar() {
    return new Report(window.result(), skipped, bad, signal);
  }

  /** The first of the lines that were skipped; for the running thread, at the end. */
  List<Item.Bad> firstSkipped() {
    return List.copyOf(told);
  }
}
