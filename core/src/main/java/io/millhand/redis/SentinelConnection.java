// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.error.MillhandException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one Sentinel. One that failed rests for a while, so that it does not hold up
 * those that answer. Whoever asks sees to it that only one does.
 */
final class SentinelConnection implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final long REST_NANOS = 5_000_000_000L;

  private final RedisSettings settings;
  private final Target.Sentinels target;
  private final Node node;
  private @Nullable Wire wire;
  private long restsUntil = System.nanoTime();

  /**
   * What a Sentinel answers.
   *
   * @param node the master
   * @param epoch the configuration epoch in which it became that
   */
  record Named(Node node, long epoch) {}

  SentinelConnection(RedisSettings settings, Target.Sentinels target, Node node) {
    this.target = target;
    this.node = node;
    this.settings =
        new RedisSettings(
            new Target.Single(node),
            0,
            settings.tls(),
            target.credentials(),
            Shorter.of(settings.connectTimeout(), PATIENCE),
            Shorter.of(settings.commandTimeout(), PATIENCE));
  }

  /** Whether it failed lately. */
  boolean isResting() {
    return System.nanoTime() - restsUntil < 0;
  }

  /**
   * Which node it names; nothing where it does not know the service.
   *
   * @throws io.millhand.error.UnavailableException when it does not answer
   * @throws io.millhand.error.DeniedException when it wants another user or password
   */
  Optional<Named> ask() {
    try {
      var connected = wire;
      if (connected == null || connected.isBroken()) {
        connected = Wire.open(settings, new SingleNode(node), "", "sentinel");
        wire = connected;
      }
      return ask(connected);
    } catch (MillhandException e) {
      restsUntil = System.nanoTime() + REST_NANOS;
      throw e;
    }
  }

  private Optional<Named> ask(Wire sentinel) {
    var replies =
        sentinel.pipeline(
            List.of(
                Call.of(Verb.SENTINEL, "GET-MASTER-ADDR-BY-NAME", target.service()),
                Call.of(Verb.SENTINEL, "MASTER", target.service())));
    // Right after a promotion the address is the new one; the other reply follows later.
    var address = sentinel.unwrap(replies.get(0), "SENTINEL GET-MASTER-ADDR-BY-NAME");
    if (address == null) {
      return Optional.empty();
    }
    if (replies.get(1) instanceof ErrorReply error && error.code().equals("NOPERM")) {
      throw sentinel.error(error, "SENTINEL MASTER");
    }
    var parts = Reply.list(address);
    var named = new Node(Reply.text(parts.get(0)), Integer.parseInt(Reply.text(parts.get(1))));
    return Optional.of(new Named(named, epoch(replies.get(1))));
  }

  private static long epoch(@Nullable Object reply) {
    return reply instanceof List<?>
        ? Long.parseLong(Reply.map(reply).getOrDefault("config-epoch", "0"))
        : 0;
  }

  @Override
  public void close() {
    if (wire != null) {
      wire.close();
      wire = null;
    }
  }
}
