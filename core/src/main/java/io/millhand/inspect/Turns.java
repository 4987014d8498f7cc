// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.config.Node;
import io.millhand.error.UnavailableException;
import io.millhand.redis.Commands;
import io.millhand.redis.RedisStreams;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection to each node that was needed so far, on which several threads take turns; opened by
 * the first, and anew when it broke.
 *
 * @param <C> the commands on it
 */
final class Turns<C extends Commands> implements AutoCloseable {

  private final RedisStreams streams;
  private final Opener<C> opener;
  private final Map<Node, Line<C>> lines = new ConcurrentHashMap<>();

  /** Opens a connection to a node, of which a stream is the reason; empty where none is. */
  @FunctionalInterface
  interface Opener<C> {
    C open(Node node, String stream);
  }

  Turns(RedisStreams streams, Opener<C> opener) {
    this.streams = streams;
    this.opener = opener;
  }

  /** At the node that serves that stream; waits for its turn. */
  <R> R at(String stream, Function<C, R> question) {
    return line(streams.nodeOf(stream)).take(stream, question);
  }

  /**
   * The same for what changes nothing: asked again where the stream turns out to have moved while
   * we asked.
   */
  <R> R ask(String stream, Function<C, R> question) {
    try {
      return at(stream, question);
    } catch (UnavailableException e) {
      if (!hasMoved(e)) {
        throw e;
      }
      return at(stream, question);
    }
  }

  private static boolean hasMoved(UnavailableException e) {
    return e.reason() == UnavailableException.Reason.CLUSTER
        || e.reason() == UnavailableException.Reason.READ_ONLY;
  }

  /** At that node, whatever it serves. */
  <R> R at(Node node, Function<C, R> question) {
    return line(node).take("", question);
  }

  /** At any node. */
  <R> R anywhere(Function<C, R> question) {
    return at(streams.nodes().get(0), question);
  }

  /** At each node, one after another. */
  <R> List<R> everywhere(Function<C, R> question) {
    return streams.nodes().stream().map(node -> at(node, question)).toList();
  }

  private Line<C> line(Node node) {
    return lines.computeIfAbsent(node, each -> new Line<>(each, opener));
  }

  /** A later turn opens them again. */
  @Override
  public void close() {
    lines.values().forEach(Line::close);
  }

  /** One of them. */
  private static final class Line<C extends Commands> {
    private final Node node;
    private final Opener<C> opener;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock. */
    private @Nullable C current;

    Line(Node node, Opener<C> opener) {
      this.node = node;
      this.opener = opener;
    }

    <R> R take(String stream, Function<C, R> question) {
      lock.lock();
      try {
        var commands = current;
        if (commands == null || commands.isBroken()) {
          close();
          commands = opener.open(node, stream);
          current = commands;
        }
        return question.apply(commands);
      } finally {
        lock.unlock();
      }
    }

    void close() {
      lock.lock();
      try {
        if (current != null) {
          current.close();
          current = null;
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
