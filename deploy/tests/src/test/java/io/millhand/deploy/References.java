// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static io.millhand.deploy.KubernetesObject.elements;
import static io.millhand.deploy.KubernetesObject.strings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Whether what the objects of a rendering say of each other is so. */
final class References {

  private static final List<String> CLUSTER_WIDE = List.of("APIService", "ClusterRole");

  private final Rendering rendering;
  private final Set<String> external;
  private final List<String> broken = new ArrayList<>();

  private References(Rendering rendering, Set<String> external) {
    this.rendering = rendering;
    this.external = external;
  }

  /**
   * What does not fit.
   *
   * @param external names of Secrets that others make
   */
  static List<String> broken(Rendering rendering, Set<String> external) {
    var references = new References(rendering, external);
    references.identities();
    rendering.ofKind("Deployment").forEach(references::deployment);
    rendering.withPods().forEach(references::pods);
    rendering.ofKind("Service").forEach(references::service);
    rendering.ofKind("ServiceMonitor").forEach(references::serviceMonitor);
    rendering.ofKind("PodMonitor").forEach(references::podMonitor);
    rendering
        .ofKind("PodDisruptionBudget")
        .forEach(budget -> references.meetsPods(budget, "selector"));
    rendering.ofKind("NetworkPolicy").forEach(references::networkPolicy);
    rendering.ofKind("APIService").forEach(references::apiService);
    rendering.ofKind("RoleBinding").forEach(references::roleBinding);
    rendering.ofKind("HorizontalPodAutoscaler", "ScaledObject").forEach(references::autoscaler);
    return List.copyOf(references.broken);
  }

  // the annotation that is asked for is in a library that nothing else here needs
  @SuppressWarnings("AnnotateFormatMethod")
  private void demand(boolean kept, String text, Object... values) {
    if (!kept) {
      broken.add(text.formatted(values));
    }
  }

  private void identities() {
    var seen = new ArrayList<String>();
    for (var object : rendering.objects()) {
      var identity = object.kind() + " " + object.namespace() + "/" + object.name();
      demand(!seen.contains(identity), "%s is there twice", identity);
      seen.add(identity);
      demand(object.name().length() <= 63, "%s: the name is too long", object);
      demand(
          object.namespace().isEmpty() == CLUSTER_WIDE.contains(object.kind()),
          "%s: the namespace is missing, or too much",
          object);
    }
  }

  private void deployment(KubernetesObject deployment) {
    var selector = strings(deployment.spec().path("selector").path("matchLabels"));
    demand(
        deployment.podLabels().entrySet().containsAll(selector.entrySet()),
        "%s does not find its own pods",
        deployment);
    var scaled =
        rendering
            .ofKind("HorizontalPodAutoscaler", "ScaledObject")
            .anyMatch(
                scaler ->
                    scaler
                        .spec()
                        .path("scaleTargetRef")
                        .path("name")
                        .asString()
                        .equals(deployment.name()));
    demand(
        deployment.spec().has("replicas") != scaled,
        "%s has replicas and an autoscaler, or none of both",
        deployment);
  }

  private void pods(KubernetesObject owner) {
    var account = owner.podSpec().path("serviceAccountName").asString("");
    demand(
        owner.kind().equals("Pod") || rendering.has("ServiceAccount", account),
        "%s: there is no ServiceAccount %s",
        owner,
        account);
    for (var volume : owner.podSpec().path("volumes")) {
      secret(owner, volume.path("secret").path("secretName"));
      configMap(owner, volume.path("configMap").path("name"));
    }
    for (var container : owner.podSpec().path("containers")) {
      for (var variable : container.path("env")) {
        secret(owner, variable.path("valueFrom").path("secretKeyRef").path("name"));
        configMap(owner, variable.path("valueFrom").path("configMapKeyRef").path("name"));
      }
    }
  }

  private void secret(KubernetesObject owner, JsonNode name) {
    var made =
        rendering
            .ofKind("Certificate")
            .map(certificate -> certificate.spec().path("secretName").asString());
    demand(
        name.isMissingNode()
            || rendering.has("Secret", name.asString())
            || external.contains(name.asString())
            || made.anyMatch(name.asString()::equals),
        "%s: there is no Secret %s",
        owner,
        name);
  }

  private void configMap(KubernetesObject owner, JsonNode name) {
    demand(
        name.isMissingNode() || rendering.has("ConfigMap", name.asString()),
        "%s: there is no ConfigMap %s",
        owner,
        name);
  }

