// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority of a test's own, by the JDK's keytool: issues certificates, and writes files. */
final class KeytoolAuthority {

  static final String PASSWORD = "not-a-secret";

  private static final String SERVER = "SAN=dns:localhost,ip:127.0.0.1";

  private final Path folder;
  private final Path store;

  private KeytoolAuthority(Path folder, Path store) {
    this.folder = folder;
    this.store = store;
  }

  /**
   * A certificate and its key, as files that may be written anew.
   *
   * @param certificate PEM, without its authority
   * @param key PEM, PKCS#8
   */
  record Issued(Path certificate, Path key) {}

  static KeytoolAuthority in(Path folder, String name) throws Exception {
    var authority = new KeytoolAuthority(folder, folder.resolve(name + ".p12"));
    authority.generate("ca", List.of("-dname", "CN=" + name, "-ext", "bc:critical=ca:true"));
    return authority;
  }

  /** What Redis takes as tls-ca-cert-file, and we as trust. */
  Path certificate() throws Exception {
    return Files.writeString(
        folder.resolve(store.getFileName() + ".crt"), pem("CERTIFICATE", encoded("ca")));
  }

  /** For a server on this machine. */
  Issued server(String name) throws Exception {
    return issue(name, "-ext", SERVER);
  }

  Issued issue(String name, String... more) throws Exception {
    var words = new ArrayList<>(List.of("-dname", "CN=" + name, "-signer", "ca"));
    words.addAll(List.of(more));
    generate(name, words);
    var certificate = folder.resolve(name + ".crt");
    var key = folder.resolve(name + ".key");
    Files.writeString(certificate, pem("CERTIFICATE", encoded(name)));
    Files.writeString(
        key, pem("PRIVATE KEY", load().getKey(name, PASSWORD.toCharArray()).getEncoded()));
    return new Issued(certificate, key);
  }

  /** A store with that certificate and its key alone. */
  Path keyStore(String name) throws Exception {
    var from = load();
    var to = empty();
    to.setKeyEntry(
        name,
        from.getKey(name, PASSWORD.toCharArray()),
        PASSWORD.toCharArray(),
        new Certificate[] {from.getCertificate(name)});
    return save(to, name + "-keys.p12");
  }

  /** A store with the authority's certificate alone. */
  Path trustStore() throws Exception {
    var to = empty();
    to.setCertificateEntry("ca", load().getCertificate("ca"));
    return save(to, store.getFileName() + "-trust.p12");
  }

  private Path save(KeyStore keys, String name) throws GeneralSecurityException, IOException {
    var file = folder.resolve(name);
    try (var out = Files.newOutputStream(file)) {
      keys.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    var keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    return keys;
  }

  private KeyStore load() throws GeneralSecurityException, IOException {
    return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
  }

  private byte[] encoded(String alias) throws GeneralSecurityException, IOException {
    return load().getCertificate(alias).getEncoded();
  }

  private static String pem(String label, byte[] content) {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label);
  }

  private void generate(String alias, List<String> more) throws Exception {
    var words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
    words.addAll(more);
    var keytool =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.log")));
    }
  }
}
