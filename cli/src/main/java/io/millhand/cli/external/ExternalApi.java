// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.cli.external.Status.Refused;
import io.millhand.cli.http.Http;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Request;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The API for those who may ask. Namespaces make no difference: groups of a Redis belong to none,
 * so that every HorizontalPodAutoscaler that RBAC lets ask may ask for every group.
 *
 * <p>Answers are JSON whatever was asked for. Clients ask for protobuf first and take what comes,
 * by its Content-Type; and for discovery of all groups in one document, but go on with this one.
 */
final class ExternalApi implements Http.Endpoint {

  private final Values values;

  /** With those values. */
  ExternalApi(Values values) {
    this.values = values;
  }

  @Override
  public Answer answer(Request request) {
    try {
      return Answer.json(200, find(withoutLastSlash(request.path()), request));
    } catch (Refused e) {
      return e.answer();
    }
  }

  private static List<String> withoutLastSlash(List<String> path) {
    return !path.isEmpty() && path.getLast().isEmpty() ? path.subList(0, path.size() - 1) : path;
  }

  private String find(List<String> path, Request request) {
    var root = String.join("/", path.stream().limit(3).toList());
    var isOurs = root.equals("apis/" + Discovery.GROUP_VERSION);
    if (isOurs && path.size() == 6 && path.get(3).equals("namespaces")) {
      return values.list(metric(path.get(5)), request.form().getOrDefault("labelSelector", ""));
    }
    return switch (path.size() + " " + root) {
      case "1 apis" -> Discovery.groups();
      case "2 apis/" + Discovery.GROUP -> Discovery.group();
      case "3 apis/" + Discovery.GROUP_VERSION -> Discovery.resources();
      default -> throw new Refused(404, "the server could not find the requested resource");
    };
  }

  private static ExternalMetric metric(String name) {
    return ExternalMetric.named(name)
        .orElseThrow(
            () ->
                new Refused(
                    404, "there is no metric '%s' here; there are: %s".formatted(name, names())));
  }

  private static String names() {
    return Stream.of(ExternalMetric.values())
        .map(ExternalMetric::metricName)
        .collect(Collectors.joining(", "));
  }
}
