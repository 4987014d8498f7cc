// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import static io.millhand.cli.external.Aggregator.HPA;
import static io.millhand.cli.external.Aggregator.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.Millhand;
import io.millhand.autoscale.Advice;
import io.millhand.cli.autoscale.Sample;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.external.Aggregator.Reply;
import io.millhand.cli.http.Http.Request;
import io.millhand.cli.tls.Authority;
import io.millhand.cli.tls.Authority.Time;
import io.millhand.cli.tls.Identity;
import io.millhand.cli.tls.ServerTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real TLS, asked as a real control plane was seen to ask. */
class ExternalMetricsTest {

  private static final Authority SERVERS = Authority.named("servers");
  private static final Authority PROXIES = Authority.named("front-proxy-ca");
  private static final Identity PROXY = PROXIES.client("front-proxy-client");
  private static final Set<String> NAMES = Set.of("aggregator", "front-proxy-client");

  @TempDir private Path folder;
  private Path certificate;
  private Path key;
  private Path clientCa;
  private final Signals signals = new Signals(Duration.ofMinutes(5));
  private ExternalMetricsFront front;

  @BeforeEach
  void start() throws IOException {
    certificate = folder.resolve("tls.crt");
    key = folder.resolve("tls.key");
    clientCa = folder.resolve("ca.crt");
    SERVERS.server().write(certificate, key);
    Files.writeString(clientCa, PROXIES.pem());
    front = open(new ProxyFile(clientCa, NAMES));
    signals.publish(List.of(Sample.of("orders", "processing"), Sample.of("mail", "sending")));
  }

  private ExternalMetricsFront open(ProxyTrust trust) {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var tls = ServerTls.askingForCertificates(ServerTls.keys(certificate, key));
    return ExternalMetricsFront.start(address, tls, trust, signals);
  }

  @AfterEach
  void stop() {
    front.close();
  }

  private Aggregator as(Identity client) {
    return Aggregator.showing(client, SERVERS, front.address());
  }

  private Reply value(String metric, String selector) {
    var query = URLEncoder.encode(selector, StandardCharsets.UTF_8);
    return as(PROXY)
        .getAs(HPA, "%s/namespaces/streams/%s?labelSelector=%s".formatted(ROOT, metric, query));
  }

  // who may ask

  @Test
  void whoever_shows_no_certificate_is_nobody_whatever_his_headers_say() {
    var nobody = Aggregator.showingNothing(SERVERS, front.address());
    for (var path :
        List.of(ROOT, "/apis", "/openapi/v2", ROOT + "/namespaces/a/millhand-lag", "/")) {
      assertThat(nobody.get(path).refusal(401, "Unauthorized")).contains("no client certificate");
      assertThat(nobody.getAs("system:admin", path).refusal(401, "Unauthorized"))
          .contains("no client certificate");
    }
  }

