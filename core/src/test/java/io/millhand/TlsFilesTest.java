// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.KeytoolAuthority.Issued;
import io.millhand.TlsRedis.Clients;
import io.millhand.config.LostReply;
import io.millhand.config.TlsFiles;
import io.millhand.error.SettingsException;
import io.millhand.error.UnavailableException;
import io.millhand.event.Event.Acked;
import io.millhand.event.Event.OutageStarted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and keys from files, and from others when the files have changed. */
class TlsFilesTest {

  /** Of a worker that keeps its group, and a producer. */
  private static final List<String> CONNECTIONS =
      List.of(
          "millhand-read", "millhand-settle", "millhand-beat", "millhand-keep", "millhand-send");

  @TempDir private static Path made;
  private static KeytoolAuthority ours;
  private static KeytoolAuthority anew;
  private static Issued server;
  private static Issued server2;
  private static Issued client1;
  private static Issued client2;

  @TempDir private Path folder;
  private TlsRedis redis;
  private Path ca;
  private Issued client;
  private Path password;

  @BeforeAll
  static void issue() throws Exception {
    ours = KeytoolAuthority.in(made, "ours");
    anew = KeytoolAuthority.in(made, "anew");
    server = ours.server("server");
    server2 = anew.server("server-2");
    client1 = ours.issue("client");
    client2 = anew.issue("client-2");
  }

  /** The files that a test may change are its own. */
  @BeforeEach
  void start() throws Exception {
    ca = Files.copy(ours.certificate(), folder.resolve("ca.crt"));
    client =
        new Issued(
            Files.copy(client1.certificate(), folder.resolve("tls.crt")),
            Files.copy(client1.key(), folder.resolve("tls.key")));
    password = Files.writeString(folder.resolve("password"), KeytoolAuthority.PASSWORD + "\n");
    redis = TlsRedis.start(server, ours.certificate(), Clients.MUST);
  }

  @AfterEach
  void stop() {
    if (redis != null) {
      redis.close();
    }
  }

  private Millhand.Builder with(TlsFiles files) {
    return Millhand.builder().uri(redis.url()).connectTimeout(ofSeconds(5)).tlsFiles(files);
  }

  private TlsFiles pem() throws Exception {
    return TlsFiles.trusting(ca).showing(client.certificate(), client.key());
  }

  @Test
  void pem_files_and_pkcs12_stores_let_in_where_a_client_certificate_is_demanded()
      throws Exception {
    var stores =
        TlsFiles.trustingStore(ours.trustStore(), password)
            .showingStore(ours.keyStore("client"), password);

    with(pem()).connect().close();
    with(stores).connect().close();
  }

  @Test
  void a_connection_survives_replaced_certificates_and_new_ones_use_the_new() throws Exception {
    var events = new Recorder();
    try (var millhand = with(pem()).connect()) {
      millhand.worker("orders", "g").listener(events).onEach(each -> {}).start();
      // It is cut off below, perhaps in the middle of a send.
      var producer = millhand.producerBuilder("orders").lostReply(LostReply.SEND_AGAIN).build();
      producer.send(Map.of("n", "1"));

      events.await(Acked.class);
      Bench.await().until(() -> clients().containsAll(CONNECTIONS));
      redis.shows(server2);
      producer.send(Map.of("n", "2"));
      events.await(Acked.class, 2);
      assertThat(events.all(OutageStarted.class)).isEmpty();
      assertThatThrownBy(millhand.inspector()::streams).isInstanceOf(UnavailableException.class);

      Files.copy(anew.certificate(), ca, REPLACE_EXISTING);
      assertThat(millhand.inspector().streams()).contains("orders");
      redis.redis().command("CLIENT", "KILL", "TYPE", "normal");
      // Not by the producer that was cut off: it could not know whether Redis had its entry.
      millhand.producer("orders").send(Map.of("n", "3"));
      events.await(Acked.class, 3);
    }
  }

