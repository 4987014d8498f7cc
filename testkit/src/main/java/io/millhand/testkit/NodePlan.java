// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the data nodes of a topology have in common. */
record NodePlan(ServerAccess access, List<List<String>> config, @Nullable Path executable) {

  static final NodePlan DEFAULT = new NodePlan(ServerAccess.OPEN, List.of(), null);

  NodePlan withAccess(ServerAccess other) {
    return new NodePlan(other, config, executable);
  }

  NodePlan withExecutable(Path other) {
    return new NodePlan(access, config, other);
  }

  NodePlan withConfig(String name, String... words) {
    var line = new ArrayList<>(List.of(name));
    line.addAll(List.of(words));
    var lines = new ArrayList<>(config);
    lines.add(List.copyOf(line));
    return new NodePlan(access, List.copyOf(lines), executable);
  }

  /** A server of this kind, which can still be given more; the user's lines come last. */
  EmbeddedRedis start(ServerMode mode, List<List<String>> directives) {
    var builder = EmbeddedRedis.builder().mode(mode).access(access);
    if (executable != null) {
      builder.executable(executable);
    }
    persistence().forEach(builder::config);
    directives.forEach(builder::config);
    config.forEach(builder::config);
    return builder.start();
  }

  /** All that was replied to outlives a kill, see {@link WithRedis#persistent}. */
  private List<List<String>> persistence() {
    var lines = new ArrayList<List<String>>();
    lines.add(List.of("appendonly", "yes"));
    lines.add(List.of("appendfsync", "no"));
    lines.add(List.of("repl-diskless-sync-delay", "0"));
    if (access.password() != null) {
      lines.add(List.of("masterauth", access.password()));
    }
    return lines;
  }
}
