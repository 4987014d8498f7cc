// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import io.millhand.testkit.Certificates;
import io.millhand.testkit.KeyFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** How a client of a test speaks TLS: it trusts the test's authority. */
public final class Tls {

  private Tls() {}

  /**
   * Within this process.
   *
   * @param key what it shows of itself
   */
  public static SSLContext context(Certificates certificates, Optional<KeyFiles> key) {
    try {
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store(certificates.trustStore(), certificates.trustStorePassword()));
      var context = SSLContext.getInstance("TLS");
      context.init(
          key.isPresent() ? keys(key.get()) : new KeyManager[0], trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyManager[] keys(KeyFiles key) throws GeneralSecurityException, IOException {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store(key.pkcs12(), key.password()), key.password().toCharArray());
    return keys.getKeyManagers();
  }

  private static KeyStore store(Path file, String password) throws GeneralSecurityException {
    try {
      return KeyStore.getInstance(file.toFile(), password.toCharArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Options of Java for a process of ours: the platform's keys and trust. */
  public static String[] options(Certificates certificates) {
    var key = certificates.client();
    return new String[] {
      "-Djavax.net.ssl.trustStore=" + certificates.trustStore(),
      "-Djavax.net.ssl.trustStorePassword=" + certificates.trustStorePassword(),
      "-Djavax.net.ssl.keyStore=" + key.pkcs12(),
      "-Djavax.net.ssl.keyStorePassword=" + key.password()
    };
  }
}
