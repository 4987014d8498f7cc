// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.delivery.Fields;
import java.io.IOException;
import java.util.Optional;

/** Where entries come from, one after the other. Used by one thread. */
interface EntrySource {

  /** What a source has next. */
  sealed interface Item {

    /** Where it began, counted from 1. */
    long line();

    /**
     * An entry.
     *
     * @param line where it began
     * @param fields at least one
     */
    record Good(long line, Fields fields) implements Item {}

    /**
     * A line that is no entry.
     *
     * @param line where it began
     * @param why in words that are not safe to print
     */
    record Bad(long line, String why) implements Item {}
  }

  /** The next one; empty at the end. */
  Optional<Item> next() throws IOException;

  /** How many bytes have been read so far, of those that there are. */
  default long bytesRead() {
    return 0;
  }
}
