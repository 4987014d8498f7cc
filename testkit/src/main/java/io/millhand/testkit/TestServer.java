// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server of one or many test classes, made as new before each test.
 *
 * <p>Threads: one test at a time ({@link WithRedis} takes a resource lock).
 *
 * <p>Failure: a server in a state that commands cannot repair is started again.
 */
final class TestServer implements AutoCloseable {

  /** With a server that a test left paused for clients, or busy. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final EmbeddedRedis.Builder settings;
  private EmbeddedRedis redis;
  private List<@Nullable Object> asStarted;

  TestServer(EmbeddedRedis.Builder settings) {
    this.settings = settings;
    this.redis = settings.start();
    this.asStarted = state();
  }

  EmbeddedRedis redis() {
    return redis;
  }

  void renew() {
    if (redis.isClosed()) {
      redis = settings.start();
      asStarted = state();
    } else if (redis.isPaused() || !redis.isRunning() || !isAsStarted()) {
      redis.kill();
      redis.restart();
    }
    empty();
  }

  private boolean isAsStarted() {
    try {
      return state().equals(asStarted);
    } catch (RedisProbe.ErrorReply | UncheckedIOException e) {
      return false; // busy, paused for clients, out of connections, not ours to use: whatever it
      // is, a new start heals it
    }
  }

  /** What outlives FLUSHALL and may spoil the next test. */
  private List<@Nullable Object> state() {
    try (var probe = RedisProbe.connect(redis.host(), redis.port(), PATIENCE)) {
      probe.send("CONFIG", "GET", "*");
      probe.send("ACL", "LIST");
      return List.of(Objects.requireNonNull(probe.read()), Objects.requireNonNull(probe.read()));
    }
  }

  private void empty() {
    try (var probe = redis.probe()) {
      probe.command("CLIENT", "UNPAUSE");
      probe.command("FLUSHALL");
      probe.command("SCRIPT", "FLUSH");
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
