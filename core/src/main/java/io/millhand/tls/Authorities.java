// SPDX-License-Identifier: Apache-2.0
package io.millhand.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificates of authorities, and what they vouch for. Only these count, none of the JDK's own.
 *
 * <p>Threads: any.
 */
public final class Authorities {

  private final List<X509Certificate> certificates;
  private final X509TrustManager trust;

  private Authorities(List<X509Certificate> certificates) throws GeneralSecurityException {
    this.certificates = List.copyOf(certificates);
    this.trust = trust(certificates);
  }

  /**
   * Those of a PEM file's content; one or more.
   *
   * @throws GeneralSecurityException when there is none, or one cannot be read
   */
  public static Authorities read(byte[] file) throws GeneralSecurityException {
    return new Authorities(Pem.certificates(file));
  }

  /**
   * Those of a trust store; one or more.
   *
   * @throws GeneralSecurityException when there is none
   */
  static Authorities of(KeyStore store) throws GeneralSecurityException {
    var certificates = new ArrayList<X509Certificate>();
    for (var alias : Collections.list(store.aliases())) {
      if (store.isCertificateEntry(alias)
          && store.getCertificate(alias) instanceof X509Certificate each) {
        certificates.add(each);
      }
    }
    if (certificates.isEmpty()) {
      throw new CertificateException(
          "it holds no certificate that is marked as trusted: make it with 'keytool -importcert -storetype PKCS12'");
    }
    return new Authorities(certificates);
  }

  /**
   * Whether one of them vouches for that client now: the signatures of the chain, the times of all
   * certificates, the authority's own too, and that it is meant for a client.
   *
   * @param chain the client's own certificate first
   * @throws CertificateException when none does; it says why
   */
  public void checkClient(List<X509Certificate> chain) throws CertificateException {
    var inTime = certificates.stream().filter(Authorities::isInTime).toList();
    if (inTime.isEmpty()) {
      throw new CertificateException("the time of every authority that could vouch is over");
    }
    var by = inTime.size() == certificates.size() ? trust : only(inTime);
    by.checkClientTrusted(
        chain.toArray(new X509Certificate[0]), chain.getFirst().getPublicKey().getAlgorithm());
  }

  /** The JDK does not look whether an authority's own time is over. */
  private static boolean isInTime(X509Certificate certificate) {
    try {
      certificate.checkValidity();
      return true;
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      return false;
    }
  }

  private static X509TrustManager only(List<X509Certificate> certificates)
      throws CertificateException {
    try {
      return trust(certificates);
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e);
    }
  }

  /** They themselves, in the file's order. */
  public List<X509Certificate> certificates() {
    return certificates;
  }

  /** A client's context that trusts servers for which one of them vouches. */
  public SSLContext clientContext() {
    try {
      return clientContext(null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has TLS
    }
  }

  /** The same, which shows what these keys hold. */
  SSLContext clientContext(KeyManager @Nullable [] keys) throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {trust}, null);
    return context;
  }

  private static X509TrustManager trust(List<X509Certificate> certificates)
      throws GeneralSecurityException {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (var each : certificates) {
        store.setCertificateEntry(Integer.toString(store.size()), each);
      }
      var factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return Stream.of(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .map(X509TrustManager.class::cast)
          .findFirst()
          .orElseThrow(() -> new GeneralSecurityException("this JDK knows no X.509"));
    } catch (IOException e) {
      throw new GeneralSecurityException(e); // nothing is read
    }
  }
}
