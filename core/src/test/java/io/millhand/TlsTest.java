// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.RedisSettings.Verify;
import io.millhand.error.UnavailableException;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithRedis
class TlsTest {

  private static final String OURS = "dns:localhost,ip:127.0.0.1";

  @TempDir private Path folder;
  private EmbeddedRedis redis;

  @BeforeEach
  void take(EmbeddedRedis server) {
    redis = server;
  }

  private static Millhand.Builder to(TlsFront front) {
    return Millhand.builder()
        .uri("rediss://localhost:" + front.port())
        .connectTimeout(Duration.ofSeconds(5));
  }

  @Test
  void a_worker_and_a_producer_speak_tls_to_a_host_whose_certificate_is_its_own() throws Exception {
    var events = new Recorder();
    try (var front = TlsFront.before(redis, folder, OURS);
        var millhand = to(front).tls(front.trust()).connect()) {
      millhand
          .worker("tls", "processing")
          .listener(events)
          .onEach(delivery -> delivery.text("n"))
          .start();
      var id = millhand.producer("tls").send(Map.of("n", "1"));

      assertThat(events.await(io.millhand.event.Event.Acked.class).id()).isEqualTo(id);
    }
  }

  @Test
  void a_certificate_of_another_host_is_refused() throws Exception {
    try (var front = TlsFront.before(redis, folder, "dns:redis.example")) {
      assertThatThrownBy(() -> to(front).tls(front.trust()).connect())
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("localhost:" + front.port())
          .hasMessageContaining("No subject alternative DNS name matching localhost found");
    }
  }

  @Test
  void a_certificate_of_another_host_is_taken_where_that_was_asked_for_by_name() throws Exception {
    try (var front = TlsFront.before(redis, folder, "dns:redis.example");
        var millhand = to(front).tls(front.trust()).verify(Verify.CERTIFICATE_ONLY).connect()) {
      assertThat(millhand.serverVersion()).contains(redis.version());
    }
  }

  @Test
  void a_certificate_of_an_unknown_authority_is_refused_whatever_its_host() throws Exception {
    try (var front = TlsFront.before(redis, folder, OURS)) {
      assertThatThrownBy(() -> to(front).verify(Verify.CERTIFICATE_ONLY).connect())
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("certificat");
    }
  }

  @Test
  void a_server_without_tls_is_told_as_such() {
    assertThatThrownBy(() -> Millhand.connect("rediss://" + redis.host() + ":" + redis.port()))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("TLS");
  }
}
