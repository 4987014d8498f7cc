// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.tls;

import io.millhand.error.SettingsException;
import io.millhand.tls.Authorities;
import io.millhand.tls.OwnCertificate;
import io.millhand.tls.Reread;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS of a server whose certificates change while it runs. */
public final class ServerTls {

  /** What needs the files, as an error begins. */
  private static final String PURPOSE = "Serving over TLS";

  private ServerTls() {}

  /**
   * What a server shows at each handshake: what stands in the files by then.
   *
   * @param certificates a PEM file, the server's own first
   * @param key a PEM file, without a passphrase
   * @throws SettingsException when they cannot be used
   */
  public static X509ExtendedKeyManager keys(Path certificates, Path key) {
    var what = "the certificate in %s with the key in %s".formatted(certificates, key);
    return new ChangingKeys(
        Reread.of(
            PURPOSE,
            List.of(certificates, key),
            what,
            contents -> OwnCertificate.read(contents.getFirst(), contents.getLast())));
  }

  /**
   * Lets those clients pass for which an authority vouches that stands in the file by then.
   *
   * @param authorities a PEM file
   * @throws SettingsException when it cannot be used
   */
  public static X509ExtendedTrustManager clientsOf(Path authorities) {
    return ClientTrust.of(
        Reread.of(
            PURPOSE,
            List.of(authorities),
            "the client authorities in " + authorities,
            contents -> Authorities.read(contents.getFirst())));
  }

  /**
   * A context that lets every client's certificate pass: that a client has the key of the
   * certificate which it shows is all that a handshake proves. What the certificate is worth is for
   * whoever answers, who can say no in words, and by what holds at that moment.
   *
   * @param keys what it shows itself
   */
  public static SSLContext askingForCertificates(X509ExtendedKeyManager keys) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, new TrustManager[] {ClientTrust.ofAny()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has TLS
    }
  }
}
