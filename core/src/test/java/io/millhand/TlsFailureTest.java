// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millhand.KeytoolAuthority.Issued;
import io.millhand.TlsRedis.Clients;
import io.millhand.config.TlsFiles;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with TLS is told with what to do, held against a real server. */
class TlsFailureTest {

  @TempDir private static Path folder;
  private static KeytoolAuthority ours;
  private static KeytoolAuthority theirs;
  private static Issued client;
  private static Issued server;
  private static TlsRedis redis;

  @BeforeAll
  static void start() throws Exception {
    ours = KeytoolAuthority.in(folder, "ours");
    theirs = KeytoolAuthority.in(folder, "theirs");
    client = ours.issue("client");
    server = ours.server("server");
    redis = TlsRedis.start(server, ours.certificate(), Clients.MUST);
  }

  @AfterAll
  static void stop() {
    if (redis != null) {
      redis.close();
    }
  }

  private static Millhand.Builder to(TlsRedis server, TlsFiles files) {
    return Millhand.builder().uri(server.url()).connectTimeout(ofSeconds(5)).tlsFiles(files);
  }

  private static String failure(Millhand.Builder builder) {
    var error = catchThrowableOfType(UnavailableException.class, () -> builder.connect().close());
    assertThat(error).isNotNull();
    assertThat(error.reason()).isEqualTo(Reason.NOT_CONNECTED);
    return String.valueOf(error.getMessage());
  }

  private static TlsFiles asClient() throws Exception {
    return TlsFiles.trusting(ours.certificate()).showing(client.certificate(), client.key());
  }

  @Test
  void a_server_that_expired_is_told() throws Exception {
    var expired =
        ours.issue("expired", "-ext", "SAN=dns:localhost", "-startdate", "-3d", "-validity", "1");
    try (var old = TlsRedis.start(expired, ours.certificate(), Clients.NEED_NOT)) {
      assertThat(failure(to(old, asClient())))
          .contains(old.url(), "is over", "NotAfter", "Renew it there");
    }
  }

  @Test
  void a_server_of_another_authority_is_told() throws Exception {
    var files = TlsFiles.trusting(theirs.certificate());

    assertThat(failure(to(redis, files)))
        .contains(redis.url(), "no authority that is trusted here", "--redis-tls-ca");
    assertThat(failure(to(redis, TlsFiles.platform())))
        .contains(redis.url(), "no authority that is trusted here", "--redis-tls-ca");
  }

  @Test
  void a_server_under_another_name_is_told() throws Exception {
    var other = ours.issue("other", "-ext", "SAN=dns:redis.example");
    try (var elsewhere = TlsRedis.start(other, ours.certificate(), Clients.NEED_NOT)) {
      assertThat(failure(to(elsewhere, asClient())))
          .contains(elsewhere.url(), "of another host", "localhost", "a name that stands in it");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void a_client_without_a_certificate_where_one_is_demanded_is_told(String protocol)
      throws Exception {
    try (var strict = TlsRedis.start(server, ours.certificate(), Clients.MUST, protocol)) {
      assertThat(failure(to(strict, TlsFiles.trusting(ours.certificate()))))
          .contains(strict.url(), "client certificate", "--redis-tls-cert");
      to(strict, asClient()).connect().close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void a_client_of_another_authority_is_told(String protocol) throws Exception {
    var stranger = theirs.issue("stranger" + protocol);
    var files =
        TlsFiles.trusting(ours.certificate()).showing(stranger.certificate(), stranger.key());
    try (var strict = TlsRedis.start(server, ours.certificate(), Clients.MUST, protocol)) {
      assertThat(failure(to(strict, files))).contains(strict.url(), "certificate", "authority");
    }
  }

  @Test
  void plain_text_to_a_port_that_speaks_tls_is_told() {
    var plain = Millhand.builder().uri("redis://localhost:" + redis.port());

    assertThat(failure(plain)).contains("localhost:" + redis.port(), "must begin with rediss://");
  }

  @Test
  void tls_to_a_port_that_speaks_none_is_told() throws Exception {
    var url = "rediss://localhost:" + redis.redis().port();
    var builder = Millhand.builder().uri(url).tlsFiles(asClient()).commandTimeout(ofSeconds(1));

    assertThat(failure(builder)).contains(url, "TLS", "redis://");
  }

  @Test
  void a_server_that_is_not_there_is_told_as_ever() throws Exception {
    var builder = Millhand.builder().uri("rediss://localhost:1").tlsFiles(asClient());

    assertThat(failure(builder)).contains("Check address, port and TLS");
  }
}
