// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A new key and its certificate, signed by itself, as PEM files.
 *
 * @param certificate its file
 * @param key its file
 */
record Certificates(Path certificate, Path key) {

  private static final char[] PASSWORD = "not a secret".toCharArray();

  /** Made by the JDK's keytool, for "localhost". */
  static Certificates make(Path folder, String name) throws Exception {
    var store = folder.resolve(name + ".p12");
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    if (made.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve(name + ".log")));
    }
    return written(store, folder, name);
  }

  private static Certificates written(Path store, Path folder, String name)
      throws IOException, GeneralSecurityException {
    var keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    return new Certificates(
        pem(folder.resolve(name + ".crt"), "CERTIFICATE", keys.getCertificate("a").getEncoded()),
        pem(folder.resolve(name + ".key"), "PRIVATE KEY", keys.getKey("a", PASSWORD).getEncoded()));
  }

  private static Path pem(Path file, String what, byte[] bytes) throws IOException {
    var text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what));
  }
}
