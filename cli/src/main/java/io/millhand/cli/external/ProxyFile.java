// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.tls.Authorities;
import io.millhand.tls.Reread;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whom to believe stands on the command line, and in a file that may change. */
final class ProxyFile implements ProxyTrust {

  private final Reread<FrontProxy> proxy;

  /**
   * Reads it for the first time.
   *
   * @param authorities a PEM file
   * @param names that are allowed; none: any
   * @throws io.millhand.error.SettingsException when the file cannot be used
   */
  ProxyFile(Path authorities, Set<String> names) {
    this.proxy =
        Reread.of(
            "Serving over TLS",
            List.of(authorities),
            "the client authorities in " + authorities,
            contents ->
                new FrontProxy(
                    Authorities.read(contents.getFirst()), names, FrontProxy.USER_HEADERS));
  }

  @Override
  public Optional<FrontProxy> current() {
    return Optional.of(proxy.current());
  }

  @Override
  public void close() {}
}
