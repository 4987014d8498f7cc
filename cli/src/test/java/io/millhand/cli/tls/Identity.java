// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;

/** A certificate, with those that vouch for it, and its key. */
public record Identity(List<X509Certificate> chain, PrivateKey key) {

  private static final char[] PASSWORD = "not-a-secret".toCharArray();

  /** With another one behind it. */
  public Identity by(Authority authority) {
    return new Identity(
        Stream.concat(chain.stream(), Stream.of(authority.certificate())).toList(), key);
  }

  public String chainPem() {
    return chain.stream()
        .map(each -> pem("CERTIFICATE", Authority.encoded(each)))
        .collect(Collectors.joining());
  }

  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  /** The key as Helm's genSignedCert and openssl's older commands write it; of RSA only. */
  public String pkcs1Pem() throws IOException {
    var inner = PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey();
    return pem("RSA PRIVATE KEY", inner.toASN1Primitive().getEncoded());
  }

  /** The key as cert-manager and openssl's older commands write it; of EC only. */
  public String sec1Pem() throws IOException {
    var info = PrivateKeyInfo.getInstance(key.getEncoded());
    var bare = org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(info.parsePrivateKey());
    var named =
        new org.bouncycastle.asn1.sec.ECPrivateKey(
            256, bare.getKey(), info.getPrivateKeyAlgorithm().getParameters());
    return pem("EC PRIVATE KEY", named.getEncoded());
  }

  static String pem(String label, byte[] content) {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label);
  }

  /** As files, which are there at once or not at all. */
  public void write(Path certificate, Path keyFile) throws IOException {
    Files.writeString(certificate, chainPem());
    Files.writeString(keyFile, keyPem());
  }

  /** A context that trusts servers of that authority, and shows this identity. */
  public SSLContext trusting(Authority servers) {
    return context(Optional.of(this), servers);
  }

  /** A context that trusts servers of that authority, and shows nothing. */
  public static SSLContext nobodyTrusting(Authority servers) {
    return context(Optional.empty(), servers);
  }

  private static SSLContext context(Optional<Identity> own, Authority servers) {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      if (own.isPresent()) {
        var chain = own.get().chain().toArray(X509Certificate[]::new);
        store.setKeyEntry("own", own.get().key(), PASSWORD, chain);
      }
      var keys = KeyManagerFactory.getInstance("SunX509");
      keys.init(store, PASSWORD);
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", servers.certificate());
      var trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
