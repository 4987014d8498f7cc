// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import java.util.Optional;

/** Where it stands whom to believe. */
interface ProxyTrust extends AutoCloseable {

  /** Whom to believe now; empty while that was never learnt. */
  Optional<FrontProxy> current();

  @Override
  void close();
}