  private List<KubernetesObject> podsWith(Map<String, String> labels) {
    return rendering
        .ofKind("Deployment")
        .filter(owner -> owner.podLabels().entrySet().containsAll(labels.entrySet()))
        .toList();
  }

  private static Stream<String> portNames(KubernetesObject owner) {
    return owner.lastingContainers().stream()
        .flatMap(container -> elements(container.path("ports")))
        .map(port -> port.path("name").asString(""));
  }

  private void service(KubernetesObject service) {
    var pods = podsWith(strings(service.spec().path("selector")));
    demand(pods.size() == 1, "%s leads to %s", service, pods);
    for (var port : service.spec().path("ports")) {
      demand(port.has("name"), "%s: a port has no name", service);
      var target = port.path("targetPort").asString("");
      demand(
          pods.stream().flatMap(References::portNames).anyMatch(target::equals),
          "%s: no pod has a port %s",
          service,
          target);
    }
  }

  private void serviceMonitor(KubernetesObject monitor) {
    var labels = strings(monitor.spec().path("selector").path("matchLabels")).entrySet();
    var services =
        rendering
            .ofKind("Service")
            .filter(service -> service.labels().entrySet().containsAll(labels))
            .toList();
    demand(services.size() == 1, "%s finds %s", monitor, services);
    for (var endpoint : monitor.spec().path("endpoints")) {
      demand(
          services.stream()
              .flatMap(service -> elements(service.spec().path("ports")))
              .anyMatch(port -> port.path("name").equals(endpoint.path("port"))),
          "%s: no Service has a port %s",
          monitor,
          endpoint.path("port"));
    }
  }

  private void podMonitor(KubernetesObject monitor) {
    var pods = meetsPods(monitor, "selector");
    for (var endpoint : monitor.spec().path("podMetricsEndpoints")) {
      demand(
          pods.stream()
              .flatMap(References::portNames)
              .anyMatch(endpoint.path("port").asString()::equals),
          "%s: no pod has a port %s",
          monitor,
          endpoint.path("port"));
    }
  }

  private void networkPolicy(KubernetesObject policy) {
    var pods = meetsPods(policy, "podSelector");
    for (var rule : policy.spec().path("ingress")) {
      for (var port : rule.path("ports")) {
        demand(
            pods.stream()
                .flatMap(References::portNames)
                .anyMatch(port.path("port").asString()::equals),
            "%s: no pod has a port %s",
            policy,
            port);
      }
    }
  }

  private List<KubernetesObject> meetsPods(KubernetesObject object, String selector) {
    var pods = podsWith(strings(object.spec().path(selector).path("matchLabels")));
    demand(pods.size() == 1, "%s meets %s", object, pods);
    return pods;
  }

  private void apiService(KubernetesObject api) {
    var named = api.spec().path("service");
    var services =
        rendering
            .ofKind("Service")
            .filter(service -> service.name().equals(named.path("name").asString()))
            .filter(service -> service.namespace().equals(named.path("namespace").asString()))
            .flatMap(service -> elements(service.spec().path("ports")))
            .filter(port -> port.path("port").equals(named.path("port")))
            .toList();
    demand(services.size() == 1, "%s names no Service of ours: %s", api, named);
    demand(!api.spec().has("insecureSkipTLSVerify"), "%s trusts anybody", api);
    var injected = api.json().path("metadata").path("annotations");
    demand(
        api.spec().has("caBundle") || injected.has("cert-manager.io/inject-ca-from"),
        "%s has no authority",
        api);
  }

  private void roleBinding(KubernetesObject binding) {
    var role = binding.json().path("roleRef").path("name").asString();
    demand(
        rendering.has("Role", role) || role.equals("extension-apiserver-authentication-reader"),
        "%s: there is no Role %s",
        binding,
        role);
    for (var subject : binding.json().path("subjects")) {
      demand(
          rendering.has("ServiceAccount", subject.path("name").asString()),
          "%s: there is no %s",
          binding,
          subject);
    }
  }

  private void autoscaler(KubernetesObject scaler) {
    var target = scaler.spec().path("scaleTargetRef").path("name").asString();
    demand(rendering.has("Deployment", target), "%s scales nothing: %s", scaler, target);
    for (var trigger : scaler.spec().path("triggers")) {
      var authentication = trigger.path("authenticationRef").path("name");
      demand(
          authentication.isMissingNode()
              || rendering.has("TriggerAuthentication", authentication.asString()),
          "%s: there is no TriggerAuthentication %s",
          scaler,
          authentication);
    }
  }
}
