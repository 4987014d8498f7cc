// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.cli.Json;
import io.millhand.cli.view.JsonValues;
import io.millhand.cli.view.SeenJson;
import io.millhand.delivery.EntryId;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/** Lists and pages of what is seen, as JSON. */
final class ApiJson {

  private ApiJson() {}

  /** An object with one list. */
  static <T> String list(String name, List<T> items, BiConsumer<JsonGenerator, T> item) {
    return Json.write(
        json -> {
          json.writeStartObject();
          array(json, name, items, item);
          json.writeEndObject();
        });
  }

  /**
   * The same for a page.
   *
   * @param parameter by which the next page is asked for
   * @param next with that id; null where this is the last
   */
  static <T> String page(
      String name,
      List<T> items,
      BiConsumer<JsonGenerator, T> item,
      String parameter,
      Optional<EntryId> next) {
    return Json.write(
        json -> {
          json.writeStartObject();
          array(json, name, items, item);
          JsonValues.text(json, "next", next.map(id -> parameter + "=" + id));
          json.writeEndObject();
        });
  }

  private static <T> void array(
      JsonGenerator json, String name, List<T> items, BiConsumer<JsonGenerator, T> item) {
    json.writeArrayPropertyStart(name);
    for (var each : items) {
      SeenJson.object(json, each, item);
    }
    json.writeEndArray();
  }

  /** Why there is no answer. */
  static String error(String message) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("error", message);
          json.writeEndObject();
        });
  }
}
