// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.Millhand;
import io.millhand.config.Credentials;
import io.millhand.config.RedisUri;
import io.millhand.config.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How to reach Redis, from flags or the environment. A mixin: {@code @Mixin private RedisOptions
 * redis}.
 *
 * <p>No flag takes a password: everybody on the machine can read the arguments of a process.
 */
public final class RedisOptions {

  private static final String DEFAULT_PORT = "6379";

  /** What Kubernetes puts into REDIS_PORT of every pod when a Service is called "redis". */
  private static final Pattern SERVICE_LINK = Pattern.compile("tcp://.*:(\\d+)");

  @Option(
      names = "--redis",
      paramLabel = "URL",
      description = {
        "redis://host:port/database, or rediss:// for TLS;",
        "redis-sentinel://host:port,host:port/master,",
        "or redis-cluster://host:port,host:port.",
        "Else REDIS_URL, else REDIS_HOST and REDIS_PORT, else redis://localhost:6379."
      })
  private @Nullable String address;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "The ACL user. Else REDIS_USERNAME, else what the address says.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = {
        "Holds the password; read at every connect.",
        "Else REDIS_PASSWORD_FILE, else REDIS_PASSWORD, else what REDIS_URL says."
      })
  private @Nullable Path passwordFile;

  @Mixin private RedisTlsOptions tls = new RedisTlsOptions();

  @Option(
      names = "--sentinel-user",
      paramLabel = "NAME",
      description = "The ACL user at the Sentinels. Else REDIS_SENTINEL_USERNAME.")
  private @Nullable String sentinelUser;

  @Option(
      names = "--sentinel-password-file",
      paramLabel = "FILE",
      description = {
        "Holds the password for the Sentinels; read at every connect.",
        "Else REDIS_SENTINEL_PASSWORD_FILE, else REDIS_SENTINEL_PASSWORD."
      })
  private @Nullable Path sentinelPasswordFile;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      defaultValue = "2s",
      description = "Longest wait for a connection (default ${DEFAULT-VALUE}).")
  private Duration connectTimeout = Duration.ofSeconds(2);

  @Option(
      names = "--command-timeout",
      paramLabel = "TIME",
      defaultValue = "5s",
      description = "Longest wait for a reply (default ${DEFAULT-VALUE}).")
  private Duration commandTimeout = Duration.ofSeconds(5);

  /**
   * Connects.
   *
   * @throws CommandFailure when what was given cannot work
   * @throws io.millhand.error.MillhandException when Redis cannot be used
   */
  public Millhand connect() {
    return builder().connect();
  }

  /** The same, for more settings. */
  public Millhand.Builder builder() {
    var builder =
        Millhand.builder()
            .uri(uri())
            .credentials(credentials())
            .verify(tls.verify())
            .connectTimeout(connectTimeout)
            .commandTimeout(commandTimeout);
    tls.files().ifPresent(builder::tlsFiles);
    sentinelCredentials().ifPresent(builder::sentinelCredentials);
    return builder;
  }

  /**
   * What a process that we start needs in its environment, besides ours, to reach the same Redis:
   * what was given by flags. No password is among it.
   */
  public Map<String, String> environment() {
    var variables = new LinkedHashMap<String, String>();
    if (address != null) {
      variables.put("REDIS_URL", withoutPassword(address));
    }
    if (user != null) {
      variables.put("REDIS_USERNAME", user);
    }
    if (passwordFile != null) {
      variables.put("REDIS_PASSWORD_FILE", passwordFile.toAbsolutePath().toString());
    }
    if (sentinelUser != null) {
      variables.put("REDIS_SENTINEL_USERNAME", sentinelUser);
    }
    if (sentinelPasswordFile != null) {
      variables.put(
          "REDIS_SENTINEL_PASSWORD_FILE", sentinelPasswordFile.toAbsolutePath().toString());
    }
    variables.putAll(tls.environment());
    return variables;
  }

  /** How long a command may take at most, where a connection must be made for it. */
  public Duration longestWait() {
    return connectTimeout.plus(commandTimeout);
  }

  /** Where Redis is, without user and password: to be printed. */
  public String describe() {
    return RedisUri.parse(uri()).toString();
  }

  private String uri() {
    if (address != null) {
      return withoutPassword(address);
    }
    var url = env("REDIS_URL");
    if (url != null) {
      return withScheme(url);
    }
    var host = env("REDIS_HOST");
    return scheme() + (host == null ? "localhost" : bracketed(host)) + ":" + port();
  }

  private String withoutPassword(String flag) {
    var uri = withScheme(flag);
    if (RedisUri.parse(uri).credentials().password().isPresent()) {
      throw CommandFailure.usage(
          "the address of --redis holds a password, which everybody on this machine can read in the list of processes:"
              + " give it by REDIS_URL, REDIS_PASSWORD or --password-file");
    }
    return uri;
  }

  private String withScheme(String address) {
    return address.contains("://") ? address : scheme() + address;
  }

  /** Where the address says none: whoever names certificates means TLS. */
  private String scheme() {
    return tls.files().isPresent() ? "rediss://" : "redis://";
  }

  private static String bracketed(String host) {
    return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  private static String port() {
    var port = env("REDIS_PORT");
    if (port == null) {
      return DEFAULT_PORT;
    }
    var link = SERVICE_LINK.matcher(port);
    return link.matches() ? link.group(1) : port;
  }

  private Supplier<Credentials> credentials() {
    var fromAddress = RedisUri.parse(uri()).credentials();
    var name =
        Optional.ofNullable(user)
            .or(() -> Optional.ofNullable(env("REDIS_USERNAME")))
            .or(fromAddress::user);
    var file = passwordFile == null ? envPath("REDIS_PASSWORD_FILE") : passwordFile;
    return file == null
        ? fixed(name, password("REDIS_PASSWORD").or(fromAddress::password))
        : fromFile(name, file);
  }

  /** For the Sentinels; empty where the address names none. */
  private Optional<Supplier<Credentials>> sentinelCredentials() {
    if (!(RedisUri.parse(uri()).target() instanceof Target.Sentinels)) {
      if (sentinelUser != null || sentinelPasswordFile != null) {
        throw CommandFailure.usage(
            "--sentinel-user and --sentinel-password-file are for an address that begins with redis-sentinel://");
      }
      return Optional.empty();
    }
    var name =
        Optional.ofNullable(sentinelUser)
            .or(() -> Optional.ofNullable(env("REDIS_SENTINEL_USERNAME")));
    var file =
        sentinelPasswordFile == null
            ? envPath("REDIS_SENTINEL_PASSWORD_FILE")
            : sentinelPasswordFile;
    return Optional.of(
        file == null ? fixed(name, password("REDIS_SENTINEL_PASSWORD")) : fromFile(name, file));
  }

  private static Supplier<Credentials> fromFile(Optional<String> name, Path file) {
    read(file); // fails now, in words, rather than at each connect
    return () -> new Credentials(name, Optional.of(read(file)));
  }

  private static Supplier<Credentials> fixed(Optional<String> name, Optional<String> password) {
    var credentials = new Credentials(name, password);
    return () -> credentials;
  }

  private static Optional<String> password(String variable) {
    return Optional.ofNullable(System.getenv(variable)).filter(word -> !word.isEmpty());
  }

  /**
   * A password from a file; as to the library, a line break at its end is not part of it.
   *
   * @throws CommandFailure when it cannot be read
   */
  public static String read(Path file) {
    try {
      return Files.readString(file).replaceFirst("\\R$", "");
    } catch (IOException e) {
      throw CommandFailure.usage(
          "cannot read the password file %s (%s)".formatted(file, e.getClass().getSimpleName()));
    }
  }

  static @Nullable Path envPath(String variable) {
    var value = env(variable);
    return value == null ? null : Path.of(value);
  }

  static @Nullable String env(String variable) {
    var value = System.getenv(variable);
    return value == null || value.isBlank() ? null : value.strip();
  }
}
