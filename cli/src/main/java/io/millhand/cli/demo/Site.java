// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.Millhand;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.RedisOptions;
import io.millhand.inspect.Inspector;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.EmbeddedRedisException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the demo happens: a Redis, a connection to it, and a temporary folder. Closing takes away
 * what was made here.
 */
final class Site implements AutoCloseable {

  /** Variables that would lead a child to another Redis than the one we started for it. */
  private static final List<String> OF_ANOTHER_REDIS =
      List.of(
          "REDIS_URL",
          "REDIS_HOST",
          "REDIS_PORT",
          "REDIS_USERNAME",
          "REDIS_PASSWORD",
          "REDIS_PASSWORD_FILE",
          "REDIS_TLS_CA_FILE",
          "REDIS_TLS_CERT_FILE",
          "REDIS_TLS_KEY_FILE",
          "REDIS_TLS_TRUSTSTORE_FILE",
          "REDIS_TLS_KEYSTORE_FILE",
          "REDIS_TLS_STORE_PASSWORD_FILE",
          "REDIS_TLS_ANY_HOST");

  private final Millhand millhand;
  private final Inspector inspector;
  private final Path folder;
  private final Reach reach;
  private final Origin origin;
  private final @Nullable EmbeddedRedis embedded;

  /** Whether other runs may have left something in the Redis. */
  private enum Origin {
    /** No. */
    NEW,
    /** Yes. */
    USED
  }

  /**
   * How a child reaches the Redis.
   *
   * @param arguments options of its command
   * @param withheld variables of our environment that it does not get
   */
  record Reach(List<String> arguments, List<String> withheld) {}

  private Site(Millhand millhand, Reach reach, Origin origin, @Nullable EmbeddedRedis embedded) {
    this.millhand = millhand;
    this.inspector = millhand.inspector();
    this.folder = Folder.create();
    this.reach = reach;
    this.origin = origin;
    this.embedded = embedded;
  }

  /** A Redis of our own; with a folder for its data it is found again. */
  static Site embedded(Optional<Path> dataDir) {
    var builder = EmbeddedRedis.builder();
    dataDir.ifPresent(builder::dataDir);
    EmbeddedRedis redis;
    try {
      redis = builder.start();
    } catch (EmbeddedRedisException e) {
      throw new CommandFailure(ExitCode.REDIS, String.valueOf(e.getMessage()), e);
    }
    try {
      var reach = new Reach(List.of("--redis", redis.url()), OF_ANOTHER_REDIS);
      var origin = dataDir.isPresent() ? Origin.USED : Origin.NEW;
      return new Site(Millhand.connect(redis.url()), reach, origin, redis);
    } catch (RuntimeException e) {
      redis.close();
      throw e;
    }
  }

  /** A Redis that is there; the stream must not be, since it would be another one's. */
  static Site given(RedisOptions options, List<String> arguments, String stream) {
    var millhand = options.connect();
    try {
      var site = new Site(millhand, new Reach(arguments, List.of()), Origin.USED, null);
      if (site.inspector.stream(stream).isPresent()) {
        site.close();
        throw CommandFailure.usage(
            "there is a stream %s in %s already, and the demo will not work on entries that are not its own: name another one with --stream"
                .formatted(Escape.text(stream), options.describe()));
      }
      return site;
    } catch (RuntimeException e) {
      millhand.close();
      throw e;
    }
  }

  Inspector inspector() {
    return inspector;
  }

  Path folder() {
    return folder;
  }

  Reach reach() {
    return reach;
  }

  /** Whether nobody was here before. */
  boolean isFresh() {
    return origin == Origin.NEW;
  }

  /** Product and version of the server. */
  String server() {
    return millhand.serverVersion();
  }

  /** In a few words. */
  String describe() {
    return embedded == null
        ? server()
        : "%s (our own, port %d)".formatted(server(), embedded.port());
  }

  /** What is left behind in a Redis that was there before us, safe to print. */
  Optional<String> remains(String stream) {
    return embedded == null
        ? Optional.of(
            "The stream %s and what belongs to it stay in that Redis."
                .formatted(Escape.text(stream)))
        : Optional.empty();
  }

  /** Whether it was ours, and is gone. */
  boolean isLost() {
    return embedded != null && !embedded.isRunning();
  }

  @Override
  public void close() {
    var all = new ArrayList<Runnable>(List.of(millhand::close));
    if (embedded != null) {
      all.add(embedded::close);
    }
    all.add(() -> Folder.delete(folder));
    RuntimeException first = null;
    for (var each : all) {
      try {
        each.run();
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
