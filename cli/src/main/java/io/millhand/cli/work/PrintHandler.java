// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.cli.Escape;
import io.millhand.cli.FieldsText;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** {@code --print}: an entry is a line on standard output, escaped for people, or as JSON. */
final class PrintHandler implements EntryHandler {

  /** How entries are written. */
  enum Form {
    /** For people. */
    TEXT,
    /** For programs. */
    JSON
  }

  private final Form form;
  private final Consumer<String> giveUp;
  private final Stdout stdout = new Stdout();

  PrintHandler(Form form, Consumer<String> giveUp) {
    this.form = form;
    this.giveUp = giveUp;
  }

  /** One, so that lines stand in the order in which they were read. */
  @Override
  public int concurrency() {
    return 1;
  }

  @Override
  public Outcome decide(Delivery<Entry> delivery) {
    try {
      stdout.line(form == Form.JSON ? EntryJson.of(delivery) : text(delivery));
      return Outcome.ack();
    } catch (IOException e) {
      giveUp.accept("nobody reads the output any more");
      return Outcome.defer(Duration.ZERO);
    }
  }

  private static String text(Delivery<Entry> delivery) {
    return Escape.text(delivery.source().stream())
        + ' '
        + delivery.id()
        + ' '
        + FieldsText.line(delivery.entry().fields());
  }
}
