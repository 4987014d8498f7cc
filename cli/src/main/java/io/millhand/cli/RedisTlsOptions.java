// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.config.RedisSettings.Verify;
import io.millhand.config.TlsFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Whom to trust at {@code rediss://}, and who we are there, from flags or the environment. All are
 * files, read again at a connect when they have changed. A mixin of {@link RedisOptions}.
 */
final class RedisTlsOptions {

  private static final String CA = "--redis-tls-ca";
  private static final String CERTIFICATE = "--redis-tls-cert";
  private static final String KEY = "--redis-tls-key";
  private static final String TRUST_STORE = "--redis-tls-truststore";
  private static final String KEY_STORE = "--redis-tls-keystore";
  private static final String ANY_HOST = "REDIS_TLS_ANY_HOST";

  @Option(
      names = CA,
      paramLabel = "FILE",
      description = {
        "The authorities whose servers are trusted, as PEM; else those that Java knows.",
        "Else REDIS_TLS_CA_FILE. What TLS uses is read again when it changes."
      })
  private @Nullable Path authorities;

  @Option(
      names = CERTIFICATE,
      paramLabel = "FILE",
      description = "Our certificate for Redis, as PEM. Else REDIS_TLS_CERT_FILE.")
  private @Nullable Path certificate;

  @Option(
      names = KEY,
      paramLabel = "FILE",
      description = "Its key as PEM, without a passphrase. Else REDIS_TLS_KEY_FILE.")
  private @Nullable Path key;

  @Option(
      names = TRUST_STORE,
      paramLabel = "FILE",
      description = "In place of --redis-tls-ca, as PKCS#12. Else REDIS_TLS_TRUSTSTORE_FILE.")
  private @Nullable Path trustStore;

  @Option(
      names = KEY_STORE,
      paramLabel = "FILE",
      description = {
        "In place of --redis-tls-cert and --redis-tls-key, as PKCS#12.",
        "Else REDIS_TLS_KEYSTORE_FILE."
      })
  private @Nullable Path keyStore;

  @Option(
      names = "--redis-tls-store-password-file",
      paramLabel = "FILE",
      description = "Holds the stores' password. Else REDIS_TLS_STORE_PASSWORD_FILE.")
  private @Nullable Path storePassword;

  @Option(
      names = "--redis-tls-any-host",
      description = {
        "Do not hold the certificate against the host name: anybody with one of the same",
        "authority could pose as Redis. Else REDIS_TLS_ANY_HOST=true."
      })
  private boolean anyHost;

  RedisTlsOptions() {}

  /**
   * The files; empty where none is named.
   *
   * @throws CommandFailure when they do not go together
   */
  Optional<TlsFiles> files() {
    check(
        authorities() == null || trustStore() == null, "take one of " + CA + " and " + TRUST_STORE);
    check(
        (certificate() == null && key() == null) || keyStore() == null,
        "take " + CERTIFICATE + " and " + KEY + ", or " + KEY_STORE);
    check(
        (certificate() == null) == (key() == null),
        CERTIFICATE + " and " + KEY + " need each other");
    var files = own(trust());
    return files.equals(TlsFiles.platform()) ? Optional.empty() : Optional.of(files);
  }

  private TlsFiles trust() {
    var pem = authorities();
    if (pem != null) {
      return TlsFiles.trusting(pem);
    }
    var store = trustStore();
    return store == null
        ? TlsFiles.platform()
        : TlsFiles.trustingStore(store, passwordOf(TRUST_STORE));
  }

  private TlsFiles own(TlsFiles trust) {
    var pem = certificate();
    var pemKey = key();
    if (pem != null && pemKey != null) {
      return trust.showing(pem, pemKey);
    }
    var store = keyStore();
    return store == null ? trust : trust.showingStore(store, passwordOf(KEY_STORE));
  }

  private Path passwordOf(String store) {
    var file = storePassword();
    if (file == null) {
      throw CommandFailure.usage(
          "%s needs --redis-tls-store-password-file: a file that holds its password"
              .formatted(store));
    }
    return file;
  }

  /** Whether the certificate must be the host's. */
  Verify verify() {
    return anyHost || "true".equals(RedisOptions.env(ANY_HOST))
        ? Verify.CERTIFICATE_ONLY
        : Verify.HOSTNAME;
  }

  /** What a process that we start needs in its environment to do the same. */
  Map<String, String> environment() {
    var variables = new LinkedHashMap<String, String>();
    BiConsumer<String, @Nullable Path> put =
        (name, file) -> {
          if (file != null) {
            variables.put(name, file.toAbsolutePath().toString());
          }
        };
    put.accept("REDIS_TLS_CA_FILE", authorities);
    put.accept("REDIS_TLS_CERT_FILE", certificate);
    put.accept("REDIS_TLS_KEY_FILE", key);
    put.accept("REDIS_TLS_TRUSTSTORE_FILE", trustStore);
    put.accept("REDIS_TLS_KEYSTORE_FILE", keyStore);
    put.accept("REDIS_TLS_STORE_PASSWORD_FILE", storePassword);
    if (anyHost) {
      variables.put(ANY_HOST, "true");
    }
    return variables;
  }

  private @Nullable Path authorities() {
    return given(authorities, "REDIS_TLS_CA_FILE");
  }

  private @Nullable Path certificate() {
    return given(certificate, "REDIS_TLS_CERT_FILE");
  }

  private @Nullable Path key() {
    return given(key, "REDIS_TLS_KEY_FILE");
  }

  private @Nullable Path trustStore() {
    return given(trustStore, "REDIS_TLS_TRUSTSTORE_FILE");
  }

  private @Nullable Path keyStore() {
    return given(keyStore, "REDIS_TLS_KEYSTORE_FILE");
  }

  private @Nullable Path storePassword() {
    return given(storePassword, "REDIS_TLS_STORE_PASSWORD_FILE");
  }

  private static @Nullable Path given(@Nullable Path flag, String variable) {
    return flag == null ? RedisOptions.envPath(variable) : flag;
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw CommandFailure.usage(problem);
    }
  }
}
