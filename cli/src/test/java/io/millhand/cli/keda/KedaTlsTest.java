// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static io.millhand.cli.keda.Caller.orders;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ChannelCredentials;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.tls.Authority;
import io.millhand.cli.tls.Identity;
import io.millhand.cli.tls.ServerTls;
import io.millhand.error.SettingsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KedaTlsTest {

  private static final Authority SERVERS = Authority.named("servers");
  private static final Authority OTHERS = Authority.named("others");
  private static final Authority CLIENTS = Authority.named("clients");

  @TempDir private Path folder;
  private Path certificate;
  private Path key;
  private Path clientCa;
  private Signals signals;

  @BeforeEach
  void publish() throws IOException {
    certificate = folder.resolve("tls.crt");
    key = folder.resolve("tls.key");
    clientCa = Files.writeString(folder.resolve("ca.crt"), CLIENTS.pem());
    SERVERS.server().write(certificate, key);
    signals = Sample.board();
    Sample.publish(signals, Sample.needs(2));
  }

  private static InputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(US_ASCII));
  }

  private static ChannelCredentials trusting(Authority servers) throws IOException {
    return TlsChannelCredentials.newBuilder().trustManager(stream(servers.pem())).build();
  }

  private static ChannelCredentials as(Identity who) throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(stream(SERVERS.pem()))
        .keyManager(stream(who.chainPem()), stream(who.keyPem()))
        .build();
  }

  private KedaServer server() {
    return Sample.server(
        signals, Optional.of(new Tls(ServerTls.keys(certificate, key), Optional.empty())));
  }

  private KedaServer serverForClients() {
    var clients = Optional.of(ServerTls.clientsOf(clientCa));
    return Sample.server(signals, Optional.of(new Tls(ServerTls.keys(certificate, key), clients)));
  }

  private static boolean isActive(KedaServer server, ChannelCredentials credentials) {
    try (var keda = new Caller(server.address(), credentials)) {
      return keda.isActive(orders());
    }
  }

  private static void assertThatNobodyAnswers(KedaServer server, ChannelCredentials credentials) {
    assertThatThrownBy(() -> isActive(server, credentials))
        .isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void over_tls_it_answers_those_who_trust_it_and_nobody_without() throws IOException {
    try (var server = server()) {
      assertThat(isActive(server, trusting(SERVERS))).isTrue();
      assertThatNobodyAnswers(server, trusting(OTHERS));
      try (var plain = new Caller(server.address())) {
        assertThatThrownBy(() -> plain.isActive(orders()))
            .isInstanceOf(StatusRuntimeException.class);
      }
      assertThat(isActive(server, trusting(SERVERS))).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"RSA,PKCS#1", "RSA,PKCS#8", "EC,SEC1", "EC,PKCS#8"})
  void keys_are_served_in_every_form_that_cluster_tools_write(String algorithm, String form)
      throws IOException {
    var identity = SERVERS.server(algorithm.equals("RSA") ? Authority.rsa() : Authority.ec());
    Files.writeString(certificate, identity.chainPem());
    Files.writeString(
        key,
        switch (form) {
          case "PKCS#1" -> identity.pkcs1Pem();
          case "SEC1" -> identity.sec1Pem();
          default -> identity.keyPem();
        });

    try (var server = server()) {
      assertThat(isActive(server, trusting(SERVERS))).isTrue();
    }
  }

  @Test
  void where_a_client_ca_is_named_only_those_it_has_signed_are_let_in() throws Exception {
    try (var server = serverForClients()) {
      try (var keda = new Caller(server.address(), as(CLIENTS.client("keda")))) {
        assertThat(keda.isActive(orders())).isTrue();
        assertThat(keda.stream(orders()).next()).isTrue();
      }
      assertThatNobodyAnswers(server, as(OTHERS.client("keda")));
      assertThatNobodyAnswers(server, as(CLIENTS.client("keda", Authority.Time.OVER)));
      assertThatNobodyAnswers(server, trusting(SERVERS));
    }
  }

  @Test
  void a_client_ca_that_is_replaced_holds_for_new_connections_and_old_ones_go_on()
      throws Exception {
    var former = as(CLIENTS.client("keda"));
    var next = as(OTHERS.client("keda"));
    try (var server = serverForClients();
        var early = new Caller(server.address(), former)) {
      var stream = early.stream(orders());
      assertThat(stream.next()).isTrue();

      Files.writeString(clientCa, OTHERS.pem());
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
          .until(() -> isActive(server, next));
      assertThatNobodyAnswers(server, former);

      Sample.publish(signals, Sample.idle());
      assertThat(stream.next()).isFalse();
    }
  }

  @Test
  void a_certificate_that_is_replaced_holds_for_new_connections_and_old_ones_go_on()
      throws Exception {
    var next = OTHERS.server();
    try (var server = server();
        var early = new Caller(server.address(), trusting(SERVERS))) {
      var stream = early.stream(orders());
      assertThat(stream.next()).isTrue();

      Files.writeString(key, "half a key");
      Files.writeString(certificate, next.chainPem());
      assertThat(isActive(server, trusting(SERVERS))).isTrue();
      Files.writeString(key, next.keyPem());
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
          .until(() -> isActive(server, trusting(OTHERS)));

      Sample.publish(signals, Sample.idle());
      assertThat(stream.next()).isFalse();
    }
  }

  @Test
  void a_client_ca_that_cannot_be_used_is_told_by_name() throws IOException {
    Files.writeString(clientCa, "nonsense");

    assertThatThrownBy(this::serverForClients)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("cannot be used")
        .hasMessageContaining(clientCa.toString());
  }
}