  static Stream<Identity> strangers() {
    var impostor = Authority.named("front-proxy-ca");
    return Stream.of(
        impostor.client("front-proxy-client"),
        impostor.client("front-proxy-client").by(PROXIES),
        PROXIES.client("front-proxy-client", Time.OVER),
        PROXIES.client("front-proxy-client", Time.TO_COME),
        PROXIES.server(),
        new Identity(List.of(impostor.certificate()), impostor.key()),
        SERVERS.client("front-proxy-client"));
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void a_certificate_that_the_authority_does_not_vouch_for_as_a_clients_is_none(Identity client) {
    assertThat(as(client).getAs("system:admin", ROOT).refusal(401, "Unauthorized"))
        .contains("not one of the aggregation layer's");
  }

  @Test
  void a_certificate_without_its_key_does_not_come_through_the_handshake() {
    var stolen = new Identity(PROXY.chain(), Authority.ec().getPrivate());

    assertThatThrownBy(() -> as(stolen).getAs("system:admin", ROOT))
        .isInstanceOf(UncheckedIOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=kubelet",
        "O=front-proxy-client",
        "CN=x,CN=front-proxy-client",
        "CN=Front-Proxy-Client",
        "O=a\\,CN\\=front-proxy-client"
      })
  void a_certificate_of_another_name_is_none(String distinguishedName) {
    var client = PROXIES.clientOf(distinguishedName);

    assertThat(as(client).getAs("system:admin", ROOT).refusal(401, "Unauthorized"))
        .contains("not among those allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=front-proxy-client",
        "CN=front-proxy-client,CN=x",
        "O=kubernetes,CN=front-proxy-client",
        "CN=aggregator"
      })
  void any_of_the_names_will_do(String distinguishedName) {
    assertThat(as(PROXIES.clientOf(distinguishedName)).getAs(HPA, ROOT).status()).isEqualTo(200);
  }

  @Test
  void without_names_any_name_will_do() {
    front.close();
    front = open(new ProxyFile(clientCa, Set.of()));

    assertThat(as(PROXIES.client("whoever")).getAs(HPA, ROOT).status()).isEqualTo(200);
    assertThat(as(PROXIES.clientOf("O=nameless")).getAs(HPA, ROOT).status()).isEqualTo(200);
  }

  @Test
  void an_authority_may_vouch_through_another_one() {
    var between = PROXIES.below("between");

    assertThat(as(between.client("aggregator").by(between)).getAs(HPA, ROOT).status())
        .isEqualTo(200);
    as(between.client("aggregator")).getAs(HPA, ROOT).refusal(401, "Unauthorized");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X-Remote-User:", "X-Remote-Usr: admin", "X-Remote-Group: system:masters"})
  void a_request_that_names_no_user_is_nobodys(String header) {
    assertThat(as(PROXY).get(ROOT, header).refusal(401, "Unauthorized")).contains("X-Remote-User");
  }

  @Test
  void authorities_that_change_are_believed_without_a_restart_and_the_former_no_longer()
      throws IOException {
    var next = Authority.named("next");
    Files.writeString(clientCa, next.pem());

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(as(next.client("aggregator")).getAs(HPA, ROOT).status()).isEqualTo(200));
    as(PROXY).getAs(HPA, ROOT).refusal(401, "Unauthorized");
  }

  @Test
  void several_authorities_may_stand_in_one_file_and_one_whose_time_is_over_counts_no_more()
      throws IOException {
    var second = Authority.named("second");
    var over = Authority.named("over", Time.OVER);
    Files.writeString(
        clientCa, "# old\n" + over.pem() + PROXIES.pem() + "\n# new\n" + second.pem());

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(as(second.client("aggregator")).getAs(HPA, ROOT).status())
                    .isEqualTo(200));
    assertThat(as(PROXY).getAs(HPA, ROOT).status()).isEqualTo(200);
    as(over.client("aggregator")).getAs(HPA, ROOT).refusal(401, "Unauthorized");
  }

  @Test
  void while_it_is_not_known_whom_to_believe_nobody_is_answered() {
    front.close();
    front = open(new Untold());

    assertThat(as(PROXY).getAs(HPA, ROOT).refusal(503, "ServiceUnavailable")).contains("whom");
    assertThat(as(PROXY).get("/readyz").status()).isEqualTo(503);
    assertThat(as(PROXY).get("/livez").status()).isEqualTo(200);
  }

  private static final class Untold implements ProxyTrust {
    @Override
    public Optional<FrontProxy> current() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  // what the control plane asks

  @Test
  void the_availability_controller_is_answered_five_times_at_once() throws Exception {
    var request =
        """
        GET /apis/external.metrics.k8s.io/v1beta1 HTTP/1.1\r
        Host: millhand.streams.svc:443\r
        User-Agent: Go-http-client/1.1\r
        X-Remote-Group: system:masters\r
        X-Remote-User: system:kube-aggregator\r
        Accept-Encoding: gzip\r
        Connection: close\r
        \r
        """;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var replies =
          threads.invokeAll(
              IntStream.range(0, 5)
                  .<Callable<Reply>>mapToObj(i -> () -> as(PROXY).send(request))
                  .toList());
      for (var reply : replies) {
        assertThat(reply.get().status()).isEqualTo(200);
        assertThat(reply.get().headers()).containsEntry("content-type", "application/json");
      }
    }
  }

