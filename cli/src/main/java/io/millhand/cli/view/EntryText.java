// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.FieldsJson;
import io.millhand.cli.FieldsText;
import io.millhand.cli.Json;
import io.millhand.cli.Output;
import io.millhand.cli.Texts;
import io.millhand.delivery.Entry;

/** An entry as a line of text, or of JSON. */
final class EntryText {

  private EntryText() {}

  static void print(Output output, Entry entry) {
    output.line(output.isJson() ? json(entry) : line(entry));
  }

  private static String line(Entry entry) {
    return "%s  %s  %s"
        .formatted(entry.id(), Texts.time(entry.id().time()), FieldsText.line(entry.fields()));
  }

  private static String json(Entry entry) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("id", entry.id().toString());
          json.writeStringProperty("time", entry.id().time().toString());
          FieldsJson.write(json, entry.fields());
          json.writeEndObject();
        });
  }
}
