// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Escape;
import io.millhand.cli.Json;
import io.millhand.cli.Texts;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Place;
import io.millhand.inspect.Snapshots.FailureInfo;
import java.time.Duration;
import java.util.Optional;

/** Where an entry is, in words and as JSON. */
final class PlaceText {

  private PlaceText() {}

  static String words(Place place, Optional<Duration> wait) {
    return switch (place) {
      case Place.Unread unread ->
          "unread; %s come before it%s"
              .formatted(
                  Texts.lag(unread.ahead()),
                  wait.map(time -> ", about " + Texts.duration(time) + " at the present pace")
                      .orElse(""));
      case Place.InHand held ->
          "in hand: %s has it for %s, handed out %s%s"
              .formatted(
                  Escape.text(held.consumer()),
                  Texts.duration(held.since()),
                  times(held.deliveries()),
                  failed(held.failure()));
      case Place.Deferred deferred ->
          "deferred: %s%s"
              .formatted(
                  deferred
                      .dueIn()
                      .map(time -> time.isZero() ? "due now" : "due in " + Texts.duration(time))
                      .orElse("its due time is lost; the keeper makes it due within a minute"),
                  failed(deferred.failure()));
      case Place.Dead dead ->
          "dead since %s: %s; back with: millhand dead retry %s"
              .formatted(
                  Texts.time(dead.letter().last()),
                  Escape.text(dead.letter().reason()),
                  dead.letter().id());
      case Place.Handled handled -> "handled: it was given to the group, and acked";
      case Place.TrimmedInHand trimmed ->
          "trimmed from the stream while %s had it: lost to this group"
              .formatted(Escape.text(trimmed.consumer()));
      case Place.Gone gone ->
          "not in the stream any more: handled, and deleted or trimmed since; or trimmed before%s"
              .formatted(gone.oldest().map(oldest -> " (the oldest is " + oldest + ")").orElse(""));
      case Place.Never never -> "there is no such entry yet; the newest id is " + never.newest();
    };
  }

  private static String times(long count) {
    return count == 1 ? "once" : Texts.count(count) + " times";
  }

  private static String failed(Optional<FailureInfo> failure) {
    return failure
        .map(
            it ->
                "; failed %s, last: %s"
                    .formatted(times(it.attempts()), Escape.text(Texts.cut(it.error(), 100))))
        .orElse("");
  }

  static String json(
      String stream, String name, EntryId entry, Place place, Optional<Duration> wait) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("id", entry.toString());
          json.writeStringProperty("stream", stream);
          json.writeStringProperty("group", name);
          json.writeStringProperty("place", kind(place));
          switch (place) {
            case Place.Unread unread -> {
              json.writeNumberProperty("ahead", unread.ahead().entries());
              json.writeBooleanProperty("aheadExact", unread.ahead().isExact());
              JsonValues.seconds(json, "waitSeconds", wait);
            }
            case Place.InHand held -> {
              json.writeStringProperty("consumer", held.consumer());
              json.writeNumberProperty("seconds", held.since().toMillis() / 1000.0);
              json.writeNumberProperty("deliveries", held.deliveries());
              JsonValues.text(json, "lastError", held.failure().map(FailureInfo::error));
            }
            case Place.Deferred deferred -> {
              JsonValues.seconds(json, "dueInSeconds", deferred.dueIn());
              JsonValues.text(json, "lastError", deferred.failure().map(FailureInfo::error));
            }
            case Place.Dead dead -> {
              json.writeStringProperty("letter", dead.letter().id().toString());
              json.writeStringProperty("reason", dead.letter().reason());
            }
            case Place.TrimmedInHand trimmed ->
                json.writeStringProperty("consumer", trimmed.consumer());
            case Place.Handled handled -> {
              // nothing to add
            }
            case Place.Gone gone ->
                JsonValues.text(json, "oldest", gone.oldest().map(EntryId::toString));
            case Place.Never never -> json.writeStringProperty("newest", never.newest().toString());
          }
          json.writeEndObject();
        });
  }

  private static String kind(Place place) {
    return switch (place) {
      case Place.Unread unread -> "unread";
      case Place.InHand held -> "in-hand";
      case Place.Deferred deferred -> "deferred";
      case Place.Dead dead -> "dead";
      case Place.Handled handled -> "handled";
      case Place.TrimmedInHand trimmed -> "trimmed-in-hand";
      case Place.Gone gone -> "gone";
      case Place.Never never -> "never";
    };
  }
}
