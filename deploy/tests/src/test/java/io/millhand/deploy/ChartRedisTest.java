// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static io.millhand.deploy.KubernetesObject.elements;
import static io.millhand.deploy.KubernetesObject.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.RedisUri;
import io.millhand.error.SettingsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** How the chart reaches Redis: one server, a master with Sentinels, or a Cluster. */
class ChartRedisTest {

  private static final Path SIDECAR = Rendering.CHART.resolve("ci/http-sidecar-values.yaml");
  private static final Set<String> EXTERNAL =
      Set.of("redis-auth", "sentinel-auth", "redis-address", "redis-tls");
  private static final String SENTINELS = "redis.url=redis-sentinel://s1:26379,s2:26379/shop";
  private static final String SENTINEL_PASSWORD =
      "redis.sentinel.passwordSecret.name=sentinel-auth";

  /** For helm a comma is the end of a setting. */
  private static List<String> escaped(String... settings) {
    return Arrays.stream(settings).map(setting -> setting.replace(",", "\\,")).toList();
  }

  private static Rendering rendered(String... settings) {
    return Rendering.chart(SIDECAR, escaped(settings));
  }

  private static void assertRefused(String reason, String... settings) {
    var outcome = Tool.HELM.run(Rendering.template(SIDECAR, escaped(settings)));

    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.errors()).contains(reason);
  }

  private static Map<String, String> environment(JsonNode container) {
    return elements(container.path("env"))
        .collect(
            Collectors.toMap(
                each -> each.path("name").asString(), each -> each.path("value").asString("")));
  }

  /** Each pod of which a command of ours connects: the workers, serve, and the test. */
  private static List<KubernetesObject> connecting(Rendering rendering) {
    var owners = rendering.withPods().filter(owner -> !owner.commands().isEmpty()).toList();
    assertThat(owners)
        .extracting(KubernetesObject::name)
        .containsExactlyInAnyOrder("shop-millhand", "shop-millhand-serve", "shop-millhand-test");
    return owners;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://h",
        "rediss://h:6380/2",
        "redis://user@h/",
        "redis://[::1]",
        "redis-sentinel://s1,s2:5000/shop",
        "rediss-sentinel://user@s1:26379/my%20shop/2",
        "redis-sentinel://s1/shop/",
        "redis-cluster://c1,c2:7000",
        "rediss-cluster://c1:7000/0"
      })
  void what_the_command_takes_for_an_address_is_handed_to_it(String url) {
    assertThat(RedisUri.parse(url).credentials().password()).isEmpty();

    var rendering = rendered("redis.url=" + url);

    assertThat(RulesTest.broken(rendering, EXTERNAL)).isEmpty();
    for (var owner : connecting(rendering)) {
      assertThat(environment(owner.commands().getFirst())).containsEntry("REDIS_URL", url);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis+sentinel://h/shop             | at '/redis/url'
          sentinel://h/shop                   | at '/redis/url'
          redis-sentinels://h/shop            | at '/redis/url'
          redis://h,i                         | has several hosts
          rediss://h:1,i:2/3                  | has several hosts
          redis-sentinel://h:26379            | but no master
          redis-sentinel://h:26379/           | but no master
          redis-sentinel://h,/shop            | has a host that is none
          redis-cluster://h:x                 | has a host that is none
          redis-cluster://h:65536             | has a port that is none
          redis-cluster://h:0                 | has a port that is none
          redis-sentinel://h/shop/two         | which is no number
          redis-sentinel://h/shop/2/3         | which is no number
          redis-cluster://h/1                 | which has database 0 alone
          """)
  void an_address_with_which_no_process_would_start_is_refused(String url, String reason) {
    assertThatThrownBy(() -> RedisUri.parse(url)).isInstanceOf(SettingsException.class);

    assertRefused(reason, "redis.url=" + url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis-sentinel://:secret@h:1,i:2/shop",
        "rediss-sentinel://u:secret@h/shop",
        "redis-cluster://u:secret@h:1,i:2",
        "redis://u:sec/ret@h"
      })
  void a_password_in_any_address_is_refused_and_not_repeated(String url) {
    var outcome = Tool.HELM.run(Rendering.template(SIDECAR, escaped("redis.url=" + url)));

    assertThat(outcome.errors())
        .contains("redis.url holds a password")
        .doesNotContain("secret@", "sec/ret");
  }

  @Test
  void whoever_connects_has_user_and_password_for_the_sentinels_and_the_password_is_a_file() {
    var rendering =
        rendered(
            SENTINELS,
            "redis.username=app",
            "redis.passwordSecret.name=redis-auth",
            "redis.sentinel.username=watch",
            SENTINEL_PASSWORD,
            "redis.sentinel.passwordSecret.key=word");

    assertThat(RulesTest.broken(rendering, EXTERNAL)).isEmpty();
    for (var owner : connecting(rendering)) {
      var container = owner.commands().getFirst();
      assertThat(environment(container))
          .containsEntry("REDIS_USERNAME", "app")
          .containsEntry("REDIS_PASSWORD_FILE", "/etc/millhand/redis/password")
          .containsEntry("REDIS_SENTINEL_USERNAME", "watch")
          .containsEntry("REDIS_SENTINEL_PASSWORD_FILE", "/etc/millhand/redis-sentinel/password")
          .doesNotContainKeys("REDIS_PASSWORD", "REDIS_SENTINEL_PASSWORD");
      var mount = named(container.path("volumeMounts"), "redis-sentinel-password");
      assertThat(mount.path("mountPath").asString()).isEqualTo("/etc/millhand/redis-sentinel");
      var secret = named(owner.podSpec().path("volumes"), "redis-sentinel-password").path("secret");
      assertThat(secret.path("secretName").asString()).isEqualTo("sentinel-auth");
      assertThat(strings(secret.path("items").path(0)))
          .containsEntry("key", "word")
          .containsEntry("path", "password");
    }
  }

  private static JsonNode named(JsonNode array, String name) {
    return elements(array)
        .filter(each -> each.path("name").asString().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no %s in %s".formatted(name, array)));
  }

  @Test
  void your_own_image_is_told_of_the_sentinels_too() {
    var rendering =
        rendered(
            SENTINELS,
            SENTINEL_PASSWORD,
            "worker.handler.type=image",
            "worker.handler.container=null",
            "worker.handler.image.repository=example.org/order-processor",
            "worker.handler.image.tag=v1");

    var worker = rendering.the("Deployment", "shop-millhand").podSpec().path("containers").path(0);
    assertThat(environment(worker)).containsKey("REDIS_SENTINEL_PASSWORD_FILE");
  }

  @Test
  void without_sentinels_nothing_of_them_is_there() {
    var text = Tool.HELM.output(Rendering.template(SIDECAR, List.of()));

    assertThat(text).doesNotContainIgnoringCase("sentinel").doesNotContain("26379");
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis.sentinel.username=watch", SENTINEL_PASSWORD})
  void who_we_are_at_sentinels_that_are_not_there_is_refused(String setting) {
    assertRefused("redis.sentinel is for an address", setting);
    assertRefused("redis.sentinel is for an address", "redis.url=redis-cluster://c", setting);
    assertRefused("'pasword' not allowed", SENTINELS, "redis.sentinel.pasword=a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rediss-sentinel://s/shop", "rediss-cluster://c"})
  void certificates_go_with_sentinels_and_a_cluster_too(String url) {
    var rendering = rendered("redis.url=" + url, "redis.tlsSecret.name=redis-tls");

    assertThat(RulesTest.broken(rendering, EXTERNAL)).isEmpty();
    for (var owner : connecting(rendering)) {
      assertThat(environment(owner.commands().getFirst())).containsKey("REDIS_TLS_CA_FILE");
    }
    assertRefused(
        "does not begin with rediss://",
        "redis.url=" + url.replace("rediss", "redis"),
        "redis.tlsSecret.name=redis-tls");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis.url=redis://h                                                         | 6379
          redis.url=redis-cluster://h:7000 networkPolicy.egress.redisPort=7000        | 7000
          redis.url=redis-sentinel://h/shop                                           | 6379 26379
          redis.url=rediss-sentinel://h/shop networkPolicy.egress.sentinelPort=5000   | 6379 5000
          redis.url= redis.urlSecret.name=redis-address                               | 6379 26379
          """)
  void workers_and_serve_are_let_out_to_the_sentinels_where_there_are_some(
      String settings, String ports) {
    var rendering =
        rendered(
            Stream.concat(
                    Stream.of(
                        "networkPolicy.egress.enabled=true",
                        "networkPolicy.egress.redisTo[0].podSelector.matchLabels.app=redis"),
                    Arrays.stream(settings.split(" ")))
                .toArray(String[]::new));

    assertThat(RulesTest.broken(rendering, EXTERNAL)).isEmpty();
    for (var name : List.of("shop-millhand", "shop-millhand-serve")) {
      var rules = rendering.the("NetworkPolicy", name).spec().path("egress");
      var toRedis = elements(rules).filter(rule -> rule.has("to")).toList();
      assertThat(toRedis).hasSize(1);
      assertThat(elements(toRedis.getFirst().path("ports")))
          .extracting(port -> port.path("port").asString())
          .containsExactly(ports.split(" "));
    }
  }

  private static List<JsonNode> triggers(Rendering rendering) {
    var triggers =
        elements(rendering.the("ScaledObject", "shop-millhand").spec().path("triggers")).toList();
    assertThat(triggers).hasSize(2);
    return triggers;
  }

  @Test
  void keda_asks_the_sentinels_for_the_master() {
    var rendering =
        rendered(
            "autoscaling.mode=keda-redis",
            "redis.url=rediss-sentinel://app%40x@s1,[::1]:5000/my%20shop/2",
            "redis.passwordSecret.name=redis-auth",
            "redis.sentinel.username=watch",
            SENTINEL_PASSWORD);

    assertThat(RulesTest.broken(rendering, EXTERNAL)).isEmpty();
    for (var trigger : triggers(rendering)) {
      assertThat(trigger.path("type").asString()).isEqualTo("redis-sentinel-streams");
      assertThat(strings(trigger.path("metadata")))
          .containsEntry("addresses", "s1:26379,[::1]:5000")
          .containsEntry("sentinelMaster", "my shop")
          .containsEntry("sentinelUsername", "watch")
          .containsEntry("username", "app@x")
          .containsEntry("databaseIndex", "2")
          .containsEntry("enableTLS", "true")
          .doesNotContainKey("address");
      assertThat(trigger.path("authenticationRef").path("name").asString())
          .isEqualTo("shop-millhand");
    }
    assertThat(parameters(rendering))
        .isEqualTo(Map.of("password", "redis-auth", "sentinelPassword", "sentinel-auth"));
  }

  private static Map<String, String> parameters(Rendering rendering) {
    var spec = rendering.the("TriggerAuthentication", "shop-millhand").spec();
    return elements(spec.path("secretTargetRef"))
        .collect(
            Collectors.toMap(
                each -> each.path("parameter").asString(), each -> each.path("name").asString()));
  }

  @Test
  void sentinels_whose_password_is_their_own_need_no_other() {
    var rendering = rendered("autoscaling.mode=keda-redis", SENTINELS, SENTINEL_PASSWORD);

    assertThat(RulesTest.broken(rendering, EXTERNAL)).isEmpty();
    assertThat(parameters(rendering)).isEqualTo(Map.of("sentinelPassword", "sentinel-auth"));
  }

  @Test
  void keda_asks_the_nodes_of_a_cluster() {
    var rendering =
        rendered("autoscaling.mode=keda-redis", "redis.url=redis-cluster://c1,c2:7000/0");

    assertThat(RulesTest.broken(rendering, EXTERNAL)).isEmpty();
    for (var trigger : triggers(rendering)) {
      assertThat(trigger.path("type").asString()).isEqualTo("redis-cluster-streams");
      assertThat(strings(trigger.path("metadata")))
          .containsEntry("addresses", "c1:6379,c2:7000")
          .doesNotContainKeys("address", "databaseIndex", "sentinelMaster", "enableTLS");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          r:1                                  | redis-streams          | r:1
          rediss://r/3                         | redis-streams          | r:6379
          redis-sentinel://s1:1,s2/shop        | redis-sentinel-streams | s1:1,s2:26379
          redis-cluster://c1                   | redis-cluster-streams  | c1:6379
          """)
  void where_the_address_is_in_a_secret_keda_is_told_of_it(
      String address, String type, String asked) {
    var rendering =
        rendered(
            "autoscaling.mode=keda-redis",
            "redis.url=",
            "redis.urlSecret.name=redis-address",
            SENTINEL_PASSWORD,
            "autoscaling.keda.redisAddress=" + address);

    assertThat(RulesTest.broken(rendering, EXTERNAL)).isEmpty();
    for (var trigger : triggers(rendering)) {
      assertThat(trigger.path("type").asString()).isEqualTo(type);
      var metadata = strings(trigger.path("metadata"));
      assertThat(metadata.getOrDefault("addresses", metadata.get("address"))).isEqualTo(asked);
      assertThat(metadata.getOrDefault("enableTLS", "false"))
          .isEqualTo(Boolean.toString(address.startsWith("rediss")));
      assertThat(trigger.has("authenticationRef")).isEqualTo(type.contains("sentinel"));
    }
  }

  @Test
  void a_host_of_kedas_own_is_in_the_place_of_redis_alone() {
    var rendering =
        rendered(
            "autoscaling.mode=keda-redis",
            "redis.url=rediss://app@h/2",
            "autoscaling.keda.redisAddress=r:1");

    assertThat(strings(triggers(rendering).getFirst().path("metadata")))
        .containsEntry("address", "r:1")
        .containsEntry("databaseIndex", "2")
        .containsEntry("username", "app")
        .containsEntry("enableTLS", "true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis-sentinel://s/shop | r:6379               | is no longer the master
          rediss-cluster://c      | r:6379               | is no longer the master
          redis://h               | redis://a:b@h        | at '/autoscaling/keda/redisAddress'
          redis://h               | h                    | at '/autoscaling/keda/redisAddress'
          redis://h               | redis-sentinel://s   | autoscaling.keda.redisAddress names Sentinels, but no master
          """)
  void keda_is_not_sent_where_it_would_ask_the_wrong_server(
      String url, String address, String reason) {
    assertRefused(
        reason,
        "autoscaling.mode=keda-redis",
        "redis.url=" + url,
        "autoscaling.keda.redisAddress=" + address);
  }
}
