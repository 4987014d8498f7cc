// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.http.Http.Request;
import io.millhand.cli.kubernetes.Cluster;
import io.millhand.cli.kubernetes.ClusterApi;
import io.millhand.cli.tls.Authority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyConfigMapTest {

  private static final ProxyConfigMap.Times QUICK =
      new ProxyConfigMap.Times(Duration.ofMillis(20), Duration.ofMillis(20));

  @TempDir private Path folder;
  private final Authority first = Authority.named("first");
  private final Authority second = Authority.named("second");
  private Cluster cluster;
  private ProxyConfigMap map;

  @BeforeEach
  void start() throws IOException {
    cluster = Cluster.start(folder);
    map = ProxyConfigMap.start(new ClusterApi(cluster.account()), QUICK);
  }

  @AfterEach
  void stop() {
    map.close();
    cluster.close();
  }

  private static Map<String, String> data(Authority authority) {
    return new HashMap<>(
        Map.of(
            "client-ca-file", Authority.named("of people").pem(),
            "requestheader-client-ca-file", authority.pem(),
            "requestheader-allowed-names", "[\"front-proxy-client\"]",
            "requestheader-username-headers", "[\"X-Remote-User\",\"X-User\"]",
            "requestheader-group-headers", "[\"X-Remote-Group\"]",
            "requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]"));
  }

  private void publish(Map<String, String> data) {
    cluster.putConfigMap(ProxyConfigMap.PATH, data);
  }

  private FrontProxy.Caller caller(Authority authority, String name, String header) {
    var request =
        new Request(
            List.of("apis"),
            Map.of(),
            Map.of(),
            Map.of(header, List.of("somebody")),
            Optional.of(authority.client(name).chain()));
    return map.current().orElseThrow().caller(request);
  }

  private boolean isBelieved(Authority authority, String name, String header) {
    return map.current().isPresent()
        && caller(authority, name, header).equals(new FrontProxy.Caller.User("somebody"));
  }

  private static ConditionFactory soon() {
    return Awaitility.await().pollInterval(Duration.ofMillis(10));
  }

  /** The map has been read twice since: what stood there when it was asked for holds by now. */
  private void awaitRead() {
    var so = cluster.asked().size();
    soon().until(() -> cluster.asked().size() >= so + 3);
  }

  @Test
  void authorities_names_and_headers_are_those_of_the_config_map() {
    publish(data(first));

    soon().until(() -> isBelieved(first, "front-proxy-client", "x-remote-user"));
    assertThat(isBelieved(first, "front-proxy-client", "x-user")).isTrue();
    assertThat(isBelieved(first, "front-proxy-client", "x-other")).isFalse();
    assertThat(isBelieved(first, "other", "x-remote-user")).isFalse();
    assertThat(isBelieved(second, "front-proxy-client", "x-remote-user")).isFalse();
  }

  @Test
  void an_authority_that_changes_is_believed_and_the_former_no_longer() {
    publish(data(first));
    soon().until(() -> isBelieved(first, "front-proxy-client", "x-remote-user"));

    publish(data(second));

    soon().until(() -> isBelieved(second, "front-proxy-client", "x-remote-user"));
    assertThat(isBelieved(first, "front-proxy-client", "x-remote-user")).isFalse();
  }

  @Test
  void a_token_that_changes_does_not_stop_it() throws IOException {
    publish(data(first));
    soon().until(() -> map.current().isPresent());

    cluster.rotate("second");
    publish(data(second));

    soon().until(() -> isBelieved(second, "front-proxy-client", "x-remote-user"));
  }

  @Test
  void an_empty_list_of_names_means_any() {
    var any = data(first);
    any.put("requestheader-allowed-names", "[]");
    publish(any);

    soon().until(() -> isBelieved(first, "whoever", "x-remote-user"));
  }

  @Test
  void while_it_was_never_read_nobody_is_believed() {
    awaitRead();
    assertThat(map.current()).isEmpty();
  }

  @Test
  void what_was_read_holds_while_it_cannot_be_read_again() {
    publish(data(first));
    soon().until(() -> map.current().isPresent());

    cluster.remove(ProxyConfigMap.PATH);
    awaitRead();

    assertThat(isBelieved(first, "front-proxy-client", "x-remote-user")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "\"front-proxy-client\"", "{}", "[1]", "[null]", "[\"a\"", "7", "x"})
  void names_that_cannot_be_read_are_not_taken_for_any(String names) {
    var wrong = data(first);
    wrong.put("requestheader-allowed-names", names);
    publish(wrong);

    awaitRead();
    assertThat(map.current()).isEmpty();

    publish(data(first));
    soon().until(() -> map.current().isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"})
  void authorities_that_cannot_be_read_are_not_taken_for_any(String authorities) {
    var wrong = data(first);
    wrong.put("requestheader-client-ca-file", authorities);
    publish(wrong);

    awaitRead();
    assertThat(map.current()).isEmpty();
  }
}
