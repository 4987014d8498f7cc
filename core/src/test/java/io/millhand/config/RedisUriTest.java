// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millhand.error.SettingsException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUriTest {

  private static final String SECRET = "s3cret-tulip";

  private static SettingsException refused(String text) {
    var error = catchThrowableOfType(SettingsException.class, () -> RedisUri.parse(text));
    assertThat(error).as(text).isNotNull();
    return error;
  }

  @ParameterizedTest
  @CsvSource({
    "redis://localhost,               localhost,   6379, 0, false",
    "redis://localhost/,              localhost,   6379, 0, false",
    "redis://cache-1.internal:6380/2, cache-1.internal, 6380, 2, false",
    "rediss://10.0.0.7:7000,          10.0.0.7,    7000, 0, true",
    "redis://[::1]:6379/15,           ::1,         6379, 15, false",
    "'  redis://localhost  ',         localhost,   6379, 0, false",
  })
  void an_address_is_taken_apart(String text, String host, int port, int database, boolean secure) {
    assertThat(RedisUri.parse(text))
        .isEqualTo(
            new RedisUri(
                new Target.Single(new Node(host, port)), database, secure, Credentials.NONE));
  }

  @Test
  void an_address_of_sentinels_names_them_and_their_master() {
    var uri = RedisUri.parse("rediss-sentinel://app:word@one:26380,two,[::1]:26381/my%20master/3");

    assertThat(uri.secure()).isTrue();
    assertThat(uri.database()).isEqualTo(3);
    assertThat(uri.credentials())
        .isEqualTo(new Credentials(Optional.of("app"), Optional.of("word")));
    assertThat(uri.target())
        .isInstanceOfSatisfying(
            Target.Sentinels.class,
            target -> {
              assertThat(target.service()).isEqualTo("my master");
              assertThat(target.nodes())
                  .containsExactly(
                      new Node("one", 26380), new Node("two", 26379), new Node("::1", 26381));
              assertThat(target.credentials().get()).isEqualTo(Credentials.NONE);
            });
    assertThat(uri).hasToString("rediss-sentinel://one:26380,two:26379,[::1]:26381/my master/3");
  }

  @Test
  void an_address_of_a_cluster_names_some_of_its_nodes() {
    var uri = RedisUri.parse("redis-cluster://:word@one:7000,two");

    assertThat(uri.target())
        .isEqualTo(new Target.Cluster(List.of(new Node("one", 7000), new Node("two", 6379))));
    assertThat(uri.secure()).isFalse();
    assertThat(uri).hasToString("redis-cluster://one:7000,two:6379");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis-sentinel://one:26379           | must name the master",
        "redis-sentinel://one:26379/          | must name the master",
        "redis-sentinel://one:26379/m/x       | database in the address must be a number",
        "redis-cluster://one:7000/1           | a Cluster has database 0 alone",
        "redis://one:6379,two:6379            | redis-cluster://, for Sentinels with",
        "redis-cluster://one:7000,            | no valid host",
        "redis-cluster://one:70000            | from 1 to 65535",
        "redis-sentinel:one                   | must begin with",
      })
  void an_address_of_several_servers_that_cannot_work_is_refused(String text, String problem) {
    assertThat(refused(text.strip()).getMessage()).contains(problem.strip());
  }

  @ParameterizedTest
  @CsvSource({
    "app:word,          app, word",
    ":word,             '',  word",
    "app,               app, ''",
    "app:,              app, ''",
    "'',                '',  ''",
    "app:a:b,           app, a:b",
    "app:a%40b%2Fc%23,  app, a@b/c#",
    "app:a+b%20c%25,    app, a+b c%",
    "a%40b:%C3%BC,      a@b, \u00fc",
  })
  void user_and_password_are_decoded(String info, String user, String password) {
    assertThat(RedisUri.parse("redis://" + info + "@host").credentials())
        .isEqualTo(
            new Credentials(
                Optional.of(user).filter(text -> !text.isEmpty()),
                Optional.of(password).filter(text -> !text.isEmpty())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://:s3cret-tulip@host",
        "s3cret-tulip@host:6379",
        "redis://:s3cret-tulip@",
        "redis://:s3cret-tulip@:6379",
        "redis://:s3cret-tulip@host/x",
        "redis://:s3cret-tulip@host/1/2",
        "redis://:s3cret-tulip#@host",
        "redis://:s3cret-tulip%@host",
        "redis://:s3cret-tulip%zz@host",
        "redis://:s3cret-tulip @host",
        "redis://:s3cret-tulip\"@host",
        "redis://:s3cret-tulip[@host",
        "redis://:s3cret-tulip@ho st",
        "redis:s3cret-tulip",
        "redis://:s3cret-tulip@host:port",
      })
  void no_error_repeats_the_password(String text) {
    var error = refused(text);

    var all = new StringWriter();
    error.printStackTrace(new PrintWriter(all));
    assertThat(all.toString()).doesNotContain(SECRET).contains("The connection to Redis");
  }

  @Test
  void nothing_that_is_printed_holds_the_password() {
    var uri = RedisUri.parse("redis://app:" + SECRET + "@host:6380/2");

    assertThat(uri).hasToString("redis://host:6380/2");
    assertThat(uri.credentials().toString()).doesNotContain(SECRET).doesNotContain("app");
  }

  @Test
  void all_problems_are_told_at_once() {
    assertThat(refused("http:///x").problems()).hasSize(3);
  }

  @Test
  void an_address_that_cannot_be_read_says_where() {
    assertThat(refused("redis://ho st").getMessage())
        .contains("character 11")
        .contains("written %XX");
  }

  @Test
  void the_settings_of_a_connection_print_an_address_and_nothing_secret() {
    var settings =
        new RedisSettings(
            new Target.Single(new Node("::1", 6379)),
            3,
            Optional.of(
                new RedisSettings.Tls(
                    () -> (SSLSocketFactory) SSLSocketFactory.getDefault(),
                    RedisSettings.Verify.HOSTNAME)),
            () -> new Credentials(Optional.of("app"), Optional.of(SECRET)),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    assertThat(settings).hasToString("rediss://[::1]:6379/3");
  }
}
