// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.tls;

import io.millhand.cli.CommandFailure;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** With which certificate a command serves TLS. */
public final class TlsOptions {

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = {
        "The server's certificate and those that vouch for it, as PEM.",
        "Read again when it changes; what cannot be read leaves the last one in place."
      })
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its key as PEM, without a passphrase: PKCS#8, or PKCS#1 or SEC1.")
  private @Nullable Path key;

  private @Nullable X509ExtendedKeyManager
      keys; // read once: all servers of a process show the same

  /** Made for picocli. */
  public TlsOptions() {}

  /**
   * A server's context, which asks clients for certificates and lets all pass: see {@link
   * ServerTls#askingForCertificates}.
   *
   * @param by the option that asks for it
   * @throws CommandFailure when the files are not named
   * @throws io.millhand.error.SettingsException when they cannot be used
   */
  public SSLContext context(String by) {
    return ServerTls.askingForCertificates(keys(by));
  }

  /**
   * What a server shows: see {@link ServerTls#keys}.
   *
   * @param by the option that asks for it
   * @throws CommandFailure when the files are not named
   * @throws io.millhand.error.SettingsException when they cannot be used
   */
  public X509ExtendedKeyManager keys(String by) {
    if (certificate == null || key == null) {
      throw CommandFailure.usage(by + " needs --tls-cert and --tls-key: it is served over TLS");
    }
    if (keys == null) {
      keys = ServerTls.keys(certificate, key);
    }
    return keys;
  }

  /**
   * Whoever names a certificate believes that it is used: that nothing is served with it must not
   * pass without a word.
   *
   * @param by the options that would use it, for people
   * @throws CommandFailure when a file is named and nobody has asked for it
   */
  public void checkUsed(String by) {
    if (keys == null && (certificate != null || key != null)) {
      throw CommandFailure.usage("--tls-cert and --tls-key serve nothing without " + by);
    }
  }
}
