// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * With which certificates KEDA is served. Both may change: that holds for the connections to come.
 *
 * @param ours what the server shows
 * @param theirs which clients are let in; empty: all, and none is asked for a certificate
 */
record Tls(X509ExtendedKeyManager ours, Optional<X509ExtendedTrustManager> theirs) {

  /** For a server. */
  ServerCredentials credentials() {
    var builder = TlsServerCredentials.newBuilder().keyManager(ours);
    theirs.ifPresent(each -> builder.trustManager(each).clientAuth(ClientAuth.REQUIRE));
    return builder.build();
  }
}
