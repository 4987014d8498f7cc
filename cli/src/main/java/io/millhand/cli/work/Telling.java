// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.event.Listener;
import java.util.List;

/** What tells others of this process' workers. */
interface Telling extends AutoCloseable {

  /** Who must hear the workers. */
  List<Listener> listeners();

  @Override
  void close();

  /** Nobody wants to know. */
  enum Nowhere implements Telling {
    /** The one. */
    HERE;

    @Override
    public List<Listener> listeners() {
      return List.of();
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
