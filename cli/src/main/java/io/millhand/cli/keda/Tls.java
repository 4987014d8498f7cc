// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates from files. What is replaced holds for the connections to come; what cannot be used
 * is told in the log, and the former one goes on. One thread at a time.
 */
final class Tls {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");

  private final TlsFiles files;
  private final AdvancedTlsX509KeyManager ours = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager theirs;
  private List<FileTime> read = List.of();

  /**
   * Reads them.
   *
   * @throws CommandFailure when they cannot be used
   */
  Tls(TlsFiles files) {
    this.files = files;
    try {
      theirs =
          AdvancedTlsX509TrustManager.newBuilder()
              .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
              .build();
      var now = times();
      load();
      read = now;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s: give a certificate and its key as PEM files that this user may read, the key as PKCS#8"
              .formatted(problem(e)),
          e);
    }
  }

  /** For a server. */
  ServerCredentials credentials() {
    var builder = TlsServerCredentials.newBuilder().keyManager(ours);
    if (files.clientCa().isPresent()) {
      builder.trustManager(theirs).clientAuth(ClientAuth.REQUIRE);
    }
    return builder.build();
  }

  /** Reads them again where one has changed. */
  void refresh() {
    try {
      var now = times();
      if (!now.equals(read)) {
        read = now;
        load();
        log.info("KEDA's port: read the certificate again from {}", shown(files.certificate()));
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      log.warn("KEDA's port: {}; the former certificate goes on until they change", problem(e));
    }
  }

  private void load() throws IOException, GeneralSecurityException {
    ours.updateIdentityCredentials(files.certificate().toFile(), files.key().toFile());
    if (files.clientCa().isPresent()) {
      theirs.updateTrustCredentials(files.clientCa().get().toFile());
    }
  }

  private List<Path> all() {
    return Stream.concat(Stream.of(files.certificate(), files.key()), files.clientCa().stream())
        .toList();
  }

  private List<FileTime> times() throws IOException {
    var times = new ArrayList<FileTime>();
    for (var file : all()) {
      times.add(Files.getLastModifiedTime(file));
    }
    return times;
  }

  private String problem(Exception e) {
    return "cannot use %s (%s)"
        .formatted(
            String.join(", ", all().stream().map(Tls::shown).toList()),
            Escape.line(e.getClass().getSimpleName() + ": " + e.getMessage()));
  }

  private static String shown(Path file) {
    return Escape.text(file.toString());
  }
}
