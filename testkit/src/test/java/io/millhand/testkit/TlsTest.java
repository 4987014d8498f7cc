// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path folder;
  private static Certificates certificates;

  @BeforeAll
  static void certificates() {
    assumeTrue(EmbeddedRedis.builder().hasTls(), "the Redis server here was built without TLS");
    certificates = Certificates.in(folder);
  }

  @Test
  void a_client_with_a_good_certificate_is_let_in_and_no_other() throws Exception {
    try (var redis = EmbeddedRedis.builder().tls(certificates.tls()).start()) {
      assertThat(redis.url()).isEqualTo("rediss://127.0.0.1:" + redis.port());
      assertThat(redis.command("PING")).isEqualTo("PONG");
      assertThat(ping(redis, certificates.client())).isEqualTo("PONG");
      for (var bad :
          new @Nullable KeyFiles[] {null, certificates.expired(), certificates.foreign()}) {
        assertThatThrownBy(() -> ping(redis, bad))
            .as(String.valueOf(bad))
            .isInstanceOf(UncheckedIOException.class);
      }
      assertThatThrownBy(
              () -> {
                try (var plain = RedisProbe.connect(redis.host(), redis.port(), SOON)) {
                  plain.command("PING");
                }
              })
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void certificates_of_clients_may_be_left_out_where_the_server_says_so() throws Exception {
    var optional = certificates.tls().withClientCertificates(ClientCertificates.OPTIONAL);
    try (var redis = EmbeddedRedis.builder().password("s3 cret").tls(optional).start()) {
      assertThatThrownBy(() -> ping(redis, null)).hasMessageContaining("NOAUTH");
      assertThatThrownBy(() -> ping(redis, certificates.foreign()))
          .isInstanceOf(UncheckedIOException.class);
    }
    var none = certificates.tls().withClientCertificates(ClientCertificates.NONE);
    try (var redis = EmbeddedRedis.builder().tls(none).start()) {
      assertThat(ping(redis, null)).isEqualTo("PONG");
      assertThat(ping(redis, certificates.foreign())).isEqualTo("PONG");
    }
  }

  @Test
  void a_server_can_show_a_certificate_that_is_over_or_of_another_authority() {
    for (var bad : new KeyFiles[] {certificates.expired(), certificates.foreign()}) {
      try (var redis = EmbeddedRedis.builder().tls(certificates.tls().withServer(bad)).start()) {
        assertThat(redis.command("PING")).isEqualTo("PONG");
        assertThatThrownBy(() -> ping(redis, certificates.client()))
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining("PKIX path");
      }
    }
  }

  @Test
  void files_are_pem_and_pkcs12_and_what_they_are_called() throws Exception {
    var trust =
        KeyStore.getInstance(
            certificates.trustStore().toFile(), certificates.trustStorePassword().toCharArray());
    assertThat(trust.getCertificate("ca")).isEqualTo(pem(certificates.ca()));
    for (var files : new KeyFiles[] {certificates.server(), certificates.client()}) {
      var certificate = pem(files.certificate());
      certificate.checkValidity();
      certificate.verify(pem(certificates.ca()).getPublicKey());
      assertThat(certificate.getSubjectAlternativeNames())
          .hasToString("[[2, localhost], [7, 127.0.0.1]]");
      assertThat(Files.readString(files.key())).startsWith("-----BEGIN PRIVATE KEY-----");
      assertThat(
              KeyStore.getInstance(files.pkcs12().toFile(), files.password().toCharArray()).size())
          .isEqualTo(1);
    }
    assertThatThrownBy(() -> pem(certificates.expired().certificate()).checkValidity())
        .isInstanceOf(CertificateExpiredException.class);
    pem(certificates.foreign().certificate()).verify(pem(certificates.otherCa()).getPublicKey());
  }

  @Test
  void sentinels_and_their_nodes_speak_tls_with_each_other() {
    try (var sentinel = EmbeddedSentinel.builder().replicas(1).tls(certificates.tls()).start()) {
      assertThat(sentinel.uri()).startsWith("rediss-sentinel://127.0.0.1:");
      assertThat(sentinel.master().info("connected_slaves")).isEqualTo("1");
      assertThat(sentinel.sentinels())
          .allSatisfy(one -> assertThat(one.url()).startsWith("rediss://"));
    }
  }

  @Test
  void the_nodes_of_a_cluster_speak_tls_with_each_other() {
    try (var cluster =
        EmbeddedCluster.builder().masters(2).replicasPerMaster(1).tls(certificates.tls()).start()) {
      assertThat(cluster.uri()).startsWith("rediss-cluster://127.0.0.1:");
      var source = cluster.owner("orders");
      var target = cluster.masters().stream().filter(it -> it != source).findFirst().orElseThrow();
      source.command("SET", "orders", "1");
      cluster.moveSlot(EmbeddedCluster.slot("orders"), target);
      assertThat(cluster.owner("orders").command("GET", "orders")).isEqualTo("1");
    }
  }

  private static @Nullable Object ping(EmbeddedRedis redis, @Nullable KeyFiles client)
      throws IOException, GeneralSecurityException {
    try (var probe = RedisProbe.connect(redis.host(), redis.port(), SOON, sockets(client))) {
      return probe.command("PING");
    }
  }

  /** As a client would that trusts the authority. */
  private static SSLSocketFactory sockets(@Nullable KeyFiles client)
      throws IOException, GeneralSecurityException {
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(
        KeyStore.getInstance(
            certificates.trustStore().toFile(), certificates.trustStorePassword().toCharArray()));
    var context = SSLContext.getInstance("TLS");
    context.init(client == null ? null : keys(client), trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  private static KeyManager[] keys(KeyFiles client) throws IOException, GeneralSecurityException {
    var password = client.password().toCharArray();
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(KeyStore.getInstance(client.pkcs12().toFile(), password), password);
    return keys.getKeyManagers();
  }

  private static X509Certificate pem(Path file) throws IOException, GeneralSecurityException {
    try (var in = new FileInputStream(file.toFile())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
