// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.FieldsJson;
import io.millhand.cli.Json;
import io.millhand.cli.Texts;
import io.millhand.delivery.GroupPause;
import io.millhand.inspect.Flow;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.inspect.Snapshots.FailureInfo;
import io.millhand.inspect.Snapshots.PendingEntry;
import io.millhand.inspect.Snapshots.Pin;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.inspect.Snapshots.WorkerInfo;
import io.millhand.inspect.Trend.Watched;
import java.util.Locale;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/**
 * What an inspector sees, as JSON: the one form for the commands and for {@code /api/v1}. Each
 * method writes the properties of one object that is open.
 */
public final class SeenJson {

  private SeenJson() {}

  /** One object, on a line. */
  public static <T> String line(T item, BiConsumer<JsonGenerator, T> properties) {
    return Json.write(json -> object(json, item, properties));
  }

  /** One object, wherever the writer stands. */
  public static <T> void object(
      JsonGenerator json, T item, BiConsumer<JsonGenerator, T> properties) {
    json.writeStartObject();
    properties.accept(json, item);
    json.writeEndObject();
  }

  /** A stream. */
  public static void stream(JsonGenerator json, StreamSnapshot stream) {
    json.writeStringProperty("stream", stream.key());
    json.writeNumberProperty("entries", stream.length());
    json.writeNumberProperty("groups", stream.groups());
    JsonValues.text(json, "oldest", stream.oldest().map(id -> id.toString()));
    JsonValues.text(json, "newest", stream.newest().map(id -> id.toString()));
    json.writeStringProperty("lastGenerated", stream.lastGenerated().toString());
    JsonValues.whole(json, "added", stream.added());
    JsonValues.whole(json, "bytes", stream.bytes());
    JsonValues.whole(json, "bytesPerEntry", stream.bytesPerEntry());
  }

  /** A group. */
  public static void group(JsonGenerator json, Watched watched) {
    var group = watched.group();
    var flow = watched.flow();
    json.writeStringProperty("stream", group.stream());
    json.writeStringProperty("group", group.name());
    json.writeStringProperty("verdict", Texts.word(watched.verdict().kind()));
    json.writeStringProperty("reason", watched.verdict().reason());
    json.writeObjectPropertyStart("lag");
    json.writeNumberProperty("entries", group.lag().entries());
    json.writeBooleanProperty("exact", group.lag().isExact());
    json.writeEndObject();
    json.writeNumberProperty("pending", group.pending());
    json.writeNumberProperty("deferred", group.deferred());
    json.writeNumberProperty("dueNow", group.dueNow());
    json.writeNumberProperty("dead", group.dead());
    json.writeNumberProperty("workers", group.workers());
    json.writeNumberProperty("workersAlive", group.crew().alive());
    json.writeNumberProperty("workersGone", group.crew().gone());
    json.writeNumberProperty("consumers", group.consumers());
    json.writeStringProperty("lastDelivered", group.lastDelivered().toString());
    JsonValues.number(json, "addedPerSecond", flow.flatMap(Flow::addedPerSecond));
    JsonValues.number(json, "settledPerSecond", flow.flatMap(Flow::settledPerSecond));
    JsonValues.seconds(json, "drainSeconds", flow.flatMap(seen -> seen.drainTime(group)));
    JsonValues.seconds(json, "oldestUndeliveredSeconds", group.oldestUndelivered());
    JsonValues.text(json, "oldestPending", group.oldestPending().map(pin -> pin.id().toString()));
    JsonValues.seconds(json, "oldestPendingSeconds", group.oldestPending().flatMap(Pin::age));
    JsonValues.text(json, "keeper", group.keeper());
    json.writeName("paused");
    group.paused().ifPresentOrElse(pause -> object(json, pause, SeenJson::pause), json::writeNull);
  }

  private static void pause(JsonGenerator json, GroupPause pause) {
    json.writeStringProperty("by", pause.who());
    json.writeStringProperty("since", pause.since().toString());
    json.writeStringProperty("reason", pause.why());
  }

  /** A consumer. */
  public static void consumer(JsonGenerator json, ConsumerSnapshot consumer) {
    json.writeStringProperty("consumer", consumer.name());
    json.writeStringProperty("kind", consumer.kind().name().toLowerCase(Locale.ROOT));
    json.writeNumberProperty("pending", consumer.pending());
    JsonValues.seconds(json, "idleSeconds", consumer.idle());
    json.writeName("worker");
    consumer
        .worker()
        .ifPresentOrElse(worker -> object(json, worker, SeenJson::worker), json::writeNull);
  }

  private static void worker(JsonGenerator json, WorkerInfo worker) {
    json.writeStringProperty("host", worker.host());
    json.writeNumberProperty("pid", worker.pid());
    json.writeStringProperty("version", worker.version());
    json.writeStringProperty("since", worker.since());
    json.writeStringProperty("state", worker.presence().name().toLowerCase(Locale.ROOT));
    JsonValues.seconds(json, "leaseSeconds", worker.lease());
    JsonValues.text(json, "suspect", worker.suspect().map(id -> id.toString()));
  }

  /** A pending entry. */
  public static void pending(JsonGenerator json, PendingEntry entry) {
    var failure = entry.failure();
    json.writeStringProperty("id", entry.id().toString());
    JsonValues.text(json, "consumer", entry.consumer());
    JsonValues.seconds(json, "idleSeconds", entry.idle());
    json.writeNumberProperty("deliveries", entry.deliveries());
    json.writeNumberProperty("attempts", failure.map(FailureInfo::attempts).orElse(0));
    json.writeNumberProperty("crashes", failure.map(FailureInfo::crashes).orElse(0));
    JsonValues.seconds(json, "dueInSeconds", entry.dueIn());
    JsonValues.text(json, "firstFailed", failure.map(it -> it.first().toString()));
    JsonValues.text(json, "lastFailed", failure.map(it -> it.last().toString()));
    JsonValues.text(json, "lastError", failure.map(FailureInfo::error));
  }

  /** A dead letter. */
  public static void dead(JsonGenerator json, DeadLetter letter) {
    json.writeStringProperty("id", letter.id().toString());
    json.writeStringProperty("entry", letter.entry().toString());
    json.writeStringProperty("reason", letter.reason());
    JsonValues.text(json, "error", letter.error());
    JsonValues.text(json, "errorText", letter.errorText());
    JsonValues.text(json, "stack", letter.stack());
    json.writeNumberProperty("attempts", letter.attempts());
    json.writeNumberProperty("crashes", letter.crashes());
    json.writeNumberProperty("deliveries", letter.deliveries());
    json.writeStringProperty("firstFailed", letter.first().toString());
    json.writeStringProperty("givenUp", letter.last().toString());
    json.writeStringProperty("body", letter.body().name().toLowerCase(Locale.ROOT));
    FieldsJson.write(json, letter.fields());
  }
}
