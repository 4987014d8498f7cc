// SPDX-License-Identifier: Apache-2.0
package io.millhand.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * Private keys from PEM: PKCS#8, and what Helm, cert-manager and older tools write, PKCS#1 for RSA
 * and SEC1 for EC. The JDK reads PKCS#8 alone; the others are put into its envelope.
 */
final class PrivateKeys {

  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final byte[] RSA = {
    0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };
  private static final byte[] EC_PUBLIC_KEY = {
    6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
  };

  private PrivateKeys() {}

  /**
   * The first key of a file.
   *
   * @param algorithm of the certificate it belongs to
   * @throws GeneralSecurityException when there is none that can be read; it says how to convert
   *     one, and nothing of the key
   */
  static PrivateKey read(byte[] file, String algorithm) throws GeneralSecurityException {
    for (var block : Pem.blocks(file)) {
      if (block.label().endsWith("PRIVATE KEY")) {
        return key(pkcs8(block), algorithm);
      }
    }
    throw new GeneralSecurityException("there is no block BEGIN PRIVATE KEY");
  }

  private static PrivateKey key(byte[] pkcs8, String algorithm) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      // Without the cause's words: they may quote what they could not read.
      throw new GeneralSecurityException(
          "it is no %s key, as the certificate is, or cannot be read".formatted(algorithm));
    }
  }

  private static byte[] pkcs8(Pem.Block block) throws GeneralSecurityException {
    if (block.label().startsWith("ENCRYPTED") || block.text().contains("ENCRYPTED")) {
      throw new GeneralSecurityException(
          "it is encrypted: take the passphrase away with 'openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW'");
    }
    return switch (block.label()) {
      case "PRIVATE KEY" -> block.content();
      case "RSA PRIVATE KEY" -> envelope(RSA, block.content());
      case "EC PRIVATE KEY" -> envelope(ofCurve(block.content()), block.content());
      default ->
          throw new GeneralSecurityException(
              "%s is no form that is read here: make PKCS#8 of it with 'openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW'"
                  .formatted(block.label()));
    };
  }

  private static byte[] envelope(byte[] algorithm, byte[] key) {
    return Der.of(Der.SEQUENCE, VERSION_0, algorithm, Der.of(Der.OCTETS, key));
  }

  /** Its curve stands in the key itself, as the parameter of number 0. */
  private static byte[] ofCurve(byte[] key) throws GeneralSecurityException {
    var parts = Der.children(Der.only(key));
    for (var part : parts) {
      if (part.tag() == Der.CONTEXT_0) {
        return Der.of(Der.SEQUENCE, EC_PUBLIC_KEY, part.content());
      }
    }
    throw new GeneralSecurityException(
        "it does not name its curve: make PKCS#8 of it with 'openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW'");
  }
}
