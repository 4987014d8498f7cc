// SPDX-License-Identifier: Apache-2.0
package io.millhand.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Who a server, or a client, is.
 *
 * @param chain its certificate, and those that vouch for it
 * @param key of its certificate
 * @param print names its certificate
 */
public record OwnCertificate(List<X509Certificate> chain, PrivateKey key, String print) {

  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  /**
   * From two PEM files' contents.
   *
   * @throws GeneralSecurityException when they cannot be read, or do not belong together, as when
   *     only one of them has been changed yet
   */
  public static OwnCertificate read(byte[] certificates, byte[] key)
      throws GeneralSecurityException {
    var chain = Pem.certificates(certificates);
    var own = chain.getFirst();
    var digest = MessageDigest.getInstance("SHA-256").digest(own.getEncoded());
    var identity =
        new OwnCertificate(
            chain,
            PrivateKeys.read(key, own.getPublicKey().getAlgorithm()),
            HexFormat.of().formatHex(digest));
    identity.check();
    return identity;
  }

  private void check() throws GeneralSecurityException {
    var algorithm = SIGNATURES.get(key.getAlgorithm());
    if (algorithm == null) {
      throw new GeneralSecurityException(
          "its key is of a kind that is not served here: take RSA, EC or Ed25519");
    }
    var probe = new byte[32];
    new SecureRandom().nextBytes(probe);
    var signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(probe);
    var signature = signing.sign();
    var checking = Signature.getInstance(algorithm);
    checking.initVerify(chain.getFirst().getPublicKey());
    checking.update(probe);
    if (!checking.verify(signature)) {
      throw new GeneralSecurityException("the key is not that of the certificate");
    }
  }
}
