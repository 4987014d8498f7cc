// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.tls.OwnCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Random;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnCertificateTest {

  private static final Authority SERVERS = Authority.named("servers");
  private static final Identity RSA = SERVERS.server(Authority.rsa());
  private static final Identity EC = SERVERS.server();

  private static OwnCertificate read(String certificates, String key)
      throws GeneralSecurityException {
    return OwnCertificate.read(certificates.getBytes(US_ASCII), key.getBytes(US_ASCII));
  }

  private static BigInteger secret(PrivateKey key) {
    return ((ECPrivateKey) key).getS();
  }

  @Test
  void keys_are_read_in_every_form_that_cluster_tools_write() throws Exception {
    assertThat(read(RSA.chainPem(), RSA.keyPem()).key()).isEqualTo(RSA.key());
    assertThat(read(RSA.chainPem(), RSA.pkcs1Pem()).key()).isEqualTo(RSA.key());
    assertThat(read(EC.chainPem(), EC.keyPem()).key()).isEqualTo(EC.key());
    assertThat(secret(read(EC.chainPem(), EC.sec1Pem()).key())).isEqualTo(secret(EC.key()));
    var ed = SERVERS.server(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    assertThat(read(ed.chainPem(), ed.keyPem()).key()).isEqualTo(ed.key());
  }

  @Test
  void a_file_may_hold_words_parameters_of_a_curve_and_other_things() throws Exception {
    var parameters = Identity.pem("EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded());
    var key = "made by hand\r\n" + parameters + EC.sec1Pem().replace("\n", "\r\n") + "end";
    var chain = "subject=CN = server\n" + EC.by(SERVERS).chainPem();

    var identity = read(chain, key);

    assertThat(secret(identity.key())).isEqualTo(secret(EC.key()));
    assertThat(identity.chain()).containsExactly(EC.chain().getFirst(), SERVERS.certificate());
  }

  @Test
  void a_key_of_another_certificate_is_refused() {
    assertThatThrownBy(() -> read(EC.chainPem(), SERVERS.server().keyPem()))
        .hasMessage("the key is not that of the certificate");
    assertThatThrownBy(() -> read(EC.chainPem(), RSA.keyPem())).hasMessageContaining("no EC key");
  }

  @ParameterizedTest
  @CsvSource({
    "ENCRYPTED PRIVATE KEY,AAAA,openssl pkcs8 -topk8 -nocrypt",
    "RSA PRIVATE KEY,'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00',openssl pkcs8 -topk8 -nocrypt",
    "DSA PRIVATE KEY,AAAA,openssl pkcs8 -topk8 -nocrypt",
    "EC PRIVATE KEY,MAAA,DER",
    "PRIVATE KEY,'!!!',Base64",
    "PRIVATE KEY,AAAA,cannot be read",
    "RSA PRIVATE KEY,AAAA,no EC key",
    "PUBLIC KEY,AAAA,there is no block BEGIN PRIVATE KEY"
  })
  void a_key_that_cannot_be_used_is_refused_with_what_to_do(
      String label, String content, String words) {
    var pem = "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, content, label);

    assertThatThrownBy(() -> read(EC.chainPem(), pem))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining(words);
  }

  @Test
  void a_key_that_does_not_name_its_curve_is_refused_with_what_to_do() throws IOException {
    var inner = new org.bouncycastle.asn1.sec.ECPrivateKey(256, secret(EC.key()));
    var key = Identity.pem("EC PRIVATE KEY", inner.getEncoded());

    assertThatThrownBy(() -> read(EC.chainPem(), key)).hasMessageContaining("curve");
  }

  @Test
  void a_file_without_a_whole_certificate_is_refused() {
    for (var text : new String[] {"", "x", EC.keyPem(), EC.chainPem().substring(0, 200)}) {
      assertThatThrownBy(() -> read(text, EC.keyPem()))
          .hasMessageContaining("no block BEGIN CERTIFICATE");
    }
  }

  @Test
  void whatever_stands_there_is_read_or_refused_and_never_told() throws IOException {
    var random = new Random(3);
    var good = EC.sec1Pem().getBytes(US_ASCII);
    for (var i = 0; i < 2_000; i++) {
      var bad = good.clone();
      for (var n = random.nextInt(3); n >= 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) (32 + random.nextInt(95));
      }
      try {
        read(EC.chainPem(), new String(bad, US_ASCII));
      } catch (GeneralSecurityException e) {
        var secret = new String(good, US_ASCII).lines().skip(1).findFirst().orElseThrow();
        assertThat(String.valueOf(e.getMessage())).doesNotContain(secret.substring(20, 40));
        assertThat(e.getCause()).isNull();
      }
    }
  }
}
