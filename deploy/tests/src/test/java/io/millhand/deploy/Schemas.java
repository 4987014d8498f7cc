// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What Kubernetes and the operators take: fabric8's models of Kubernetes' own kinds, and the
 * CustomResourceDefinitions of the others. What they do not know is refused, where a server would
 * drop it without a word.
 */
final class Schemas {

  private static final Map<String, Class<?>> MODELS =
      Map.ofEntries(
          Map.entry("v1 ConfigMap", ConfigMap.class),
          Map.entry("v1 Pod", Pod.class),
          Map.entry("v1 Secret", Secret.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("v1 ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("rbac.authorization.k8s.io/v1 ClusterRole", ClusterRole.class),
          Map.entry("rbac.authorization.k8s.io/v1 Role", Role.class),
          Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class),
          Map.entry("apiregistration.k8s.io/v1 APIService", APIService.class));

  private static final List<String> DEFINITIONS =
      List.of(
          "keda.sh_scaledobjects.yaml",
          "keda.sh_triggerauthentications.yaml",
          "podmonitors.yaml",
          "prometheusrules.yaml",
          "servicemonitors.yaml");

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(new WithoutAnyOther())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              config ->
                  config
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private static final Map<String, Schema> CUSTOM = customResources();

  private Schemas() {}

  /** Why a server would not take it as it is meant. */
  static List<String> problems(KubernetesObject object) {
    var type = object.json().path("apiVersion").asString("") + " " + object.kind();
    var model = MODELS.get(type);
    if (model != null) {
      try {
        STRICT.treeToValue(object.json(), model);
        return List.of();
      } catch (JacksonException e) {
        return List.of(object + ": " + e.getMessage());
      }
    }
    var schema = CUSTOM.get(type);
    if (schema == null) {
      return List.of(object + ": nobody knows " + type);
    }
    return schema.validate(object.json()).stream().map(error -> object + ": " + error).toList();
  }

  /** The models keep what they do not know in a map of others; here they must not. */
  private static final class WithoutAnyOther extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
      return false;
    }
  }

  private static Map<String, Schema> customResources() {
    var schemas = new HashMap<String, Schema>();
    var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
    for (var file : DEFINITIONS) {
      var spec = new YAMLMapper().readTree(resource(file)).path("spec");
      for (var version : spec.path("versions")) {
        var type =
            "%s/%s %s"
                .formatted(
                    spec.path("group").asString(),
                    version.path("name").asString(),
                    spec.path("names").path("kind").asString());
        schemas.put(
            type, registry.getSchema(closed(version.path("schema").path("openAPIV3Schema"))));
      }
    }
    var certManager = new JsonMapper().readTree(resource("cert-manager.json"));
    certManager
        .properties()
        .forEach(
            kind ->
                schemas.put(
                    "cert-manager.io/v1 " + kind.getKey(),
                    registry.getSchema(closed(kind.getValue()))));
    return Map.copyOf(schemas);
  }

  /** A server drops what a definition does not name; here nothing else may be there. */
  private static JsonNode closed(JsonNode schema) {
    schema.forEach(Schemas::closed);
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && object.path("type").asString("").equals("object")
        && !object.has("additionalProperties")
        && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean(false)) {
      object.put("additionalProperties", false);
    }
    return schema;
  }

  private static String resource(String name) {
    try (var in = Schemas.class.getResourceAsStream("crds/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
