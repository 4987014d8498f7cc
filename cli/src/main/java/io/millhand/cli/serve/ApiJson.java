// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.cli.FieldsJson;
import io.millhand.cli.Json;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.inspect.Snapshots.FailureInfo;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.PendingEntry;
import io.millhand.inspect.Snapshots.WorkerInfo;
import io.millhand.inspect.StreamDetails.StreamDetail;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/** What is seen, as JSON: the same properties as the commands print with {@code --json}. */
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
          text(json, "next", next.map(id -> parameter + "=" + id));
          json.writeEndObject();
        });
  }

  private static <T> void array(
      JsonGenerator json, String name, List<T> items, BiConsumer<JsonGenerator, T> item) {
    json.writeArrayPropertyStart(name);
    for (var each : items) {
      json.writeStartObject();
      item.accept(json, each);
      json.writeEndObject();
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

  static void stream(JsonGenerator json, StreamDetail stream) {
    json.writeStringProperty("stream", stream.key());
    json.writeNumberProperty("length", stream.length());
    json.writeNumberProperty("groups", stream.groupCount());
    text(json, "first", stream.first().map(EntryId::toString));
    text(json, "last", stream.last().map(EntryId::toString));
    json.writeStringProperty("lastGenerated", stream.lastGenerated().toString());
  }

  static void group(JsonGenerator json, GroupSnapshot group) {
    json.writeStringProperty("stream", group.stream());
    json.writeStringProperty("group", group.name());
    json.writeObjectPropertyStart("lag");
    json.writeNumberProperty("entries", group.lag().entries());
    json.writeBooleanProperty("exact", group.lag().isExact());
    json.writeEndObject();
    json.writeNumberProperty("pending", group.pending());
    json.writeNumberProperty("deferred", group.deferred());
    json.writeNumberProperty("dead", group.dead());
    json.writeNumberProperty("workers", group.workers());
    json.writeNumberProperty("consumers", group.consumers());
    json.writeStringProperty("lastDelivered", group.lastDelivered().toString());
    seconds(json, "oldestUndeliveredSeconds", group.oldestUndelivered());
    text(json, "oldestPending", group.oldestPending().map(pin -> pin.id().toString()));
    seconds(json, "oldestPendingSeconds", group.oldestPending().map(pin -> pin.age()));
    text(json, "keeper", group.keeper());
  }

  static void consumer(JsonGenerator json, ConsumerSnapshot consumer) {
    json.writeStringProperty("consumer", consumer.name());
    json.writeStringProperty("kind", consumer.kind().name().toLowerCase(Locale.ROOT));
    json.writeNumberProperty("pending", consumer.pending());
    seconds(json, "idleSeconds", Optional.of(consumer.idle()));
    json.writeName("worker");
    consumer.worker().ifPresentOrElse(worker -> worker(json, worker), json::writeNull);
  }

  private static void worker(JsonGenerator json, WorkerInfo worker) {
    json.writeStartObject();
    json.writeStringProperty("host", worker.host());
    json.writeNumberProperty("pid", worker.pid());
    json.writeStringProperty("version", worker.version());
    json.writeStringProperty("since", worker.since());
    seconds(json, "leaseSeconds", Optional.of(worker.lease()));
    text(json, "suspect", worker.suspect().map(EntryId::toString));
    json.writeEndObject();
  }

  static void pending(JsonGenerator json, PendingEntry entry) {
    var failure = entry.failure();
    json.writeStringProperty("id", entry.id().toString());
    text(json, "consumer", entry.consumer());
    seconds(json, "idleSeconds", Optional.of(entry.idle()));
    json.writeNumberProperty("deliveries", entry.deliveries());
    json.writeNumberProperty("attempts", failure.map(FailureInfo::attempts).orElse(0));
    json.writeNumberProperty("crashes", failure.map(FailureInfo::crashes).orElse(0));
    seconds(json, "dueInSeconds", entry.dueIn());
    text(json, "firstFailed", failure.map(it -> it.first().toString()));
    text(json, "lastFailed", failure.map(it -> it.last().toString()));
    text(json, "lastError", failure.map(FailureInfo::error));
  }

  static void dead(JsonGenerator json, DeadLetter letter) {
    json.writeStringProperty("id", letter.id().toString());
    json.writeStringProperty("entry", letter.entry().toString());
    json.writeStringProperty("reason", letter.reason());
    text(json, "error", letter.error());
    text(json, "errorText", letter.errorText());
    text(json, "stack", letter.stack());
    json.writeNumberProperty("attempts", letter.attempts());
    json.writeNumberProperty("crashes", letter.crashes());
    json.writeNumberProperty("deliveries", letter.deliveries());
    json.writeStringProperty("firstFailed", letter.first().toString());
    json.writeStringProperty("givenUp", letter.last().toString());
    json.writeStringProperty("body", letter.body().name().toLowerCase(Locale.ROOT));
    FieldsJson.write(json, letter.fields());
  }

  private static void text(JsonGenerator json, String name, Optional<String> value) {
    json.writeName(name);
    value.ifPresentOrElse(json::writeString, json::writeNull);
  }

  private static void seconds(JsonGenerator json, String name, Optional<Duration> value) {
    json.writeName(name);
    value.map(time -> time.toMillis() / 1000.0).ifPresentOrElse(json::writeNumber, json::writeNull);
  }
}
