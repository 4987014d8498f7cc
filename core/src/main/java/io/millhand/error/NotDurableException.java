// SPDX-License-Identifier: Apache-2.0
package io.millhand.error;

import io.millhand.delivery.EntryId;
import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries were added, and too few replicas or disks confirmed them in time: they are there, workers
 * get them, and a failover or a power cut may lose them. To send one again adds it a second time,
 * unless it is sent under the same key ({@code sendOnce}): that waits for the first one anew.
 */
public final class NotDurableException extends MillhandException {

  @Serial private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // always an immutable list of strings, which can be serialized
  private final List<String> ids;

  /** With a full message, the entries, and its cause where Redis would not say. */
  public NotDurableException(String message, List<EntryId> ids, @Nullable Throwable cause) {
    super(message, cause);
    this.ids = ids.stream().map(EntryId::toString).toList();
  }

  /** The entries that may exist or not, in the order in which they were sent. */
  public List<EntryId> ids() {
    return ids.stream().map(EntryId::parse).toList();
  }
}
