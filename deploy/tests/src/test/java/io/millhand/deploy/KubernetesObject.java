// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** One object of a rendering. */
record KubernetesObject(JsonNode json) {

  String kind() {
    return json.path("kind").asString();
  }

  String name() {
    return json.path("metadata").path("name").asString();
  }

  /** Empty where it says none. */
  String namespace() {
    return json.path("metadata").path("namespace").asString("");
  }

  JsonNode spec() {
    return json.path("spec");
  }

  Map<String, String> labels() {
    return strings(json.path("metadata").path("labels"));
  }

  /** Whether pods come of it. */
  boolean hasPods() {
    return kind().equals("Deployment") || kind().equals("Pod");
  }

  JsonNode podSpec() {
    return kind().equals("Pod") ? spec() : spec().path("template").path("spec");
  }

  Map<String, String> podLabels() {
    return kind().equals("Pod")
        ? labels()
        : strings(spec().path("template").path("metadata").path("labels"));
  }

  /** Those that run as long as the pod does: sidecars too. */
  List<JsonNode> lastingContainers() {
    var sidecars =
        elements(podSpec().path("initContainers"))
            .filter(container -> container.path("restartPolicy").asString("").equals("Always"));
    return Stream.concat(sidecars, elements(podSpec().path("containers"))).toList();
  }

  /** Those that run a command of ours: our image's entry point is the command. */
  List<JsonNode> commands() {
    return elements(podSpec().path("containers"))
        .filter(container -> container.path("command").isMissingNode())
        .filter(
            container ->
                List.of("work", "serve", "info")
                    .contains(container.path("args").path(0).asString("")))
        .toList();
  }

  static List<String> args(JsonNode container) {
    return elements(container.path("args")).map(JsonNode::asString).toList();
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static Map<String, String> strings(JsonNode object) {
    return object.properties().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().asString()));
  }

  @Override
  public String toString() {
    return kind() + " " + name();
  }
}
