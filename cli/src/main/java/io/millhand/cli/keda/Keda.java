// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import java.util.Optional;

/** Where KEDA may ask, if anywhere. */
public interface Keda extends AutoCloseable {

  /** Where and how it may ask, for people; empty: nowhere. */
  Optional<String> description();

  /** Ends what is pushed, and listens no longer. */
  @Override
  void close();

  /** Nobody wants to be asked. */
  enum Nowhere implements Keda {
    /** The one. */
    HERE;

    @Override
    public Optional<String> description() {
      return Optional.empty();
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
