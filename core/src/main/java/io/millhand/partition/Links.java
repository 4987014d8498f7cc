// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

import io.millhand.error.UnavailableException;
import io.millhand.redis.PartitionCommands;
import io.millhand.redis.RedisStreams;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Connections that are kept, one for each stream that is asked about again and again.
 *
 * <p>Threads: one at a time.
 */
final class Links implements AutoCloseable {

  private final RedisStreams streams;
  private final Map<String, PartitionCommands> open = new HashMap<>();

  Links(RedisStreams streams) {
    this.streams = streams;
  }

  <T> T ask(String stream, Function<PartitionCommands, T> question) {
    var commands = open.get(stream);
    if (commands == null || commands.isBroken()) {
      close(stream);
      commands = streams.partitioning(stream);
      open.put(stream, commands);
    }
    try {
      return question.apply(commands);
    } catch (UnavailableException e) {
      close(stream);
      throw e;
    }
  }

  /** Closes those that are not needed any more. */
  void keepOnly(Collection<String> needed) {
    List.copyOf(open.keySet()).stream()
        .filter(stream -> !needed.contains(stream))
        .forEach(this::close);
  }

  private void close(String stream) {
    var commands = open.remove(stream);
    if (commands != null) {
      commands.close();
    }
  }

  @Override
  public void close() {
    List.copyOf(open.keySet()).forEach(this::close);
  }
}
