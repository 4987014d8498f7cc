// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with TLS when no connection comes about, and what can be done: the JDK's own words
 * are for those who wrote it.
 */
final class TlsFailure {

  /** What a peer that refuses us says, as TLS names it; the JDK has no types for it. */
  private static final String ALERT = "received fatal alert: ";

  private static final List<String> HANG_UPS =
      List.of("Connection reset", "Broken pipe", "An established connection was aborted");

  private static final String NO_TLS =
      "the server does not speak TLS on this port. Take the address of its tls-port, or redis:// for a connection that is not encrypted";

  private TlsFailure() {}

  /**
   * Words for it; empty where it has nothing to do with TLS.
   *
   * @param isSecure whether we speak TLS
   */
  static Optional<String> words(Throwable error, boolean isSecure) {
    var causes = causes(error);
    if (!isSecure) {
      return hangsUp(causes)
          ? Optional.of(
              "the server hung up at the first command. Where it speaks TLS on this port, the address must begin with rediss://")
          : Optional.empty();
    }
    return trust(causes)
        .or(() -> first(causes, SSLException.class).flatMap(TlsFailure::refusal))
        .or(() -> silence(causes));
  }

  private static List<Throwable> causes(Throwable error) {
    var causes = new ArrayList<Throwable>();
    for (@Nullable Throwable each = error;
        each != null && causes.size() < 20;
        each = each.getCause()) {
      causes.add(each);
    }
    return causes;
  }

  private static <T extends Throwable> Optional<T> first(List<Throwable> causes, Class<T> kind) {
    return causes.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** What we do not like about the server's certificate. */
  private static Optional<String> trust(List<Throwable> causes) {
    var why = causes.getLast().getMessage();
    return switch (causes.getLast()) {
      case CertificateExpiredException e ->
          Optional.of(
              "the time of a certificate that the server shows, or of its authority, is over (%s). Renew it there; is the clock here right?"
                  .formatted(why));
      case CertificateNotYetValidException e ->
          Optional.of(
              "the time of a certificate that the server shows is still to come (%s). Is the clock here right?"
                  .formatted(why));
      case CertPathBuilderException e -> Optional.of(unknownAuthority(why));
      case CertPathValidatorException e -> Optional.of(unknownAuthority(why));
      case CertificateException e ->
          Optional.of(
              "the server's certificate is of another host (%s). Connect by a name that stands in it, or have the name added to it"
                  .formatted(why));
      default -> Optional.empty();
    };
  }

  private static String unknownAuthority(@Nullable String why) {
    return "no authority that is trusted here vouches for the server's certificate (%s). Trust the one that issued it: tlsFiles, or --redis-tls-ca"
        .formatted(why);
  }

  /** What the server does not like about us. */
  private static Optional<String> refusal(SSLException error) {
    var text = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    var at = text.indexOf(ALERT);
    if (at < 0) {
      return error instanceof SSLHandshakeException || !text.contains("unrecognized ssl message")
          ? Optional.empty()
          : Optional.of(NO_TLS);
    }
    var alert = text.substring(at + ALERT.length()).strip();
    return Optional.of(
        switch (alert) {
          case "certificate_required", "bad_certificate", "handshake_failure" ->
              "the server ends the handshake (%s): most likely it wants a client certificate, and none was shown, or none by an authority that it asked for. Show one: tlsFiles, or --redis-tls-cert and --redis-tls-key"
                  .formatted(alert);
          case "unknown_ca", "certificate_unknown", "unsupported_certificate" ->
              "the server does not trust our certificate (%s): is the authority that issued it the one of its tls-ca-cert-file?"
                  .formatted(alert);
          case "certificate_expired", "certificate_revoked" ->
              "the server does not take our certificate any more (%s). Renew it".formatted(alert);
          case "protocol_version" ->
              "the server speaks no TLS as new as 1.2 (%s), the oldest that is spoken here. Look at its tls-protocols"
                  .formatted(alert);
          default -> "the server ends the handshake (%s)".formatted(alert);
        });
  }

  private static Optional<String> silence(List<Throwable> causes) {
    if (first(causes, SocketTimeoutException.class).isPresent()) {
      return first(causes, SSLException.class)
          .map(
              e ->
                  "no answer to TLS in time; a port that speaks none is silent. Is it the tls-port? Else redis:// is for a connection that is not encrypted");
    }
    return hangsUp(causes)
        ? Optional.of(
            "the server hung up on TLS, and did not say why. Most likely it wants a client certificate that an authority of its tls-ca-cert-file has issued: show one by tlsFiles, or --redis-tls-cert and --redis-tls-key")
        : Optional.empty();
  }

  /** Whether it was connected, and then ended by the other side. */
  private static boolean hangsUp(List<Throwable> causes) {
    var root = causes.getLast();
    var words = String.valueOf(root.getMessage());
    return switch (root) {
      case EOFException e -> true;
      // Of the many that are no hang-up, such as too many open files, the JDK tells by words alone.
      case SocketException e -> HANG_UPS.stream().anyMatch(words::startsWith);
      default -> false;
    };
  }
}