  private List<String> clients() {
    return String.valueOf(redis.redis().command("CLIENT", "LIST"))
        .lines()
        .map(line -> line.replaceFirst(".* name=(\\S*) .*", "$1"))
        .toList();
  }

  @Test
  void our_own_certificate_is_replaced_without_restart() throws Exception {
    try (var millhand = with(pem()).connect()) {
      redis.redis().command("CONFIG", "SET", "tls-ca-cert-file", anew.certificate().toString());
      assertThatThrownBy(millhand.inspector()::streams).isInstanceOf(UnavailableException.class);

      Files.copy(client2.certificate(), client.certificate(), REPLACE_EXISTING);
      assertThatThrownBy(millhand.inspector()::streams).isInstanceOf(UnavailableException.class);
      Files.copy(client2.key(), client.key(), REPLACE_EXISTING);

      assertThat(millhand.inspector().streams()).isEmpty();
    }
  }

  @Test
  void a_file_that_is_half_written_or_away_leaves_in_use_what_was_read_before() throws Exception {
    try (var millhand = with(pem()).connect()) {
      var whole = Files.readAllBytes(client.certificate());
      Files.write(client.certificate(), java.util.Arrays.copyOf(whole, whole.length / 2));
      millhand.inspector().streams();
      redis.redis().command("CLIENT", "KILL", "TYPE", "normal");

      assertThat(millhand.producer("orders").send(Map.of("n", "1"))).isNotNull();
      Files.delete(client.certificate());
      assertThat(millhand.producer("orders").send(Map.of("n", "2"))).isNotNull();
    }
  }

  @Test
  void a_file_that_is_broken_at_the_start_is_a_setting_that_names_it_and_never_quotes_it()
      throws Exception {
    var secret = Files.readAllLines(client.key()).get(1);
    Files.writeString(client.key(), Files.readString(client.key()).replace(secret, secret + "?"));

    assertThatThrownBy(() -> with(pem()).connect())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(client.key().toString())
        .hasMessageContaining("no Base64")
        .hasNoCause()
        .message()
        .doesNotContain(secret.substring(0, 10));

    Files.delete(client.key());
    assertThatThrownBy(() -> with(pem()).connect())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("there is no file " + client.key());
  }

  @Test
  void a_key_of_another_certificate_is_a_setting_that_cannot_work() throws Exception {
    var files = TlsFiles.trusting(ca).showing(client.certificate(), client2.key());

    assertThatThrownBy(() -> with(files).connect())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("the key is not that of the certificate");
  }

  @Test
  void a_store_that_cannot_be_used_is_told_without_its_password() throws Exception {
    var wrong = Files.writeString(folder.resolve("wrong"), "tulip-guess");
    var platform = TlsFiles.platform();

    assertThatThrownBy(() -> with(platform.showingStore(ours.keyStore("client"), wrong)).connect())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("its password is not the one in the password file")
        .hasNoCause()
        .message()
        .doesNotContain("tulip");
    assertThatThrownBy(() -> with(platform.showingStore(ours.trustStore(), password)).connect())
        .hasMessageContaining("it holds no private key");
    assertThatThrownBy(
            () -> with(TlsFiles.trustingStore(ours.keyStore("client"), password)).connect())
        .hasMessageContaining("no certificate that is marked as trusted");
    assertThatThrownBy(() -> with(TlsFiles.trustingStore(wrong, password)).connect())
        .hasMessageContaining("it is no PKCS#12 store");
  }

  @Test
  void files_without_tls_or_with_a_context_besides_are_settings_that_cannot_work()
      throws Exception {
    var plain = Millhand.builder().uri("redis://localhost:" + redis.redis().port());
    assertThatThrownBy(plain.tlsFiles(pem())::connect)
        .hasMessageContaining("the address is not rediss://");

    var both = with(pem()).tls(SSLContext.getDefault());
    assertThatThrownBy(both::connect).hasMessageContaining("both tls and tlsFiles are given");
  }
}
