// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates, as an authority of a test's own. */
public record Authority(List<X509Certificate> chain, PrivateKey key) {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** When a certificate holds. */
  public enum Time {
    NOW(Duration.ofHours(-1), Duration.ofHours(1)),
    OVER(Duration.ofHours(-2), Duration.ofHours(-1)),
    TO_COME(Duration.ofHours(1), Duration.ofHours(2));

    private final Duration from;
    private final Duration to;

    Time(Duration from, Duration to) {
      this.from = from;
      this.to = to;
    }
  }

  private record Wish(String name, KeyPair keys, Time time, List<Ext> extensions) {}

  private record Ext(
      org.bouncycastle.asn1.ASN1ObjectIdentifier id, org.bouncycastle.asn1.ASN1Encodable value) {}

  public static Authority named(String name) {
    return named(name, Time.NOW);
  }

  public static Authority named(String name, Time time) {
    var keys = ec();
    var own = new X500Principal("CN=" + name);
    var certificate = sign(new Wish("CN=" + name, keys, time, authority()), own, keys.getPrivate());
    return new Authority(List.of(certificate), keys.getPrivate());
  }

  /** One for which this one vouches. */
  public Authority below(String name) {
    var keys = ec();
    var certificate = sign(new Wish("CN=" + name, keys, Time.NOW, authority()));
    return new Authority(List.of(certificate), keys.getPrivate());
  }

  public X509Certificate certificate() {
    return chain.getFirst();
  }

  public String pem() {
    return Identity.pem("CERTIFICATE", encoded(certificate()));
  }

  /** Of a client. */
  public Identity client(String name) {
    return client(name, Time.NOW);
  }

  public Identity client(String name, Time time) {
    return issue("CN=" + name, ec(), time, List.of(usage(KeyPurposeId.id_kp_clientAuth)));
  }

  /** For a client, with a whole distinguished name. */
  public Identity clientOf(String distinguishedName) {
    return issue(distinguishedName, ec(), Time.NOW, List.of(usage(KeyPurposeId.id_kp_clientAuth)));
  }

  /** Of a server on this machine. */
  public Identity server() {
    return server(ec());
  }

  public Identity server(KeyPair keys) {
    var names =
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            });
    return issue(
        "CN=server",
        keys,
        Time.NOW,
        List.of(
            usage(KeyPurposeId.id_kp_serverAuth),
            new Ext(Extension.subjectAlternativeName, names)));
  }

  private Identity issue(String name, KeyPair keys, Time time, List<Ext> extensions) {
    var own = sign(new Wish(name, keys, time, extensions));
    return new Identity(List.of(own), keys.getPrivate());
  }

  private static Ext usage(KeyPurposeId usage) {
    return new Ext(Extension.extendedKeyUsage, new ExtendedKeyUsage(usage));
  }

  private static List<Ext> authority() {
    return List.of(
        new Ext(Extension.basicConstraints, new BasicConstraints(true)),
        new Ext(Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)));
  }

  private X509Certificate sign(Wish wish) {
    return sign(wish, certificate().getSubjectX500Principal(), key);
  }

  private static X509Certificate sign(Wish wish, X500Principal issuer, PrivateKey by) {
    var now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(100, RANDOM),
            Date.from(now.plus(wish.time().from)),
            Date.from(now.plus(wish.time().to)),
            new X500Principal(wish.name()),
            wish.keys().getPublic());
    try {
      for (var each : wish.extensions()) {
        builder.addExtension(each.id(), false, each.value());
      }
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(by);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static KeyPair ec() {
    return keys("EC", new ECGenParameterSpec("secp256r1"));
  }

  public static KeyPair rsa() {
    return keys(
        "RSA", new java.security.spec.RSAKeyGenParameterSpec(2048, BigInteger.valueOf(65_537)));
  }

  private static KeyPair keys(
      String algorithm, java.security.spec.AlgorithmParameterSpec parameters) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(parameters);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
