// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.cli.FieldsJson;
import io.millhand.cli.Json;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;

/** A delivery as one line of JSON, the same for every kind of handler. */
final class EntryJson {

  private EntryJson() {}

  /** The line, without its end. */
  static String of(Delivery<Entry> delivery) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("id", delivery.id().toString());
          json.writeStringProperty("stream", delivery.source().stream());
          json.writeStringProperty("group", delivery.source().group());
          json.writeNumberProperty("attempt", delivery.attempt());
          json.writeNumberProperty("deliveries", delivery.count().deliveries());
          FieldsJson.write(json, delivery.entry().fields());
          json.writeEndObject();
        });
  }
}
