// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.config.Checks;
import io.millhand.config.Credentials;
import io.millhand.config.RedisSettings;
import io.millhand.config.RedisSettings.Verify;
import io.millhand.config.RedisUri;
import io.millhand.config.Target;
import io.millhand.config.TlsFiles;
import io.millhand.delivery.Codec;
import io.millhand.delivery.Entry;
import io.millhand.engine.Host;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Operator;
import io.millhand.redis.RedisStreams;
import io.millhand.redis.Server;
import io.millhand.tls.ClientTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A way to one Redis: makes workers, producers, an inspector and an operator. Thread-safe; one for
 * each server is enough.
 *
 * <p>It holds no connection to the data itself; with Sentinels or a Cluster it has a thread and a
 * connection or two to know which node serves what. A worker opens four (reading, settling,
 * heartbeat, and keeping while it is the keeper), the others one each.
 */
public final class Millhand implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand");
  private static final String VERSION = readVersion();

  private final RedisStreams streams;
  private final Server server;
  private final List<Worker> workers = new CopyOnWriteArrayList<>();
  private final List<Producer> producers = new CopyOnWriteArrayList<>();
  private final List<PartitionedWorker> partitionedWorkers = new CopyOnWriteArrayList<>();
  private final List<PartitionedProducer> partitionedProducers = new CopyOnWriteArrayList<>();
  private final Inspector inspector;
  private final Operator operator;

  private Millhand(RedisStreams streams, Server server) {
    this.streams = streams;
    this.server = server;
    this.inspector = new Inspector(streams);
    this.operator = new Operator(streams, System.getProperty("user.name", "?") + "@" + Host.name());
  }

  /** The version of this library. */
  public static String version() {
    return VERSION;
  }

  private static String readVersion() {
    try (var file = Millhand.class.getResourceAsStream("version.txt")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Connects with default settings.
   *
   * @param uri {@code redis://[user[:password]@]host[:port][/database]}, {@code
   *     redis-sentinel://[user[:password]@]host[:port],host[:port]/service}, or {@code
   *     redis-cluster://[user[:password]@]host[:port],host[:port]}; with {@code rediss} for TLS
   *     with the certificate held against the host name
   * @throws io.millhand.error.SettingsException when the address cannot be read
   * @throws io.millhand.error.UnavailableException when Redis cannot be reached
   * @throws io.millhand.error.DeniedException when it wants another user or password
   */
  public static Millhand connect(String uri) {
    return builder().uri(uri).connect();
  }

  /** For everything that can be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Settings of a connection. Not thread-safe. */
  public static final class Builder {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    private String uri = "redis://localhost:6379";
    private @Nullable Supplier<Credentials> credentials;
    private @Nullable Supplier<Credentials> sentinelCredentials;
    private @Nullable SSLContext tls;
    private @Nullable TlsFiles tlsFiles;
    private Verify verify = Verify.HOSTNAME;
    private Duration connectTimeout = Duration.ofSeconds(2);
    private Duration commandTimeout = DEFAULT_TIMEOUT;

    private Builder() {}

    /** The address; default {@code redis://localhost:6379}. */
    public Builder uri(String address) {
      this.uri = address;
      return this;
    }

    /** User and password, asked at every connect; instead of what the address says. */
    public Builder credentials(Supplier<Credentials> supplier) {
      this.credentials = supplier;
      return this;
    }

    /**
     * User and password at the Sentinels, asked at every connect; default none. They are not those
     * of the servers that hold the data.
     */
    public Builder sentinelCredentials(Supplier<Credentials> supplier) {
      this.sentinelCredentials = supplier;
      return this;
    }

    /**
     * A user whose password stands in a file, read at every connect; a line break at its end is not
     * part of it.
     */
    public Builder passwordFile(@Nullable String user, Path file) {
      return credentials(() -> new Credentials(Optional.ofNullable(user), Optional.of(read(file))));
    }

    private static String read(Path file) {
      try {
        return Files.readString(file).replaceFirst("\\R$", "");
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot read the password file %s (%s)".formatted(file, e.getClass().getSimpleName()),
            e);
      }
    }

    /** Keys and trust for {@code rediss://}; default the platform's. Or {@link #tlsFiles}. */
    public Builder tls(SSLContext context) {
      this.tls = context;
      return this;
    }

    /**
     * Keys and trust for {@code rediss://}, from files that are read again when they have changed;
     * default the platform's. Or {@link #tls}.
     */
    public Builder tlsFiles(TlsFiles files) {
      this.tlsFiles = files;
      return this;
    }

    /** Whether the certificate must be the host's; default yes. */
    public Builder verify(Verify what) {
      this.verify = what;
      return this;
    }

    /** Longest wait for a connection; default 2 s, 10 ms to 5 min. */
    public Builder connectTimeout(Duration most) {
      this.connectTimeout = most;
      return this;
    }

    /**
     * Longest wait for a reply to a command that does not block, and for the server to take more of
     * what is written; default 5 s, 10 ms to 5 min.
     */
    public Builder commandTimeout(Duration most) {
      this.commandTimeout = most;
      return this;
    }

    /**
     * Connects once, to see that it works and what the server can do.
     *
     * @throws io.millhand.error.SettingsException when a setting cannot work
     * @throws io.millhand.error.UnavailableException when Redis cannot be reached
     * @throws io.millhand.error.DeniedException when it wants another user or password
     */
    public Millhand connect() {
      var streams = new RedisStreams(settings());
      try {
        var server = streams.probe();
        warn(streams, server);
        return new Millhand(streams, server);
      } catch (RuntimeException e) {
        streams.close();
        throw e;
      }
    }

    private RedisSettings settings() {
      var address = RedisUri.parse(uri);
      var checks = new Checks();
      checks.between(
          "connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(5));
      checks.between(
          "commandTimeout", commandTimeout, Duration.ofMillis(10), Duration.ofMinutes(5));
      checks.that(
          (tls == null && tlsFiles == null) || address.secure(),
          "TLS keys are given, but the address is not rediss://");
      checks.that(tls == null || tlsFiles == null, "both tls and tlsFiles are given: take one");
      checks.that(
          sentinelCredentials == null || address.target() instanceof Target.Sentinels,
          "credentials for Sentinels are given, but the address is not redis-sentinel://");
      checks.throwIfAny("The connection to Redis");
      if (address.secure() && verify == Verify.CERTIFICATE_ONLY) {
        log.warn(
            "The certificate of {} is not held against its host name: anybody with one of the same authority could pose as it.",
            address);
      }
      var fromAddress = address.credentials();
      return new RedisSettings(
          target(address.target()),
          address.database(),
          address.secure()
              ? Optional.of(new RedisSettings.Tls(sockets(), verify))
              : Optional.empty(),
          credentials == null ? () -> fromAddress : credentials,
          connectTimeout,
          commandTimeout);
    }

    private Target target(Target address) {
      return address instanceof Target.Sentinels sentinels && sentinelCredentials != null
          ? new Target.Sentinels(sentinels.nodes(), sentinels.service(), sentinelCredentials)
          : address;
    }

    private Supplier<SSLSocketFactory> sockets() {
      var given = tls;
      if (given != null) {
        return given::getSocketFactory;
      }
      return ClientTls.of(tlsFiles == null ? TlsFiles.platform() : tlsFiles);
    }

    private static void warn(RedisStreams streams, Server server) {
      if (server.ofCluster() && !streams.isCluster()) {
        log.warn(
            "{}: it is a node of a Cluster, and streams of other nodes cannot be reached by this address. Use redis-cluster://.",
            streams.address());
      }
      server
          .evictionPolicy()
          .filter(policy -> policy.startsWith("allkeys"))
          .ifPresent(
              policy ->
                  log.warn(
                      "{}: its maxmemory-policy is {}: at maxmemory it deletes whole streams, with all that is unfinished. Set noeviction.",
                      streams.address(),
                      policy));
      if (!server.listsClients()) {
        log.info(
            "{}: this user may not CLIENT LIST, so a dead worker is noticed only after its lease",
            streams.address());
      }
      if (!server.isAtLeast(6, 2)) {
        log.warn(
            "{}: {} {} is older than 6.2, the oldest that is supported",
            streams.address(),
            server.product(),
            server.version());
      }
    }
  }

  /**
   * A worker for that group of that stream; both are created when it starts, where they do not
   * exist.
   */
  public WorkerBuilder<Entry> worker(String stream, String group) {
    return new WorkerBuilder<>(streams, this::keep, stream, group, RawCodec.INSTANCE);
  }

  /** A producer for that stream with default settings. */
  public Producer producer(String stream) {
    return producerBuilder(stream).build();
  }

  /** A producer for that stream. */
  public Producer.Builder producerBuilder(String stream) {
    return new Producer.Builder(streams, this::keep, stream);
  }

  /**
   * A stream that consists of partitions: makes them, and producers and workers for all of them.
   */
  public Partitions partitions(String stream) {
    return new Partitions(streams, new Partitions.Trackers(this::keep, this::keep), stream);
  }

  private void keep(PartitionedWorker worker) {
    partitionedWorkers.removeIf(PartitionedWorker::isOver);
    partitionedWorkers.add(worker);
  }

  private void keep(PartitionedProducer producer) {
    partitionedProducers.removeIf(PartitionedProducer::isClosed);
    partitionedProducers.add(producer);
  }

  /** What has ended is forgotten: whoever makes many, one after another, must not fill the heap. */
  private void keep(Worker worker) {
    workers.removeIf(Worker::isOver);
    workers.add(worker);
  }

  private void keep(Producer producer) {
    producers.removeIf(Producer::isClosed);
    producers.add(producer);
  }

  /** Looks at streams, groups and entries, and changes nothing; the same one each time. */
  public Inspector inspector() {
    return inspector;
  }

  /**
   * Acts on groups and their entries, and records what it did; the same one each time. In the audit
   * stream it is the user and the host of this process.
   */
  public Operator operator() {
    return operator;
  }

  /** The server, as it was when we connected: product and version, such as {@code redis 7.0.15}. */
  public String serverVersion() {
    return server.product() + " " + server.version();
  }

  /**
   * Closes everything that was made here: first the workers, which drain at the same time, then
   * what their handlers may have used.
   */
  @Override
  public void close() {
    var draining =
        Stream.concat(
                workers.stream().<Runnable>map(each -> each::close),
                partitionedWorkers.stream().<Runnable>map(each -> each::close))
            .map(each -> Thread.ofPlatform().start(each))
            .toList();
    for (var thread : draining) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // Whoever interrupts wants it quickly; the drains go on to their end.
        workers.forEach(Worker::closeNow);
        partitionedWorkers.forEach(PartitionedWorker::closeNow);
        Thread.currentThread().interrupt();
        break;
      }
    }
    workers.clear();
    partitionedWorkers.clear();
    producers.forEach(Producer::close);
    producers.clear();
    partitionedProducers.forEach(PartitionedProducer::close);
    partitionedProducers.clear();
    inspector.close();
    operator.close();
    streams.close();
  }

  static Codec<Entry> rawCodec() {
    return RawCodec.INSTANCE;
  }

  /** The entry itself is the payload. */
  private enum RawCodec implements Codec<Entry> {
    INSTANCE;

    @Override
    public Entry decode(Entry entry) {
      return entry;
    }

    @Override
    public io.millhand.delivery.Fields encode(Entry entry) {
      return entry.fields();
    }
  }
}
