// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static io.millhand.deploy.KubernetesObject.args;
import static io.millhand.deploy.KubernetesObject.elements;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.CommandLines;
import io.millhand.cli.autoscale.GroupPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What every pod must say of itself. */
final class PodRules {

  /** What a worker needs after its drain, to hand back the rest and end. */
  private static final int SECONDS_AFTER_DRAIN = 5;

  private static final Pattern SECONDS = Pattern.compile("([0-9]+)s");

  private final KubernetesObject owner;
  private final JsonNode pod;
  private final List<String> broken = new ArrayList<>();

  private PodRules(KubernetesObject owner) {
    this.owner = owner;
    this.pod = owner.podSpec();
  }

  /** Which of the rules it breaks. */
  static List<String> broken(KubernetesObject owner) {
    var rules = new PodRules(owner);
    rules.securityOfThePod();
    rules.grace();
    rules.volumes();
    Stream.concat(
            elements(rules.pod.path("initContainers")), elements(rules.pod.path("containers")))
        .forEach(rules::everyContainer);
    owner.commands().forEach(rules::command);
    if (owner.kind().equals("Deployment")) {
      elements(rules.pod.path("containers")).forEach(rules::probes);
      rules.rollout();
    }
    return List.copyOf(rules.broken);
  }

  // the annotation that is asked for is in a library that nothing else here needs
  @SuppressWarnings("AnnotateFormatMethod")
  private void demand(boolean kept, String rule, Object... values) {
    if (!kept) {
      broken.add(owner + ": " + rule.formatted(values));
    }
  }

  private void securityOfThePod() {
    var context = pod.path("securityContext");
    demand(context.path("runAsNonRoot").asBoolean(false), "may run as root");
    demand(context.path("runAsUser").asInt(0) > 0, "has no user by number");
    demand(
        context.path("seccompProfile").path("type").asString("").equals("RuntimeDefault"),
        "has no seccomp profile");
    demand(!pod.path("enableServiceLinks").asBoolean(true), "gets variables of all services");
    demand(!pod.has("hostNetwork") && !pod.has("hostPID"), "is in the node's own namespaces");
    demand(
        pod.path("automountServiceAccountToken").asBoolean(true) == asksKubernetes(),
        "has a token and asks Kubernetes nothing, or has none and asks");
  }

  private boolean asksKubernetes() {
    return owner.commands().stream()
        .map(KubernetesObject::args)
        .anyMatch(
            args ->
                (args.contains("--external-metrics-port") && !args.contains("--client-ca"))
                    || args.contains("--pod-deletion-cost"));
  }

  private void grace() {
    if (owner.kind().equals("Pod")) {
      return;
    }
    demand(pod.has("terminationGracePeriodSeconds"), "leaves its grace period to chance");
    owner.commands().stream()
        .map(KubernetesObject::args)
        .filter(args -> args.getFirst().equals("work"))
        .forEach(
            args -> {
              var drain = SECONDS.matcher(args.get(args.indexOf("--drain-timeout") + 1));
              demand(drain.matches(), "says no drain timeout");
              demand(
                  pod.path("terminationGracePeriodSeconds").asInt()
                      >= Integer.parseInt(drain.group(1)) + SECONDS_AFTER_DRAIN,
                  "is killed before it has drained");
            });
  }

  private void volumes() {
    var names =
        elements(pod.path("volumes")).map(volume -> volume.path("name").asString()).toList();
    var mounted =
        Stream.concat(elements(pod.path("initContainers")), elements(pod.path("containers")))
            .flatMap(container -> elements(container.path("volumeMounts")))
            .map(mount -> mount.path("name").asString())
            .distinct()
            .toList();
    demand(names.containsAll(mounted), "mounts %s, but has %s", mounted, names);
    demand(mounted.containsAll(names), "has %s, but mounts %s", names, mounted);
    elements(pod.path("volumes"))
        .filter(volume -> volume.has("emptyDir"))
        .forEach(
            volume ->
                demand(
                    volume.path("emptyDir").has("sizeLimit"), "may fill a node with %s", volume));
  }

  private void everyContainer(JsonNode container) {
    var name = container.path("name").asString();
    var image = container.path("image").asString("");
    demand(
        image.contains("@sha256:") || (image.matches(".+:[^/:]+") && !image.endsWith(":latest")),
        "%s has an image without a version: %s",
        name,
        image);
    var resources = container.path("resources");
    demand(resources.path("requests").has("cpu"), "%s requests no CPU", name);
    demand(resources.path("requests").has("memory"), "%s requests no memory", name);
    demand(resources.path("limits").has("memory"), "%s has no limit of memory", name);
    var context = container.path("securityContext");
    demand(
        !context.path("allowPrivilegeEscalation").asBoolean(true), "%s may gain privileges", name);
    demand(context.path("readOnlyRootFilesystem").asBoolean(false), "%s may write to /", name);
    demand(
        context.path("capabilities").path("drop").path(0).asString("").equals("ALL"),
        "%s has capabilities",
        name);
  }

  private void command(JsonNode container) {
    CommandLines.problem(words(container)).ifPresent(problem -> broken.add(owner + ": " + problem));
    policies(args(container));
    var options = environment(container, "JAVA_TOOL_OPTIONS");
    demand(options.contains("-XX:MaxRAMPercentage="), "leaves Java's memory to chance");
    demand(
        elements(container.path("volumeMounts"))
            .anyMatch(mount -> mount.path("mountPath").asString().equals("/tmp")),
        "has no /tmp to write to");
  }

  private void policies(List<String> args) {
    for (int i = 0; i < args.size() - 1; i++) {
      if (args.get(i).equals("--scale")) {
        try {
          GroupPolicy.parse(args.get(i + 1).replace("$$(", "$("));
        } catch (CommandFailure e) {
          broken.add(owner + ": " + e.getMessage());
        }
      }
    }
  }

  /** With what the environment says in place of a flag. */
  private static List<String> words(JsonNode container) {
    var words = new ArrayList<>(args(container));
    Map.of("STREAM_KEY", "--stream", "GROUP_NAME", "--group")
        .forEach(
            (variable, flag) -> {
              var value = environment(container, variable);
              if (!value.isEmpty()) {
                words.addAll(List.of(flag, value));
              }
            });
    return words;
  }

  private static String environment(JsonNode container, String name) {
    return elements(container.path("env"))
        .filter(variable -> variable.path("name").asString().equals(name))
        .map(variable -> variable.path("value").asString(""))
        .findFirst()
        .orElse("");
  }

  private void probes(JsonNode container) {
    var ports =
        elements(container.path("ports")).map(port -> port.path("name").asString("")).toList();
    for (var probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      var get = container.path(probe).path("httpGet");
      demand(get.isObject(), "%s has no %s", container.path("name"), probe);
      demand(
          ports.contains(get.path("port").asString("")),
          "%s asks a port that is not there: %s",
          probe,
          get);
    }
    for (var probe : List.of("startupProbe", "livenessProbe")) {
      demand(
          container.path(probe).path("httpGet").path("path").asString("").equals("/healthz"),
          "%s restarts it when Redis is away",
          probe);
    }
  }

  private void rollout() {
    demand(
        owner.spec().path("strategy").path("rollingUpdate").path("maxUnavailable").asInt(-1) == 0,
        "loses pods in a rollout before new ones are there");
    demand(
        pod.has("topologySpreadConstraints") || pod.has("affinity"), "may stand on one node alone");
  }
}
