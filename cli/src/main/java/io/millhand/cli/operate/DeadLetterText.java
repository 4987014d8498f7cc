// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.Escape;
import io.millhand.cli.Json;
import io.millhand.cli.Texts;
import io.millhand.cli.view.SeenJson;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Snapshots.DeadLetter;
import java.util.ArrayList;
import java.util.List;

/** Dead letters, written. */
final class DeadLetterText {

  static final List<String> HEAD =
      List.of("ID", "ENTRY", "GIVEN UP", "ATTEMPTS", "CRASHES", "REASON", "ERROR");

  private static final int REASON_SHOWN = 40;
  private static final int ERROR_SHOWN = 60;
  private static final int VALUE_SHOWN = 2000;

  private DeadLetterText() {}

  /** A row of the list. */
  static List<String> row(DeadLetter letter) {
    return List.of(
        letter.id().toString(),
        letter.entry().toString(),
        Texts.time(letter.last()),
        Texts.count(letter.attempts()),
        Texts.count(letter.crashes()),
        Texts.cut(letter.reason(), REASON_SHOWN),
        Texts.cut(error(letter), ERROR_SHOWN));
  }

  private static String error(DeadLetter letter) {
    var type = letter.error().orElse("");
    var text = letter.errorText().orElse("");
    var simple = type.substring(type.lastIndexOf('.') + 1);
    return simple.isEmpty() && text.isEmpty() ? "-" : simple + (text.isEmpty() ? "" : ": " + text);
  }

  /** All of it, safe to print. */
  static List<String> lines(DeadLetter letter) {
    var lines = new ArrayList<String>();
    line(lines, "dead letter", letter.id().toString());
    line(
        lines,
        "entry",
        "%s, added %s".formatted(letter.entry(), Texts.time(letter.entry().time())));
    line(lines, "reason", letter.reason());
    letter.error().ifPresent(type -> line(lines, "error", type));
    letter.errorText().ifPresent(text -> line(lines, "", text));
    line(
        lines,
        "tried",
        "%d failed attempts, %d crashes, %d deliveries"
            .formatted(letter.attempts(), letter.crashes(), letter.deliveries()));
    if (letter.first().toEpochMilli() > 0) {
      line(lines, "first failed", Texts.time(letter.first()));
    }
    line(lines, "given up", Texts.time(letter.last()));
    fields(lines, letter);
    letter
        .stack()
        .ifPresent(
            stack -> {
              lines.add("stack");
              stack.lines().forEach(frame -> lines.add("  " + Escape.line(frame)));
            });
    return lines;
  }

  private static void line(List<String> lines, String name, String unsafe) {
    lines.add("%-13s %s".formatted(name, Escape.text(unsafe)).stripTrailing());
  }

  private static void fields(List<String> lines, DeadLetter letter) {
    var fields = letter.fields();
    lines.add(
        switch (letter.body()) {
          case WHOLE -> "fields (%d, %,d bytes)".formatted(fields.count(), fields.byteSize());
          case OMITTED -> "fields (not kept: Redis refused a copy of that size)";
        });
    for (int i = 0; i < fields.count(); i++) {
      lines.add("  %s = %s".formatted(shown(fields.name(i)), shown(fields.value(i))));
    }
  }

  private static String shown(byte[] bytes) {
    var text = Escape.bytes(bytes);
    return text.length() <= VALUE_SHOWN
        ? text
        : Texts.cut(text, VALUE_SHOWN) + " (%,d bytes; --json shows all)".formatted(bytes.length);
  }

  /** For scripts: one line. */
  static String json(DeadLetter letter) {
    return SeenJson.line(letter, SeenJson::dead);
  }

  static String added(EntryId letter, EntryId id) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("id", letter.toString());
          json.writeStringProperty("added", id.toString());
          json.writeEndObject();
        });
  }
}
