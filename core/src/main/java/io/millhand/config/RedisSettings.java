// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;

/**
 * How to reach Redis. Made by {@code Millhand.builder()}.
 *
 * @param target which server or servers
 * @param database number of the database
 * @param tls TLS, if used
 * @param credentials asked at every connect, so that a rotated password is picked up
 * @param connectTimeout longest wait for a connection
 * @param commandTimeout longest wait for a reply to a command that does not block
 */
public record RedisSettings(
    Target target,
    int database,
    Optional<Tls> tls,
    Supplier<Credentials> credentials,
    Duration connectTimeout,
    Duration commandTimeout) {

  /**
   * TLS.
   *
   * @param sockets asked at every connect for what makes its socket, so that changed certificates
   *     are picked up
   * @param verifiesHostname whether the certificate must be the host's
   */
  public record Tls(Supplier<SSLSocketFactory> sockets, Verify verifiesHostname) {}

  /** Whether a server's certificate is held against its host name. */
  public enum Verify {
    /** Yes. */
    HOSTNAME,
    /** No: anybody with a certificate of the same authority could pose as the server. */
    CERTIFICATE_ONLY
  }

  /** Scheme, hosts, ports and database; nothing secret. */
  public String address() {
    return RedisUri.print(target, database, tls.isPresent());
  }

  @Override
  public String toString() {
    return address();
  }
}
