// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.tls;

import io.millhand.tls.Authorities;
import io.millhand.tls.Reread;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Which clients' certificates a server's handshake lets pass. It trusts no server.
 *
 * <p>Threads: any.
 */
final class ClientTrust extends X509ExtendedTrustManager {

  private final Supplier<Optional<Authorities>> authorities;

  private ClientTrust(Supplier<Optional<Authorities>> authorities) {
    this.authorities = authorities;
  }

  /** Every certificate. */
  static ClientTrust ofAny() {
    return new ClientTrust(Optional::empty);
  }

  /** Those for which an authority vouches that stands in the file by then. */
  static ClientTrust of(Reread<Authorities> authorities) {
    return new ClientTrust(() -> Optional.of(authorities.current()));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, kind);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, kind);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    var trusted = authorities.get();
    if (trusted.isPresent()) {
      trusted.get().checkClient(List.of(chain));
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {
    throw onlyAServer();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {
    throw onlyAServer();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind) {
    throw onlyAServer();
  }

  private static UnsupportedOperationException onlyAServer() {
    return new UnsupportedOperationException("this context is a server's, and trusts no server");
  }

  /** Tells clients which of their certificates to show; none: whichever they have. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.get().map(Authorities::certificates).orElseGet(List::of).stream()
        .toArray(X509Certificate[]::new);
  }
}
