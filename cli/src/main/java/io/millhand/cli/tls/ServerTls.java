// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.tls;

import io.millhand.cli.CommandFailure;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS of a server whose certificate changes while it runs. */
public final class ServerTls {

  private ServerTls() {}

  /**
   * A context that shows at each handshake what stands in the files by then, and lets every
   * client's certificate pass: that a client has the key of the certificate which it shows is all
   * that a handshake proves. What the certificate is worth is for whoever answers, who can say no
   * in words, and by what holds at that moment.
   *
   * @param certificates a PEM file, the server's own first
   * @param key a PEM file, without a passphrase
   * @throws CommandFailure when they cannot be used
   */
  public static SSLContext askingForCertificates(Path certificates, Path key) {
    var what = "the certificate in %s with the key in %s".formatted(certificates, key);
    var identity =
        Reread.of(
            List.of(certificates, key),
            what,
            contents -> ServerIdentity.read(contents.getFirst(), contents.getLast()));
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new ChangingKeys(identity)},
          new TrustManager[] {new AnyCertificate()},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has TLS
    }
  }

  /** Says yes to all; see {@link #askingForCertificates}. */
  private static final class AnyCertificate extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

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

    /** None: whoever asks shows what he has. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