  @Test
  void the_request_of_a_controller_as_it_was_recorded_is_answered_in_json() {
    var request =
        """
        GET /apis/external.metrics.k8s.io/v1beta1/namespaces/streams/millhand-required-workers?labelSelector=group%3Dprocessing%2Cstream%3Dorders HTTP/1.1\r
        Host: millhand.streams.svc:443\r
        User-Agent: kube-controller-manager/v1.34.9 (linux/amd64) kubernetes/8a9f4c5/system:serviceaccount:kube-system:horizontal-pod-autoscaler\r
        Accept: application/vnd.kubernetes.protobuf, */*\r
        Accept-Encoding: gzip\r
        X-Forwarded-For: 10.0.0.1\r
        X-Forwarded-Host: 10.96.0.1:443\r
        X-Forwarded-Proto: https\r
        X-Forwarded-Uri: /apis/external.metrics.k8s.io/v1beta1/namespaces/streams/millhand-required-workers\r
        X-Remote-Group: system:serviceaccounts\r
        X-Remote-Group: system:serviceaccounts:kube-system\r
        X-Remote-Group: system:authenticated\r
        X-Remote-Uid: 0f2b7a0e-6d0c-4a0e-9f5e-0d1f6f1d2c3b\r
        X-Remote-User: system:serviceaccount:kube-system:horizontal-pod-autoscaler\r
        Connection: close\r
        \r
        """;
    var reply = as(PROXY).send(request);

    assertThat(reply.headers()).containsEntry("content-type", "application/json");
    assertThat(reply.body().strip())
        .isEqualTo(
            "{\"kind\":\"ExternalMetricValueList\",\"apiVersion\":\"external.metrics.k8s.io/v1beta1\",\"metadata\":{},"
                + "\"items\":[{\"metricName\":\"millhand-required-workers\",\"metricLabels\":{\"group\":\"processing\",\"stream\":\"orders\"},"
                + "\"timestamp\":\"2026-11-22T14:00:00Z\",\"window\":60,\"value\":\"4\"}]}");
  }

  @Test
  void discovery_tells_group_version_and_metrics() {
    var resources = as(PROXY).getAs("kubectl", ROOT).json();
    assertThat(resources.path("kind").asString()).isEqualTo("APIResourceList");
    assertThat(resources.path("groupVersion").asString())
        .isEqualTo("external.metrics.k8s.io/v1beta1");
    assertThat(resources.path("resources").valueStream().map(each -> each.path("name").asString()))
        .containsExactly(
            "millhand-required-workers",
            "millhand-lag",
            "millhand-backlog",
            "millhand-oldest-age-seconds",
            "millhand-drain-seconds",
            "millhand-utilisation",
            "redis_stream_pending_messages");
    var group = as(PROXY).getAs("kubectl", "/apis/external.metrics.k8s.io").json();
    assertThat(group.path("kind").asString()).isEqualTo("APIGroup");
    assertThat(group.at("/preferredVersion/version").asString()).isEqualTo("v1beta1");
    assertThat(as(PROXY).getAs("kubectl", ROOT + "/").status()).isEqualTo(200);
  }

