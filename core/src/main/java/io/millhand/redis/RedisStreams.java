// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Durability;
import io.millhand.config.RedisSettings;

/**
 * Opens connections, one for each role. The way in for everything that speaks to Redis.
 * Thread-safe.
 */
public final class RedisStreams {

  private final RedisSettings settings;

  /** For that server. */
  public RedisStreams(RedisSettings settings) {
    this.settings = settings;
  }

  /** Where it is; nothing secret. */
  public String address() {
    return settings.address();
  }

  /** Connects once, tells what is there, and disconnects. */
  public Server probe() {
    try (var wire = Wire.open(settings, "probe")) {
      return wire.server();
    }
  }

  /** For an intake. */
  public ReadCommands reading(Keys keys, Identity identity, long replyBytes) {
    return new ReadCommands(Wire.open(settings, "read"), keys, identity, replyBytes);
  }

  /** For a settler. */
  public SettleCommands settling(Keys keys, Identity identity, SettleCommands.OnceSettled entries) {
    return new SettleCommands(Wire.open(settings, "settle"), keys, identity, entries);
  }

  /** For a heartbeat. */
  public WorkerCommands working(Keys keys, Identity identity) {
    return new WorkerCommands(Wire.open(settings, "beat"), keys, identity);
  }

  /** For a keeper. */
  public KeeperCommands keeping(Keys keys, Identity identity) {
    return new KeeperCommands(Wire.open(settings, "keep"), keys, identity);
  }

  /** For a producer whose entries need not be durable. */
  public SendCommands sending(String stream) {
    return sending(stream, Durability.none());
  }

  /**
   * For a producer.
   *
   * @throws io.millhand.error.SettingsException when this server cannot tell what is durable so
   */
  public SendCommands sending(String stream, Durability durability) {
    return SendCommands.on(Wire.open(settings, "send"), stream, durability);
  }

  /** For an inspector. */
  public InspectCommands inspecting() {
    return new InspectCommands(Wire.open(settings, "inspect"));
  }

  /** For an operator. */
  public OperateCommands operating() {
    return new OperateCommands(Wire.open(settings, "operate"));
  }
}
