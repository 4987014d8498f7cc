// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.kubernetes.ClusterApi;
import io.millhand.cli.kubernetes.PodAccount;
import io.millhand.cli.tls.TlsOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where Kubernetes' external metrics are served, if they are, and who may ask. */
public final class ExternalMetricsOptions {

  @Option(
      names = "--external-metrics-port",
      paramLabel = "N",
      description = {
        "Where to serve external.metrics.k8s.io/v1beta1 over TLS, which a HorizontalPodAutoscaler asks; 0: any free port.",
        "Default: nowhere."
      })
  private @Nullable Integer port;

  @Option(
      names = "--external-metrics-bind",
      paramLabel = "ADDRESS",
      defaultValue = "0.0.0.0",
      description = {
        "On which address (default ${DEFAULT-VALUE}: kube-apiserver asks from elsewhere, and shows a",
        "certificate; nobody else is answered)."
      })
  private String bind = "0.0.0.0";

  @Option(
      names = "--client-ca",
      paramLabel = "FILE",
      description = {
        "The authorities that vouch for kube-apiserver's client certificate, as PEM; read again when it changes.",
        "Default: from ConfigMap kube-system/extension-apiserver-authentication, with the pod's service account."
      })
  private @Nullable Path clientCa;

  @Option(
      names = "--client-names",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Common names of that certificate that are let in. Only with --client-ca, and default then: any.",
      })
  private List<String> clientNames = new ArrayList<>();

  /** Made for picocli. */
  public ExternalMetricsOptions() {}

  /** Whether it is to be served. */
  public boolean isAsked() {
    return port != null;
  }

  /** A server at work, or none. */
  public static final class Open implements AutoCloseable {

    private final Optional<ExternalMetricsFront> front;

    private Open(Optional<ExternalMetricsFront> front) {
      this.front = front;
    }

    /** Where it listens; empty where none was asked for. */
    public Optional<InetSocketAddress> address() {
      return front.map(ExternalMetricsFront::address);
    }

    @Override
    public void close() {
      front.ifPresent(ExternalMetricsFront::close);
    }
  }

  /**
   * Serves what stands on that board from now on, where that was asked for.
   *
   * @throws CommandFailure when the options do not fit together, a file cannot be used, or the port
   *     cannot be had
   */
  public Open open(Signals signals, TlsOptions tls) {
    if (clientCa == null && !clientNames.isEmpty()) {
      throw CommandFailure.usage("--client-names needs --client-ca: the ConfigMap has names too");
    }
    if (port == null) {
      return new Open(Optional.empty());
    }
    var address = ExternalMetricsFront.NAMES.address(bind, port);
    var context = tls.context("--external-metrics-port");
    var trust = trust();
    try {
      return new Open(Optional.of(ExternalMetricsFront.start(address, context, trust, signals)));
    } catch (CommandFailure e) {
      trust.close();
      throw e;
    }
  }

  private ProxyTrust trust() {
    if (clientCa != null) {
      return new ProxyFile(clientCa, Set.copyOf(clientNames));
    }
    var account =
        PodAccount.here()
            .orElseThrow(
                () ->
                    CommandFailure.usage(
                        "--external-metrics-port needs --client-ca where this process runs in no pod: it cannot be read from the cluster"));
    return ProxyConfigMap.start(new ClusterApi(account), ProxyConfigMap.Times.USUAL);
  }
}