  @Test
  void who_wants_all_groups_in_one_document_gets_the_older_list() {
    var reply =
        as(PROXY)
            .get(
                "/apis",
                "X-Remote-User: system:kube-aggregator",
                "Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList");

    // Not the type that was asked for: by that the aggregator knows to ask for the resources.
    assertThat(reply.headers()).containsEntry("content-type", "application/json");
    assertThat(reply.json().path("kind").asString()).isEqualTo("APIGroupList");
    assertThat(reply.json().at("/groups/0/name").asString()).isEqualTo("external.metrics.k8s.io");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/openapi/v2",
        "/openapi/v3",
        "/",
        "/api",
        "/apis/other",
        "/metrics",
        "/apis//",
        "/apis/external.metrics.k8s.io/v1",
        "/apis/external.metrics.k8s.io/v1beta1/namespaces",
        "/apis/external.metrics.k8s.io/v1beta1/namespaces/a",
        "/apis/external.metrics.k8s.io/v1beta1/namespaces/a/millhand-lag/x",
        "/apis/external.metrics.k8s.io/v1beta1/nodes/a/millhand-lag"
      })
  void what_is_not_there_is_a_404_status(String path) {
    as(PROXY).getAs("system:aggregator", path).refusal(404, "NotFound");
  }

  @Test
  void probes_and_the_version_need_no_certificate() {
    var nobody = Aggregator.showingNothing(SERVERS, front.address());
    for (var path : List.of("/healthz", "/livez", "/readyz")) {
      assertThat(nobody.get(path).body()).isEqualTo("ok\n");
    }
    assertThat(nobody.get("/version").json().path("gitVersion").asString())
        .isEqualTo(Millhand.version());
  }

  @Test
  void nothing_can_be_changed_and_a_broken_address_is_a_status_too() {
    as(PROXY)
        .send("POST /apis HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        .refusal(405, "MethodNotAllowed");
    assertThat(as(PROXY).getAs(HPA, "/apis?%zz").status()).isEqualTo(400);
  }

  // values

  private static String of(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.json().path("items")).hasSize(1);
    return reply.json().at("/items/0/value").asString();
  }

  @ParameterizedTest
  @CsvSource({
    "millhand-required-workers,4", "millhand-lag,120", "millhand-backlog,131",
    "millhand-oldest-age-seconds,7251m", "millhand-drain-seconds,30", "millhand-utilisation,850m",
    "redis_stream_pending_messages,17"
  })
  void each_metric_has_its_value(String metric, String expected) {
    assertThat(of(value(metric, "stream=orders,group=processing"))).isEqualTo(expected);
  }

  @Test
  void a_need_of_12_at_11_workers_is_told_as_what_a_controller_does_not_ignore() {
    var known = Sample.of("orders", "g", new Advice.Need(12, "rate"));
    signals.publish(
        List.of(
            new Signal(
                "orders",
                "g",
                known.at(),
                known.advice(),
                11,
                true,
                known.lag(),
                0,
                known.backlog(),
                known.oldestSeconds(),
                known.drainSeconds(),
                known.utilisation())));

    assertThat(of(value("millhand-required-workers", "stream=orders"))).isEqualTo("13");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "millhand-required-workers", "millhand-lag", "millhand-backlog",
        "millhand-oldest-age-seconds", "millhand-drain-seconds", "redis_stream_pending_messages"
      })
  void where_nothing_waits_0_is_known(String metric) {
    signals.publish(List.of(Sample.idle("orders", "g")));

    assertThat(of(value(metric, "stream=orders"))).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "millhand-required-workers", "millhand-lag", "millhand-backlog",
        "millhand-oldest-age-seconds", "millhand-drain-seconds", "millhand-utilisation"
      })
  void what_is_not_known_is_a_503_with_the_reason_and_never_a_number(String metric) {
    signals.publish(List.of(Sample.unknown("orders", "g")));

    assertThat(value(metric, "stream=orders").refusal(503, "ServiceUnavailable"))
        .contains(metric, "group=g,stream=orders", "is not known");
  }

  @Test
  void a_backlog_that_is_not_known_has_no_age_of_0() {
    var unknown = Sample.unknown("orders", "g");
    signals.publish(List.of(unknown));

    assertThat(value("millhand-required-workers", "").refusal(503, "ServiceUnavailable"))
        .contains(unknown.advice().reason());
  }

  @Test
  void while_redis_is_away_every_metric_is_a_503_with_the_reason() {
    signals.fail("Redis at redis://cache:6379 cannot be reached");

    for (var metric : ExternalMetric.values()) {
      assertThat(value(metric.metricName(), "stream=orders").refusal(503, "ServiceUnavailable"))
          .contains("cache:6379");
    }
    assertThat(as(PROXY).getAs("system:kube-aggregator", ROOT).status()).isEqualTo(200);
  }

  @Test
  void signals_that_are_old_or_were_never_there_are_a_503() {
    front.close();
    var old = new Signals(Duration.ZERO);
    var tls = ServerTls.askingForCertificates(ServerTls.keys(certificate, key));
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    front = ExternalMetricsFront.start(address, tls, new ProxyFile(clientCa, NAMES), old);
    value("millhand-lag", "").refusal(503, "ServiceUnavailable");

    old.publish(List.of(Sample.of("orders", "g")));
    value("millhand-lag", "").refusal(503, "ServiceUnavailable");
  }

  @Test
  void an_unknown_metric_is_a_404_status_that_names_those_there_are() {
    assertThat(value("streams-lag", "stream=orders").refusal(404, "NotFound"))
        .contains("'streams-lag'", "millhand-required-workers");
  }

  @Test
  void a_selector_that_selects_nothing_is_a_404_status_that_names_what_there_is() {
    assertThat(value("millhand-lag", "stream=order").refusal(404, "NotFound"))
        .contains("'stream=order'", "group=processing,stream=orders", "group=sending,stream=mail");

    signals.publish(List.of());
    assertThat(value("millhand-lag", "").refusal(404, "NotFound")).contains("none at all");

    signals.publish(IntStream.range(0, 30).mapToObj(i -> Sample.of("s" + i, "g")).toList());
    assertThat(value("millhand-lag", "stream=order").refusal(404, "NotFound"))
        .contains("and 20 more");
  }

  @Test
  void a_selector_that_cannot_be_read_is_a_400_status() {
    assertThat(value("millhand-lag", "stream in (orders").refusal(400, "BadRequest"))
        .contains("',' or ')'");
    assertThat(value("millhand-lag", "a='\u202e\n'").refusal(400, "BadRequest"))
        .doesNotContain("\u202e")
        .doesNotContain("\n");
  }

  @Test
  void spaces_of_a_selector_may_come_as_pluses_as_go_writes_them() {
    var path = ROOT + "/namespaces/streams/millhand-lag?labelSelector=";

    assertThat(of(as(PROXY).getAs(HPA, path + "stream+in+%28orders%2Cx%29"))).isEqualTo("120");
    assertThat(of(as(PROXY).getAs(HPA, path + "stream%20in%20(orders)"))).isEqualTo("120");
  }

  @Test
  void all_groups_that_are_selected_are_told_and_namespaces_make_no_difference() {
    for (var selector : List.of("", "group", "stream in (orders,mail)", "stream!=x")) {
      assertThat(value("millhand-lag", selector).json().path("items")).hasSize(2);
    }
    assertThat(as(PROXY).getAs(HPA, ROOT + "/namespaces/other/millhand-lag").json().path("items"))
        .hasSize(2);
  }

  @Test
  void if_one_of_them_is_not_known_the_sum_is_not() {
    signals.publish(List.of(Sample.of("orders", "g"), Sample.unknown("mail", "g")));

    value("millhand-lag", "group=g").refusal(503, "ServiceUnavailable");
    assertThat(of(value("millhand-lag", "stream=orders"))).isEqualTo("120");
  }

  @Test
  void a_stream_whose_name_no_label_may_have_can_be_asked_for_unless_two_look_alike() {
    signals.publish(List.of(Sample.of("orders:eu", "g"), Sample.of("mail", "g")));
    assertThat(of(value("millhand-lag", "stream=orders_eu"))).isEqualTo("120");

    signals.publish(List.of(Sample.of("orders:eu", "g"), Sample.of("orders_eu", "g")));
    assertThat(value("millhand-lag", "stream=orders_eu").refusal(409, "Conflict"))
        .contains("group=g,stream=orders_eu");
  }

  @Test
  void no_selector_and_no_path_makes_it_fail() {
    var random = new Random(99);
    for (var i = 0; i < 50; i++) {
      var raw = any(random).replace(" ", "%20").replace("ü", "%C3%BC");
      for (var path : List.of("/millhand-lag?labelSelector=" + raw, raw)) {
        assertThat(as(PROXY).getAs(HPA, ROOT + "/namespaces/streams" + path).status())
            .as(path)
            .isIn(200, 400, 404);
      }
    }
    var api = new ExternalApi(new Values(signals));
    for (var i = 0; i < 20_000; i++) {
      var path = List.of("apis", Discovery.GROUP, "v1beta1", "namespaces", "a", "millhand-lag");
      var form = Map.of("labelSelector", any(random));
      var reply = api.answer(new Request(path, Map.of(), form, Map.of(), Optional.empty()));
      assertThat(reply.status()).as(form.toString()).isIn(200, 400, 404);
    }
  }

  private static String any(Random random) {
    var pieces =
        List.of(
            "stream",
            "group",
            "orders",
            "=",
            "!=",
            " in (",
            ")",
            ",",
            "!",
            " notin ",
            "%",
            "&",
            "+",
            "%00",
            "/",
            "?",
            "ü",
            "%c3%28",
            "%E2%80%AE",
            ";",
            "labelSelector=",
            "9");
    var text = new StringBuilder();
    for (var n = random.nextInt(9); n > 0; n--) {
      text.append(pieces.get(random.nextInt(pieces.size())));
    }
    return text.toString();
  }

  // certificates

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void tls_1_2_and_1_3_are_spoken(String protocol) throws IOException {
    assertThat(as(PROXY).shown(Optional.of(protocol)).protocol()).isEqualTo(protocol);
  }

  @Test
  void a_new_certificate_is_shown_without_a_restart() throws IOException {
    var before = as(PROXY).shown(Optional.empty()).certificate();
    var next = SERVERS.server(Authority.rsa());
    next.write(certificate, key);

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(as(PROXY).shown(Optional.empty()).certificate())
                    .isEqualTo(next.chain().getFirst())
                    .isNotEqualTo(before));
    assertThat(of(value("millhand-lag", "stream=orders"))).isEqualTo("120");
  }

  @Test
  void a_link_that_kubernetes_swaps_is_followed() throws IOException {
    var one = Files.createDirectory(folder.resolve("..1"));
    var two = Files.createDirectory(folder.resolve("..2"));
    SERVERS.server().write(one.resolve("tls.crt"), one.resolve("tls.key"));
    var next = SERVERS.server();
    next.write(two.resolve("tls.crt"), two.resolve("tls.key"));
    var data = Files.createSymbolicLink(folder.resolve("..data"), one.getFileName());
    certificate = data.resolve("tls.crt");
    key = data.resolve("tls.key");
    front.close();
    front = open(new ProxyFile(clientCa, NAMES));

    var swap = Files.createSymbolicLink(folder.resolve("..tmp"), two.getFileName());
    Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE);

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(as(PROXY).shown(Optional.empty()).certificate())
                    .isEqualTo(next.chain().getFirst()));
  }
}
