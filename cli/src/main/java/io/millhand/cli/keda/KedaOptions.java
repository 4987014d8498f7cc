// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.http.HttpFront;
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
      names = "--keda-tls-cert",
      paramLabel = "FILE",
      description = {
        "Serve it over TLS, with this certificate and its chain (PEM). It is read again when it changes.",
        "Default: no TLS."
      })
  private @Nullable Path certificate;

  @Option(
      names = "--keda-tls-key",
      paramLabel = "FILE",
      description = "The key of that certificate (PEM, PKCS#8, no password).")
  private @Nullable Path key;

  @Option(
      names = "--keda-client-ca",
      paramLabel = "FILE",
      description = {
        "Let in only those with a certificate that one of these has signed (PEM); needs TLS.",
        "Default: everybody."
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
   * @throws CommandFailure when the port cannot be had, or the files cannot be used
   */
  public Keda open(Signals signals) {
    var tls = tls();
    if (port == null) {
      return Keda.Nowhere.HERE;
    }
    return KedaServer.start(KedaServer.Settings.of(NAMES.address(bind, port), tls), signals);
  }

  private Optional<TlsFiles> tls() {
    if (port == null && (certificate != null || key != null || clientCa != null)) {
      throw CommandFailure.usage(
          "--keda-tls-cert, --keda-tls-key and --keda-client-ca need --keda-port");
    }
    if (certificate == null && key == null && clientCa == null) {
      return Optional.empty();
    }
    if (certificate == null || key == null) {
      throw CommandFailure.usage(
          clientCa == null
              ? "--keda-tls-cert and --keda-tls-key need each other"
              : "--keda-client-ca needs --keda-tls-cert and --keda-tls-key");
    }
    return Optional.of(new TlsFiles(certificate, key, Optional.ofNullable(clientCa)));
  }
}
