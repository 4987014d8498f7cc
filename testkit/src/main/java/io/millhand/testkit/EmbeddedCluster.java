// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Redis Cluster: real processes on free ports of the loopback interface, gone with this object or
 * this process.
 *
 * <pre>{@code
 * try (var cluster = EmbeddedCluster.builder().masters(3).replicasPerMaster(1).start()) {
 *   var client = connect(cluster.uri());
 *   cluster.moveSlot(EmbeddedCluster.slot("orders"), cluster.masters().getLast());
 *   cluster.owner("orders").kill();
 *   cluster.awaitHealthy(Duration.ofSeconds(20));
 * }
 * }</pre>
 *
 * <p>Every node can be killed, paused, resumed and restarted on its own; it keeps its port, its
 * data (all that it has replied to) and its place in the cluster.
 *
 * <p>Questions about the cluster are answered with what most of the living nodes say.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedCluster implements AutoCloseable {

  /** How many slots there are. */
  public static final int SLOTS = 16_384;

  private static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(20);

  private final ClusterPlan plan;
  private final List<EmbeddedRedis> seeds;
  private final List<EmbeddedRedis> nodes;
  private final Map<Integer, SlotMove> moves = new ConcurrentHashMap<>();

  EmbeddedCluster(ClusterPlan plan, List<EmbeddedRedis> nodes) {
    this.plan = plan;
    this.seeds = List.copyOf(nodes.subList(0, plan.masters()));
    this.nodes = new CopyOnWriteArrayList<>(nodes);
  }

  /** For a cluster with settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** What to start, and how. */
  public static final class Builder {
    private ClusterPlan plan = ClusterPlan.DEFAULT;

    private Builder() {}

    /** How many masters share the slots. Default: 3, the fewest that survive the loss of one. */
    public Builder masters(int count) {
      plan = plan.withMasters(count);
      return this;
    }

    /** How many replicas each master has. Default: 1. */
    public Builder replicasPerMaster(int count) {
      plan = plan.withReplicasPerMaster(count);
      return this;
    }

    /** How long a node must be silent until the others hold it to be down. Default: 2 s. */
    public Builder nodeTimeout(Duration silence) {
      plan = plan.withNodeTimeout(silence);
      return this;
    }

    /** A line of the redis.conf of all nodes, the name and its words. */
    public Builder config(String name, String... words) {
      plan = plan.withData(plan.data().withConfig(name, words));
      return this;
    }

    /** Asks this password of clients. Default: none. */
    public Builder password(String secret) {
      plan = plan.withData(plan.data().withAccess(plan.data().access().withPassword(secret)));
      return this;
    }

    /** Nodes speak TLS and nothing else, also with each other. Default: plain connections. */
    public Builder tls(TlsFiles files) {
      plan = plan.withData(plan.data().withAccess(plan.data().access().withTls(files)));
      return this;
    }

    /** The server program. Default: searched for, see {@link EmbeddedRedis}. */
    public Builder executable(Path program) {
      plan = plan.withData(plan.data().withExecutable(program));
      return this;
    }

    /**
     * Starts all nodes and makes them a cluster; returns when it is healthy, see {@link
     * #awaitHealthy}. Takes about 3 s, since Redis lets a new master wait for 2 s.
     *
     * @throws EmbeddedRedisException when it does not become so
     */
    public EmbeddedCluster start() {
      return plan.start();
    }
  }

  /** The slot of a key: that of its hash tag, if it has one. */
  public static int slot(String key) {
    return KeySlot.of(key);
  }

  /**
   * {@code redis-cluster://127.0.0.1:port,127.0.0.1:port,127.0.0.1:port} with the ports of the
   * first masters, and the password, if there is one: then not for logs. {@code rediss-cluster:}
   * with TLS.
   */
  public String uri() {
    return plan.data().access().uri("cluster", seeds);
  }

  /** All nodes that were not removed, the first masters first, be they alive or not. */
  public List<EmbeddedRedis> nodes() {
    return List.copyOf(nodes);
  }

  /** The nodes that have slots now, in the order of {@link #nodes}. */
  public List<EmbeddedRedis> masters() {
    var view = view();
    return nodes.stream()
        .filter(node -> view.at(node.port()).filter(peer -> !peer.slots().isEmpty()).isPresent())
        .toList();
  }

  /**
   * The node that has the slot of this key now, be it alive or not.
   *
   * @throws IllegalStateException when no node has
   */
  public EmbeddedRedis owner(String key) {
    return owner(slot(key));
  }

  private EmbeddedRedis owner(int slot) {
    return view()
        .owner(slot)
        .map(peer -> node(peer.port()))
        .orElseThrow(() -> new IllegalStateException("no node has the slot " + slot));
  }

  /**
   * A living replica of this master.
   *
   * @throws IllegalStateException when there is none
   */
  public EmbeddedRedis replicaOf(EmbeddedRedis master) {
    var view = view();
    return view.at(master.port()).map(view::replicasOf).orElse(List.of()).stream()
        .map(peer -> node(peer.port()))
        .filter(EmbeddedCluster::isLiving)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no living replica of port " + master.port()));
  }

  /**
   * Begins to move a slot: its owner sends away clients that ask for keys which it does not have,
   * the target serves those who say {@code ASKING}.
   *
   * @throws IllegalStateException when the target has the slot
   */
  public void beginMove(int slot, EmbeddedRedis to) {
    var source = owner(slot);
    if (source == to) {
      throw new IllegalStateException("port %d has the slot %d".formatted(to.port(), slot));
    }
    var move = new SlotMove(slot, source, to, plan.data().access());
    move.begin();
    moves.put(slot, move);
  }

  /**
   * Moves all keys of the slot, also those that come up meanwhile.
   *
   * @return how many
   */
  public int moveKeys(int slot) {
    return move(slot).moveKeys();
  }

  /** Ends the move: the target owns the slot, and all living masters have been told so. */
  public void finishMove(int slot) {
    move(slot).finish(living().filter(this::isMaster).toList());
    moves.remove(slot);
  }

  /**
   * Moves a slot with its keys to another master. One that gives away its last slot becomes a
   * replica of that other by itself.
   */
  public void moveSlot(int slot, EmbeddedRedis to) {
    beginMove(slot, to);
    moveKeys(slot);
    finishMove(slot);
  }

  private SlotMove move(int slot) {
    var move = moves.get(slot);
    if (move == null) {
      throw new IllegalStateException("no move of the slot %d has begun".formatted(slot));
    }
    return move;
  }

  private boolean isMaster(EmbeddedRedis node) {
    return "master".equals(node.info("role"));
  }

  /**
   * Makes a replica the master in agreement with the old one, which loses no write, and waits until
   * most of the nodes know.
   */
  public void failover(EmbeddedRedis replica) {
    promote(replica, "CLUSTER", "FAILOVER");
  }

  /**
   * Makes a replica the master without asking anybody, as one does when most of the masters are
   * gone, and waits until most of the living nodes know. Writes that it has not seen are lost.
   */
  public void takeover(EmbeddedRedis replica) {
    promote(replica, "CLUSTER", "FAILOVER", "TAKEOVER");
  }

  private void promote(EmbeddedRedis replica, String... command) {
    replica.command(command);
    Polling.until(
        "the node on port %d as a master".formatted(replica.port()),
        CHANGE_TIMEOUT,
        () ->
            isMaster(replica) && masters().contains(replica)
                ? Optional.empty()
                : Optional.of("it has no slots yet"));
  }

  /**
   * Waits until all living nodes hold the cluster to be well, agree on who has which slots and who
   * follows whom, reach each other, and every replica is in step with a living master.
   *
   * @throws EmbeddedRedisException when this does not come about in time
   */
  public void awaitHealthy(Duration timeout) {
    Polling.until("a healthy cluster", timeout, this::sickness);
  }

  private Optional<String> sickness() {
    var living = living().toList();
    var common = view();
    return living.stream()
        .map(
            node ->
                ClusterState.obstacle(node)
                    .or(() -> ClusterPlan.stranger(node, living))
                    .or(() -> disagreement(node, common)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> disagreement(EmbeddedRedis node, ClusterView common) {
    var view = ClusterView.of(node);
    return view.ownership().equals(common.ownership())
            && view.following().equals(common.following())
        ? Optional.empty()
        : Optional.of("port %d sees other owners or other replicas".formatted(node.port()));
  }

  /**
   * Starts another node, makes it known to all, and waits until it can be given slots: a master
   * that has none.
   *
   * @return the node
   */
  public EmbeddedRedis addNode() {
    var node = plan.startNode();
    try {
      ClusterPlan.meet(node, living().toList());
      nodes.add(node);
      ClusterPlan.awaitAcquaintance(living().toList());
      Polling.until("a node that is well", CHANGE_TIMEOUT, () -> ClusterState.obstacle(node));
      return node;
    } catch (RuntimeException e) {
      nodes.remove(node);
      node.close();
      throw e;
    }
  }

  /**
   * Ends a node for good and has the others forget it.
   *
   * @throws IllegalStateException when it still has slots: move them, or fail over, before
   */
  public void removeNode(EmbeddedRedis node) {
    var peer = view().at(node.port());
    if (peer.filter(it -> !it.slots().isEmpty()).isPresent()) {
      throw new IllegalStateException(
          "port %d still has slots; move them before".formatted(node.port()));
    }
    nodes.remove(node);
    node.close();
    peer.ifPresent(it -> living().forEach(other -> other.command("CLUSTER", "FORGET", it.id())));
  }

  /** Ends all of it, and deletes the data. */
  @Override
  public void close() {
    nodes.forEach(EmbeddedRedis::close);
  }

  @Override
  public String toString() {
    return "cluster of " + nodes;
  }

  /** What most of the living nodes say about the slots. */
  private ClusterView view() {
    return living()
        .map(ClusterView::of)
        .collect(Collectors.groupingBy(ClusterView::ownership))
        .values()
        .stream()
        .max(Comparator.comparingInt(List::size))
        .map(List::getFirst)
        .orElseThrow(() -> new IllegalStateException("no node of the cluster runs"));
  }

  private EmbeddedRedis node(int port) {
    return nodes.stream()
        .filter(node -> node.port() == port)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("port " + port + " is none of our nodes"));
  }

  private Stream<EmbeddedRedis> living() {
    return nodes.stream().filter(EmbeddedCluster::isLiving);
  }

  private static boolean isLiving(EmbeddedRedis node) {
    return node.isRunning() && !node.isPaused();
  }
}
