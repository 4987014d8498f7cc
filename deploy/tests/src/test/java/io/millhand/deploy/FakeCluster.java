// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** As much of an API server as helm asks before its templates may look something up. */
final class FakeCluster implements AutoCloseable {

  /** The kinds that it knows, by group and version. */
  private static final Map<String, List<String>> KINDS =
      Map.of(
          "v1", List.of("Pod", "Secret", "Service", "ServiceAccount"),
          "apps/v1", List.of("Deployment"),
          "autoscaling/v2", List.of("HorizontalPodAutoscaler"),
          "networking.k8s.io/v1", List.of("NetworkPolicy"),
          "policy/v1", List.of("PodDisruptionBudget"),
          "rbac.authorization.k8s.io/v1", List.of("ClusterRole", "Role", "RoleBinding"),
          "apiregistration.k8s.io/v1", List.of("APIService"),
          "keda.sh/v1alpha1", List.of("ScaledObject", "TriggerAuthentication"));

  private static final String NOT_FOUND =
      """
      {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
      """;

  private final HttpServer server;
  private final Map<String, String> answers = new ConcurrentHashMap<>();

  FakeCluster() throws IOException {
    answers.put("/version", "{\"major\": \"1\", \"minor\": \"34\", \"gitVersion\": \"v1.34.0\"}");
    answers.put("/api", "{\"kind\": \"APIVersions\", \"versions\": [\"v1\"]}");
    var groups = KINDS.keySet().stream().filter(version -> version.contains("/"));
    answers.put(
        "/apis",
        "{\"kind\": \"APIGroupList\", \"apiVersion\": \"v1\", \"groups\": [%s]}"
            .formatted(groups.map(FakeCluster::group).collect(Collectors.joining(","))));
    KINDS.forEach(
        (version, kinds) ->
            answers.put(
                (version.contains("/") ? "/apis/" : "/api/") + version, resources(version, kinds)));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private static String group(String groupVersion) {
    var parts = groupVersion.split("/", 2);
    var version =
        "{\"groupVersion\": \"%s\", \"version\": \"%s\"}".formatted(groupVersion, parts[1]);
    return "{\"name\": \"%s\", \"versions\": [%s], \"preferredVersion\": %s}"
        .formatted(parts[0], version, version);
  }

  private static String resources(String groupVersion, List<String> kinds) {
    var each =
        kinds.stream()
            .map(
                kind ->
                    """
                    {"name": "%s", "singularName": "", "namespaced": %s, "kind": "%s", "verbs": ["get"]}
                    """
                        .formatted(
                            plural(kind),
                            !List.of("APIService", "ClusterRole").contains(kind),
                            kind))
            .collect(Collectors.joining(","));
    return "{\"kind\": \"APIResourceList\", \"groupVersion\": \"%s\", \"resources\": [%s]}"
        .formatted(groupVersion, each);
  }

  private static String plural(String kind) {
    var name = kind.toLowerCase(Locale.ROOT);
    return name.endsWith("y") ? name.substring(0, name.length() - 1) + "ies" : name + "s";
  }

  /** What it answers for a path from now on. */
  void holds(String path, String json) {
    answers.put(path, json);
  }

  /**
   * An object that a release of the chart has made: with what helm writes on it, to know it again.
   */
  void holdsOfRelease(String path, JsonNode object) {
    var released = (ObjectNode) object.deepCopy();
    var metadata = (ObjectNode) released.path("metadata");
    metadata.withObject("/labels").put("app.kubernetes.io/managed-by", "Helm");
    metadata
        .withObject("/annotations")
        .put("meta.helm.sh/release-name", "shop")
        .put("meta.helm.sh/release-namespace", "store");
    holds(path, released.toString());
  }

  /** The external metrics API, and the Service it belongs to. */
  void holdsTheApiOf(String namespace, String service) {
    var api =
        """
        {"kind": "APIService", "apiVersion": "apiregistration.k8s.io/v1",
         "metadata": {"name": "v1beta1.external.metrics.k8s.io"},
         "spec": {"service": {"namespace": "%s", "name": "%s"}}}
        """
            .formatted(namespace, service);
    holdsOfRelease(
        "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.external.metrics.k8s.io",
        new JsonMapper().readTree(api));
  }

  /** The environment in which helm takes this for its cluster. */
  Map<String, String> environment(Path folder) throws IOException {
    var file =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%d"}}]
            contexts: [{name: fake, context: {cluster: fake, user: fake}}]
            users: [{name: fake, user: {}}]
            current-context: fake
            """
                .formatted(server.getAddress().getPort()));
    return Map.of("KUBECONFIG", file.toString());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var answer = answers.get(exchange.getRequestURI().getPath());
      var body = (answer == null ? NOT_FOUND : answer).getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
