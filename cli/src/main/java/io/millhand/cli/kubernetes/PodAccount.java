// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a pod has to speak to its cluster's API server with: its service account.
 *
 * @param server the API server's address
 * @param token a file with the token, which Kubernetes changes about each hour
 * @param ca a PEM file with the authorities that vouch for the API server
 */
public record PodAccount(URI server, Path token, Path ca) {

  private static final Path FOLDER = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /** That of the pod in which this process runs; empty where it runs in none. */
  public static Optional<PodAccount> here() {
    return of(System.getenv(), FOLDER);
  }

  static Optional<PodAccount> of(Map<String, String> environment, Path folder) {
    var host = environment.get("KUBERNETES_SERVICE_HOST");
    var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host == null || host.isBlank()) {
      return Optional.empty();
    }
    var server = "https://%s:%s".formatted(host.contains(":") ? "[" + host + "]" : host, port);
    return Optional.of(
        new PodAccount(URI.create(server), folder.resolve("token"), folder.resolve("ca.crt")));
  }

  /**
   * The token as it is now.
   *
   * @throws ClusterException when there is none
   */
  String readToken() {
    try {
      var text = Files.readString(token).strip();
      if (!TOKEN.matcher(text).matches()) {
        // Checked here, since the HTTP client would quote it.
        throw new ClusterException("what stands in %s is no token".formatted(token), null);
      }
      return text;
    } catch (IOException e) {
      throw new ClusterException(
          "cannot read the service account's token in %s: does the pod have automountServiceAccountToken: true?"
              .formatted(token),
          e);
    }
  }

  /**
   * The namespace of the pod.
   *
   * @throws ClusterException when it is not told
   */
  String readNamespace() {
    var file = token.resolveSibling("namespace");
    try {
      var text = Files.readString(file).strip();
      if (!LABEL.matcher(text).matches()) {
        throw new ClusterException("what stands in %s is no namespace".formatted(file), null);
      }
      return text;
    } catch (IOException e) {
      throw new ClusterException(
          "cannot read the pod's namespace in %s: does the pod have automountServiceAccountToken: true?"
              .formatted(file),
          e);
    }
  }

  /**
   * The authorities as they are now.
   *
   * @throws ClusterException when there are none
   */
  byte[] readAuthorities() {
    try {
      return Files.readAllBytes(ca);
    } catch (IOException e) {
      throw new ClusterException(
          "cannot read the cluster's authorities in %s: does the pod have automountServiceAccountToken: true?"
              .formatted(ca),
          e);
    }
  }
}
