// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the certificates and keys of a connection over TLS stand. They are read when Redis is
 * connected to for the first time, and again at each connect when their content has changed: what
 * is connected stays so, and what cannot be read leaves in use what was read before, with a warning
 * in the log. No password is kept: it is read from its file when a store is opened.
 *
 * <pre>{@code
 * TlsFiles.trusting(Path.of("ca.crt")).showing(Path.of("tls.crt"), Path.of("tls.key"))
 * }</pre>
 *
 * @param trust whose servers are trusted
 * @param own who we are to the server
 */
public record TlsFiles(Trust trust, Own own) {

  /** Whose servers are trusted. */
  public sealed interface Trust {
    /** Those that the JDK knows, or what {@code javax.net.ssl.trustStore} names. */
    record Platform() implements Trust {}

    /**
     * These alone.
     *
     * @param authorities a PEM file of one or more
     */
    record Pem(Path authorities) implements Trust {}

    /**
     * Those of a store alone.
     *
     * @param store a PKCS#12 file with certificates that are marked as trusted, as {@code keytool
     *     -importcert} makes it
     * @param passwordFile holds its password; a line break at the end is not part of it
     */
    record Store(Path store, Path passwordFile) implements Trust {}
  }

  /** Who we are to the server, if it asks. */
  public sealed interface Own {
    /** Nobody. */
    record Nobody() implements Own {}

    /**
     * A certificate and its key.
     *
     * @param certificate a PEM file: ours, then those that vouch for it
     * @param key a PEM file without a passphrase: PKCS#8, or PKCS#1 or SEC1
     */
    record Pem(Path certificate, Path key) implements Own {}

    /**
     * Those of a store.
     *
     * @param store a PKCS#12 file with a private key and its certificates
     * @param passwordFile holds its password; a line break at the end is not part of it
     */
    record Store(Path store, Path passwordFile) implements Own {}
  }

  private static final TlsFiles PLATFORM = new TlsFiles(new Trust.Platform(), new Own.Nobody());

  /** Trusts whom the JDK trusts, and shows nothing. */
  public static TlsFiles platform() {
    return PLATFORM;
  }

  /** Trusts servers for which one of these authorities vouches, a PEM file; none else. */
  public static TlsFiles trusting(Path authorities) {
    return new TlsFiles(new Trust.Pem(authorities), PLATFORM.own());
  }

  /** Trusts servers for which a certificate of this PKCS#12 store vouches; none else. */
  public static TlsFiles trustingStore(Path store, Path passwordFile) {
    return new TlsFiles(new Trust.Store(store, passwordFile), PLATFORM.own());
  }

  /** The same, and shows this certificate to a server that asks; PEM files. */
  public TlsFiles showing(Path certificate, Path key) {
    return new TlsFiles(trust, new Own.Pem(certificate, key));
  }

  /** The same, and shows what is in this PKCS#12 store to a server that asks. */
  public TlsFiles showingStore(Path store, Path passwordFile) {
    return new TlsFiles(trust, new Own.Store(store, passwordFile));
  }

  /** All files: those of trust, then our own. */
  public List<Path> all() {
    var files = new ArrayList<>(trustFiles());
    switch (own) {
      case Own.Nobody nobody -> {
        // none
      }
      case Own.Pem pem -> files.addAll(List.of(pem.certificate(), pem.key()));
      case Own.Store store -> files.addAll(List.of(store.store(), store.passwordFile()));
    }
    return List.copyOf(files);
  }

  /** The files of trust. */
  public List<Path> trustFiles() {
    return switch (trust) {
      case Trust.Platform platform -> List.of();
      case Trust.Pem pem -> List.of(pem.authorities());
      case Trust.Store store -> List.of(store.store(), store.passwordFile());
    };
  }
}
