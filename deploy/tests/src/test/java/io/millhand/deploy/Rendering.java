// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** All objects that a tool has rendered. */
record Rendering(List<KubernetesObject> objects) {

  static final Path DEPLOY = Path.of("..").toAbsolutePath().normalize();
  static final Path CHART = DEPLOY.resolve("charts/millhand");
  private static final ObjectReader YAML = new YAMLMapper().readerFor(JsonNode.class);

  /** The chart with a file of values, and what {@code --set} changes in them. */
  static Rendering chart(Path values, List<String> settings) {
    return of(Tool.HELM.output(template(values, settings)));
  }

  /** The words of {@code helm} for that. */
  static List<String> template(Path values, List<String> settings) {
    var args = new ArrayList<>(List.of("template", "shop", CHART.toString()));
    args.addAll(List.of("--namespace", "store", "--values", values.toString()));
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    return args;
  }

  static Rendering kustomize(Path folder) {
    return of(Tool.KUBECTL.output(List.of("kustomize", folder.toString())));
  }

  static Rendering of(String yaml) {
    try (var documents = YAML.<JsonNode>readValues(yaml)) {
      var objects = new ArrayList<KubernetesObject>();
      while (documents.hasNextValue()) {
        var document = documents.nextValue();
        if (document.isObject()) {
          objects.add(new KubernetesObject(document));
        }
      }
      return new Rendering(List.copyOf(objects));
    }
  }

  Stream<KubernetesObject> ofKind(String... kinds) {
    return objects.stream().filter(object -> List.of(kinds).contains(object.kind()));
  }

  Stream<KubernetesObject> withPods() {
    return objects.stream().filter(KubernetesObject::hasPods);
  }

  boolean has(String kind, String name) {
    return ofKind(kind).anyMatch(object -> object.name().equals(name));
  }

  /** The only one of its kind and name. */
  KubernetesObject the(String kind, String name) {
    return ofKind(kind)
        .filter(object -> object.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no %s %s in %s".formatted(kind, name, objects)));
  }
}
