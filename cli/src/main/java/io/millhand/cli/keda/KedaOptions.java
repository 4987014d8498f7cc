// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.http.HttpFront;
import io.millhand.cli.tls.ServerTls;
import io.millhand.cli.tls.TlsOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where KEDA may ask how many workers are needed, if anywhere. */
public final class KedaOptions {

  private static final HttpFront.Names NAMES =
      new HttpFront.Names("millhand serve", "--keda-bind", "--keda-port", "");

  @Option(
      names = "--keda-port",
      paramLabel = "N",
      description = {
        "Where to serve KEDA's external scaler over gRPC; 0: any free port, which the log tells.",
        "Default: nowhere."
      })
  private @Nullable Integer port;

  @Option(
      names = "--keda-bind",
      paramLabel = "ADDRESS",
      defaultValue = "0.0.0.0",
      description = {
        "On which address (default ${DEFAULT-VALUE}). It tells numbers and changes nothing; without",
        "--keda-client-ca nobody is asked who he is."
      })
  private String bind = "0.0.0.0";

  @Option(
      names = "--keda-tls",
      description = "Serve it over TLS, with --tls-cert and --tls-key. Default: no TLS.")
  private boolean overTls;

  @Option(
      names = "--keda-client-ca",
      paramLabel = "FILE",
      description = {
        "Let in only those with a certificate for which one of these authorities vouches, as PEM; read again",
        "when it changes. Needs --keda-tls. Default: everybody."
      })
  private @Nullable Path clientCa;

  /** Made for picocli. */
  public KedaOptions() {}

  /** Whether it is to be served. */
  public boolean isAsked() {
    return port != null;
  }

  /**
   * Serves from now on, where that was asked for. Only then is anything of it loaded.
   *
   * @param signals what is told
   * @param tls with which certificate, where that is asked for
   * @throws CommandFailure when the options do not fit together, a file cannot be used, or the port
   *     cannot be had
   */
  public Keda open(Signals signals, TlsOptions tls) {
    if (port == null && (overTls || clientCa != null)) {
      throw CommandFailure.usage("--keda-tls and --keda-client-ca need --keda-port");
    }
    if (clientCa != null && !overTls) {
      throw CommandFailure.usage(
          "--keda-client-ca needs --keda-tls: only over TLS can a client prove who it is");
    }
    if (port == null) {
      return Keda.Nowhere.HERE;
    }
    var settings = KedaServer.Settings.of(NAMES.address(bind, port), certificates(tls));
    return KedaServer.start(settings, signals);
  }

  private Optional<Tls> certificates(TlsOptions tls) {
    if (!overTls) {
      return Optional.empty();
    }
    var clients = Optional.ofNullable(clientCa).map(ServerTls::clientsOf);
    return Optional.of(new Tls(tls.keys("--keda-tls"), clients));
  }
}
