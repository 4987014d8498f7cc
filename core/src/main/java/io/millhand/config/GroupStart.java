// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import io.millhand.delivery.EntryId;
import java.time.Instant;

/** Where a group begins to read when it is created. An existing group goes on where it was. */
public sealed interface GroupStart {

  /** With the oldest entry of the stream. The default. */
  static GroupStart beginning() {
    return new After(EntryId.ZERO);
  }

  /** With what is added from now on. */
  static GroupStart now() {
    return Newest.INSTANCE;
  }

  /** With the first entry after that id. */
  static GroupStart after(EntryId id) {
    return new After(id);
  }

  /** With the first entry that was added at that time of the server's clock or later. */
  static GroupStart at(Instant time) {
    return new After(EntryId.at(time).previous());
  }

  /** As XGROUP CREATE wants it. */
  default String argument() {
    return switch (this) {
      case After after -> after.id().toString();
      case Newest newest -> "$";
    };
  }

  /**
   * After an id.
   *
   * @param id the last one that is not read
   */
  record After(EntryId id) implements GroupStart {}

  /** After the newest entry. */
  record Newest() implements GroupStart {
    private static final Newest INSTANCE = new Newest();
  }
}
