// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;

/**
 * An authority of a test's own, with certificates that are good and bad. All for {@code localhost}
 * and {@code 127.0.0.1}.
 *
 * <pre>{@code
 * var certificates = Certificates.in(folder);
 * var redis = EmbeddedRedis.builder().tls(certificates.tls()).start();
 * var client = connect(redis.url(), certificates.ca(), certificates.client());
 * }</pre>
 *
 * <p>Made with the {@code keytool} of the running JDK, in about 3 s. For tests alone: the keys lie
 * open in the folder.
 *
 * <p>Thread-safe, immutable.
 */
public final class Certificates {

  private static final String PASSWORD = "for tests alone";

  private final Path folder;
  private final KeyStore keys;

  private Certificates(Path folder, KeyStore keys) {
    this.folder = folder;
    this.keys = keys;
  }

  /**
   * Makes all of them, as files of this folder.
   *
   * @throws EmbeddedRedisException when {@code keytool} does not work
   */
  public static Certificates in(Path folder) {
    try {
      var home = Files.createDirectories(folder).toRealPath();
      var store = home.resolve("all.p12");
      var keytool = new Keytool(store, PASSWORD);
      keytool.authority("ca");
      keytool.authority("other-ca");
      keytool.signed("server", "ca", Keytool.Validity.NOW);
      keytool.signed("client", "ca", Keytool.Validity.NOW);
      keytool.signed("expired", "ca", Keytool.Validity.OVER);
      keytool.signed("foreign", "other-ca", Keytool.Validity.NOW);
      var all =
          new Certificates(home, KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
      all.write();
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new EmbeddedRedisException("cannot make certificates: " + e.getMessage(), e);
    }
  }

  /** The authority's certificate, in PEM. */
  public Path ca() {
    return folder.resolve("ca.crt");
  }

  /** The certificate of an authority that has to do with {@link #foreign} alone, in PEM. */
  public Path otherCa() {
    return folder.resolve("other-ca.crt");
  }

  /** {@link #ca} as a PKCS12 trust store; its password is {@link #trustStorePassword}. */
  public Path trustStore() {
    return folder.resolve("ca.p12");
  }

  /** The password of {@link #trustStore}. */
  public String trustStorePassword() {
    return PASSWORD;
  }

  /** A good one for a server. */
  public KeyFiles server() {
    return files("server");
  }

  /** A good one for a client. */
  public KeyFiles client() {
    return files("client");
  }

  /** One that was valid until yesterday, for either side. */
  public KeyFiles expired() {
    return files("expired");
  }

  /** One by {@link #otherCa}, for either side. */
  public KeyFiles foreign() {
    return files("foreign");
  }

  /** For a server that asks its clients for a certificate. */
  public TlsFiles tls() {
    return new TlsFiles(ca(), server(), client(), ClientCertificates.REQUIRED);
  }

  private KeyFiles files(String name) {
    return new KeyFiles(
        folder.resolve(name + ".crt"),
        folder.resolve(name + ".key"),
        folder.resolve(name + ".p12"),
        PASSWORD);
  }

  private void write() throws IOException, GeneralSecurityException {
    for (var name : List.of("server", "client", "expired", "foreign")) {
      var files = files(name);
      var key = keys.getKey(name, PASSWORD.toCharArray());
      var chain = keys.getCertificateChain(name);
      pem(files.certificate(), "CERTIFICATE", chain[0].getEncoded());
      pem(files.key(), "PRIVATE KEY", key.getEncoded());
      var own = empty();
      own.setKeyEntry(name, key, PASSWORD.toCharArray(), chain);
      save(own, files.pkcs12());
    }
    pem(ca(), "CERTIFICATE", keys.getCertificate("ca").getEncoded());
    pem(otherCa(), "CERTIFICATE", keys.getCertificate("other-ca").getEncoded());
    save(trusting(keys.getCertificate("ca")), trustStore());
  }

  private static KeyStore trusting(Certificate authority)
      throws IOException, GeneralSecurityException {
    var store = empty();
    store.setCertificateEntry("ca", authority);
    return store;
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static void save(KeyStore store, Path file) throws IOException, GeneralSecurityException {
    try (var out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
  }

  private static void pem(Path file, String kind, byte[] der) throws IOException {
    var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(kind, body, kind));
  }
}
