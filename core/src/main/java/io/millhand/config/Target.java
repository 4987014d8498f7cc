// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Which server, or servers, a connection is for. */
public sealed interface Target {

  /** What an address of it begins with, without TLS. */
  String scheme();

  /** The servers that are asked first. */
  List<Node> nodes();

  /**
   * One server.
   *
   * @param node where it is
   */
  record Single(Node node) implements Target {
    @Override
    public String scheme() {
      return "redis";
    }

    @Override
    public List<Node> nodes() {
      return List.of(node);
    }

    @Override
    public String toString() {
      return node.toString();
    }
  }

  /**
   * The master that Sentinels name.
   *
   * @param nodes the Sentinels, one at least
   * @param service the name by which they know the master
   * @param credentials ours at the Sentinels, asked at every connect
   */
  record Sentinels(List<Node> nodes, String service, Supplier<Credentials> credentials)
      implements Target {
    /** With a copy of the list. */
    public Sentinels {
      nodes = List.copyOf(nodes);
    }

    @Override
    public String scheme() {
      return "redis-sentinel";
    }

    @Override
    public String toString() {
      return join(nodes) + "/" + service;
    }
  }

  /**
   * A Redis Cluster.
   *
   * @param nodes some of its nodes; the others are learnt from them
   */
  record Cluster(List<Node> nodes) implements Target {
    /** With a copy of the list. */
    public Cluster {
      nodes = List.copyOf(nodes);
    }

    @Override
    public String scheme() {
      return "redis-cluster";
    }

    @Override
    public String toString() {
      return join(nodes);
    }
  }

  private static String join(List<Node> nodes) {
    return nodes.stream().map(Node::toString).collect(Collectors.joining(","));
  }
}
