// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static io.millhand.cli.keda.Caller.orders;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ChannelCredentials;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.autoscale.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KedaTlsTest {

  @TempDir private static Path folder;
  private static Certificates ours;
  private static Certificates known;
  private static Certificates stranger;

  private Signals signals;

  @BeforeAll
  static void make() throws Exception {
    ours = Certificates.make(folder, "ours");
    known = Certificates.make(folder, "known");
    stranger = Certificates.make(folder, "stranger");
  }

  @BeforeEach
  void publish() {
    signals = Sample.board();
    Sample.publish(signals, Sample.needs(2));
  }

  private static ChannelCredentials trusting(Certificates server) throws IOException {
    return TlsChannelCredentials.newBuilder().trustManager(server.certificate().toFile()).build();
  }

  private static ChannelCredentials as(Certificates who) throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(ours.certificate().toFile())
        .keyManager(who.certificate().toFile(), who.key().toFile())
        .build();
  }

  private KedaServer server(Optional<Path> clientCa) {
    return Sample.server(
        signals, Optional.of(new TlsFiles(ours.certificate(), ours.key(), clientCa)));
  }

  private static boolean isActive(KedaServer server, ChannelCredentials credentials) {
    try (var keda = new Caller(server.address(), credentials)) {
      return keda.isActive(orders());
    }
  }

  @Test
  void over_tls_it_answers_those_who_trust_it_and_nobody_without() throws IOException {
    try (var server = server(Optional.empty())) {
      assertThat(isActive(server, trusting(ours))).isTrue();
      assertThatThrownBy(() -> isActive(server, trusting(stranger)))
          .isInstanceOf(StatusRuntimeException.class);
      try (var plain = new Caller(server.address())) {
        assertThatThrownBy(() -> plain.isActive(orders()))
            .isInstanceOf(StatusRuntimeException.class);
      }
      assertThat(isActive(server, trusting(ours))).isTrue();
    }
  }

  @Test
  void where_a_client_ca_is_named_only_those_it_has_signed_are_let_in() throws Exception {
    try (var server = server(Optional.of(known.certificate()))) {
      try (var keda = new Caller(server.address(), as(known))) {
        assertThat(keda.isActive(orders())).isTrue();
        assertThat(keda.stream(orders()).next()).isTrue();
      }
      assertThatThrownBy(() -> isActive(server, as(stranger)))
          .isInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(() -> isActive(server, trusting(ours)))
          .isInstanceOf(StatusRuntimeException.class);
    }
  }

  @Test
  void a_certificate_that_is_replaced_holds_for_new_connections_and_old_ones_go_on()
      throws Exception {
    var place = Files.createDirectory(folder.resolve("replaced"));
    var certificate = Files.copy(ours.certificate(), place.resolve("tls.crt"));
    var key = Files.copy(ours.key(), place.resolve("tls.key"));
    var files = new TlsFiles(certificate, key, Optional.empty());
    try (var server = Sample.server(signals, Optional.of(files));
        var early = new Caller(server.address(), trusting(ours))) {
      var stream = early.stream(orders());
      assertThat(stream.next()).isTrue();

      Files.writeString(key, "half a key");
      Files.copy(stranger.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
      assertThat(isActive(server, trusting(ours))).isTrue();
      Files.copy(stranger.key(), key, StandardCopyOption.REPLACE_EXISTING);
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
          .until(() -> isActive(server, trusting(stranger)));

      Sample.publish(signals, Sample.idle());
      assertThat(stream.next()).isFalse();
    }
  }

  @Test
  void files_that_cannot_be_used_are_told_by_name() throws IOException {
    var nonsense = Files.writeString(folder.resolve("nonsense"), "nonsense");
    for (var files :
        new TlsFiles[] {
          new TlsFiles(folder.resolve("missing"), ours.key(), Optional.empty()),
          new TlsFiles(ours.certificate(), nonsense, Optional.empty()),
          new TlsFiles(nonsense, ours.key(), Optional.empty()),
          new TlsFiles(ours.certificate(), ours.key(), Optional.of(nonsense))
        }) {
      assertThatThrownBy(() -> Sample.server(signals, Optional.of(files)))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("cannot use ")
          .hasMessageContaining(folder.toString());
    }
  }
}
