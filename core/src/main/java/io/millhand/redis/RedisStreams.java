// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Checks;
import io.millhand.config.Durability;
import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import java.util.List;

/**
 * Opens connections, one for each role. The way in for everything that speaks to Redis.
 * Thread-safe.
 */
public final class RedisStreams implements AutoCloseable {

  private final RedisSettings settings;
  private final Topology topology;

  /** For that server, or those servers. */
  public RedisStreams(RedisSettings settings) {
    this.settings = settings;
    this.topology =
        switch (settings.target()) {
          case Target.Single single -> new SingleNode(single.node());
          case Target.Sentinels sentinels -> new SentinelMaster(settings, sentinels);
          case Target.Cluster cluster -> new ClusterSlots(settings, cluster);
        };
  }

  /** Where it is; nothing secret. */
  public String address() {
    return settings.address();
  }

  /** Whether it is a Cluster. */
  public boolean isCluster() {
    return settings.target() instanceof Target.Cluster;
  }

  /** A problem where our keys of a stream would not lie in its slot of a Cluster. */
  public void check(Checks checks, String stream) {
    checks.that(
        !isCluster() || Keys.shareSlot(stream),
        "in a Cluster the key %s cannot be used: it has a closing brace but no hash tag, so that no other key can be put into its slot. Name it without braces, or with a tag like {orders}",
        Checks.quoted(stream));
  }

  /** The nodes that serve streams now. */
  public List<Node> nodes() {
    return topology.masters();
  }

  /** The node that serves that stream now. */
  public Node nodeOf(String stream) {
    return topology.locate(stream);
  }

  /** Connects once, tells what is there, and disconnects. */
  public Server probe() {
    try (var wire = Wire.open(settings, topology, nodes().get(0), "", "probe")) {
      return wire.server();
    }
  }

  private Wire open(String stream, String role) {
    return Wire.open(settings, topology, stream, role);
  }

  /** For an intake. */
  public ReadCommands reading(Keys keys, Identity identity, long replyBytes) {
    return new ReadCommands(open(keys.stream(), "read"), keys, identity, replyBytes);
  }

  /** For a settler. */
  public SettleCommands settling(Keys keys, Identity identity, SettleCommands.OnceSettled entries) {
    return new SettleCommands(open(keys.stream(), "settle"), keys, identity, entries);
  }

  /** For a heartbeat. */
  public WorkerCommands working(Keys keys, Identity identity) {
    return new WorkerCommands(open(keys.stream(), "beat"), keys, identity);
  }

  /** For a keeper. */
  public KeeperCommands keeping(Keys keys, Identity identity) {
    return new KeeperCommands(open(keys.stream(), "keep"), keys, identity);
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
    return SendCommands.on(open(stream, "send"), stream, durability);
  }

  /** For whoever makes partitions of that stream or shares them. */
  public PartitionCommands partitioning(String stream) {
    return new PartitionCommands(open(stream, "partition"), stream);
  }

  /** For an inspector, to ask that node. */
  public InspectCommands inspecting(Node node) {
    return new InspectCommands(Wire.open(settings, topology, node, "", "inspect"));
  }

  /** For an operator, to act on that stream. */
  public OperateCommands operating(String stream) {
    return new OperateCommands(open(stream, "operate"), this::sending);
  }

  /** Ends what it keeps open to know where streams are; connections are their owners'. */
  @Override
  public void close() {
    topology.close();
  }
}
