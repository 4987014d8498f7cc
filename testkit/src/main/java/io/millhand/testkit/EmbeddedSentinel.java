// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A master, its replicas and the Sentinels that watch over them: real processes on free ports of
 * the loopback interface, gone with this object or this process.
 *
 * <pre>{@code
 * try (var sentinel = EmbeddedSentinel.builder().replicas(2).start()) {
 *   var client = connect(sentinel.uri());
 *   var first = sentinel.master();
 *   first.kill();
 *   sentinel.awaitMasterOtherThan(first, Duration.ofSeconds(20));
 *   first.restart();
 *   sentinel.awaitHealthy(Duration.ofSeconds(40));
 * }
 * }</pre>
 *
 * <p>Every node and Sentinel can be killed, paused, resumed and restarted on its own; it keeps its
 * port, its data (all that it has replied to) and what the Sentinels have written into its
 * configuration. The Sentinels keep the pace of real ones, unless made {@link Builder#eager}: an
 * old master that comes back takes writes for 8 to 18 s until they make it a replica, and a
 * Sentinel that was paused for over 2 s does not act for 30 s (it is in "tilt").
 *
 * <p>Thread-safe.
 */
public final class EmbeddedSentinel implements AutoCloseable {

  /** A Sentinel tells the others of a new master every 2 s. */
  private static final Duration SPREAD = Duration.ofSeconds(20);

  private static final String HELLO = "__sentinel__:hello";

  private final String service;
  private final SentinelPlan plan;
  private final List<EmbeddedRedis> nodes;
  private final List<EmbeddedRedis> sentinels;

  EmbeddedSentinel(SentinelPlan plan, List<EmbeddedRedis> nodes, List<EmbeddedRedis> sentinels) {
    this.plan = plan;
    this.service = plan.service();
    this.nodes = List.copyOf(nodes);
    this.sentinels = List.copyOf(sentinels);
  }

  /** For a topology with settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** What to start, and how. */
  public static final class Builder {
    private SentinelPlan plan = SentinelPlan.DEFAULT;

    private Builder() {}

    /** How many replicas the master has. Default: 2. */
    public Builder replicas(int count) {
      plan = plan.withReplicas(count);
      return this;
    }

    /** How many Sentinels there are; the majority of them decides. Default: 3. */
    public Builder sentinels(int count) {
      plan = plan.withSentinels(count);
      return this;
    }

    /** How long a master must be silent until a Sentinel holds it to be down. Default: 1 s. */
    public Builder downAfter(Duration silence) {
      plan = plan.withDownAfter(silence);
      return this;
    }

    /**
     * How long a failover may take; one that was started and has failed is tried again after twice
     * this. Default: 6 s.
     */
    public Builder failoverTimeout(Duration timeout) {
      plan = plan.withFailoverTimeout(timeout);
      return this;
    }

    /**
     * A line of the redis.conf of the data nodes, the name and its words: {@code
     * config("min-replicas-to-write", "1")}.
     */
    public Builder config(String name, String... words) {
      plan = plan.withData(plan.data().withConfig(name, words));
      return this;
    }

    /** Asks this password of clients of the data nodes. Default: none. */
    public Builder password(String secret) {
      plan = plan.withData(plan.data().withAccess(plan.data().access().withPassword(secret)));
      return this;
    }

    /** Asks this password of clients of the Sentinels. Default: none. */
    public Builder sentinelPassword(String secret) {
      plan = plan.withSentinelAccess(plan.sentinelAccess().withPassword(secret));
      return this;
    }

    /** Nodes and Sentinels speak TLS and nothing else. Default: plain connections. */
    public Builder tls(TlsFiles files) {
      plan = plan.withData(plan.data().withAccess(plan.data().access().withTls(files)));
      plan = plan.withSentinelAccess(plan.sentinelAccess().withTls(files));
      return this;
    }

    /**
     * Lets the Sentinels look at the nodes, and talk with each other, every half second rather than
     * every 10 s and 2 s: after a failover all is healthy again within 3 s, and an old master that
     * comes back is a replica as soon. How long a master must be silent is not changed by this. A
     * Sentinel that was restarted is eager again from the next {@link #awaitHealthy} on. Before
     * Redis 7.0 nothing changes. Default: the pace of real ones.
     */
    public Builder eager() {
      plan = plan.withPace(SentinelPlan.Pace.EAGER);
      return this;
    }

    /** The server program. Default: searched for, see {@link EmbeddedRedis}. */
    public Builder executable(Path program) {
      plan = plan.withData(plan.data().withExecutable(program));
      return this;
    }

    /**
     * Starts everything, and returns when it is healthy, see {@link #awaitHealthy}.
     *
     * @throws EmbeddedRedisException when it does not become so
     */
    public EmbeddedSentinel start() {
      return plan.start();
    }
  }

  /**
   * {@code redis-sentinel://127.0.0.1:port,127.0.0.1:port,127.0.0.1:port/service}, with the ports
   * of the Sentinels and the password of the data nodes, if there is one: then not for logs. {@code
   * rediss-sentinel:} with TLS.
   */
  public String uri() {
    return plan.data().access().uri("sentinel", sentinels) + "/" + service;
  }

  /** The name under which the Sentinels know the master: {@code millhand}. */
  public String service() {
    return service;
  }

  /** The data nodes; the first was the first master. */
  public List<EmbeddedRedis> nodes() {
    return nodes;
  }

  /** The Sentinels: servers to which one can send {@code SENTINEL} commands. */
  public List<EmbeddedRedis> sentinels() {
    return sentinels;
  }

  /**
   * The node that most of the living Sentinels name now, be it alive or not.
   *
   * @throws IllegalStateException when no Sentinel runs
   */
  public EmbeddedRedis master() {
    return named().entrySet().stream()
        .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
        .map(most -> node(most.getKey()))
        .orElseThrow(() -> new IllegalStateException("no Sentinel runs that could name a master"));
  }

  /** The nodes other than the {@link #master}. */
  public List<EmbeddedRedis> replicas() {
    var master = master();
    return nodes.stream().filter(node -> node != master).toList();
  }

  /** How many of the living Sentinels name which port. */
  private Map<Integer, Integer> named() {
    var votes = new HashMap<Integer, Integer>();
    for (var sentinel : living(sentinels).toList()) {
      var address =
          RedisProbe.list(sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", service));
      votes.merge(Integer.valueOf(String.valueOf(address.get(1))), 1, Integer::sum);
    }
    return votes;
  }

  private EmbeddedRedis node(int port) {
    return nodes.stream().filter(node -> node.port() == port).findFirst().orElseThrow();
  }

  /**
   * Has a Sentinel make another node the master, as {@code SENTINEL FAILOVER} does, and waits until
   * all living Sentinels name it.
   *
   * @return the new master
   * @throws EmbeddedRedisException when there is no good replica, or it takes more than 20 s
   */
  public EmbeddedRedis failover() {
    var before = master();
    Polling.until("SENTINEL FAILOVER", SPREAD, this::askForFailover);
    return awaitMasterOtherThan(before, SPREAD);
  }

  private Optional<String> askForFailover() {
    var sentinel =
        living(sentinels).findFirst().orElseThrow(() -> new IllegalStateException("no Sentinel"));
    sentinel.command("SENTINEL", "FAILOVER", service);
    return Optional.empty();
  }

  /**
   * Waits until all living Sentinels name the same other node, and that one holds itself to be the
   * master.
   *
   * @return the new master
   * @throws EmbeddedRedisException when they do not in time
   */
  public EmbeddedRedis awaitMasterOtherThan(EmbeddedRedis before, Duration timeout) {
    Polling.until(
        "a master other than " + before.port(), timeout, () -> noNewMaster(before.port()));
    return master();
  }

  private Optional<String> noNewMaster(int before) {
    var named = named();
    if (named.size() != 1 || named.containsKey(before)) {
      return Optional.of("the Sentinels name " + named.keySet());
    }
    var role = master().info("role");
    return "master".equals(role)
        ? Optional.empty()
        : Optional.of("the node on port %d is %s".formatted(master().port(), role));
  }

  /**
   * Waits until every living node other than the master follows it and is in step, and every living
   * Sentinel knows all of them and each other, and holds none to be down.
   *
   * @throws EmbeddedRedisException when this does not come about in time
   */
  public void awaitHealthy(Duration timeout) {
    if (plan.pace() == SentinelPlan.Pace.EAGER) {
      living(sentinels).forEach(EmbeddedSentinel::quicken);
    }
    Polling.until("a healthy service", timeout, this::sickness);
  }

  private static void quicken(EmbeddedRedis sentinel) {
    try {
      sentinel.command("SENTINEL", "DEBUG", "info-period", "500", "publish-period", "500");
    } catch (RedisProbe.ErrorReply e) {
      // Redis 6.2 has no such command: it keeps its pace
    }
  }

  private Optional<String> sickness() {
    var master = master();
    if (!"master".equals(master.info("role"))) {
      return Optional.of("the node on port %d is not the master".formatted(master.port()));
    }
    var replicas = living(nodes).filter(node -> node != master).toList();
    return Stream.concat(
            replicas.stream().map(node -> Replication.obstacle(node, master.port())),
            living(sentinels).map(sentinel -> sickness(sentinel, master, replicas)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> sickness(
      EmbeddedRedis sentinel, EmbeddedRedis master, Collection<EmbeddedRedis> replicas) {
    var others = living(sentinels).filter(other -> other != sentinel);
    return SentinelView.of(sentinel, service)
        .obstacle(
            master.port(),
            replicas.stream().map(EmbeddedRedis::port).toList(),
            others.map(EmbeddedRedis::port).toList())
        .map(what -> "for the Sentinel on port %d the %s".formatted(sentinel.port(), what));
  }

  /**
   * Tells each Sentinel of the others, in the words in which they would do it themselves within 2
   * s.
   */
  void introduce() {
    var master = nodes.getFirst();
    for (var sentinel : sentinels) {
      var hello =
          Stream.of(
                  Ports.LOOPBACK,
                  sentinel.port(),
                  sentinel.command("SENTINEL", "MYID"),
                  0,
                  service,
                  Ports.LOOPBACK,
                  master.port(),
                  0)
              .map(String::valueOf)
              .collect(Collectors.joining(","));
      sentinels.stream()
          .filter(other -> other != sentinel)
          .forEach(other -> other.command("PUBLISH", HELLO, hello));
    }
  }

  private static Stream<EmbeddedRedis> living(List<EmbeddedRedis> servers) {
    return servers.stream().filter(server -> server.isRunning() && !server.isPaused());
  }

  /** Ends all of it, and deletes the data. */
  @Override
  public void close() {
    Stream.concat(sentinels.stream(), nodes.stream()).forEach(EmbeddedRedis::close);
  }

  @Override
  public String toString() {
    return "%d Sentinels of %s".formatted(sentinels.size(), new ArrayList<>(nodes));
  }
}
