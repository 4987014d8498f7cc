// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.ExitCode;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.Texts;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand ls}. */
@Command(
    name = "ls",
    description = {"List the streams of the database.", ""},
    footer = {
      "",
      "OLDEST: how long ago the oldest entry was added. NEWEST: the newest.",
      "MEMORY: by a sample, what groups keep of it included."
    })
public final class ListCommand implements Callable<Integer> {

  private static final List<String> HEAD =
      List.of("STREAM", "ENTRIES", "GROUPS", "OLDEST", "NEWEST", "MEMORY", "AN ENTRY");

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public ListCommand() {}

  @Override
  public Integer call() {
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var streams = inspector.streams(inspector.streams());
      if (output.isJson()) {
        streams.forEach(stream -> output.line(SeenJson.line(stream, SeenJson::stream)));
      } else if (streams.isEmpty()) {
        output.line("No streams.");
      } else {
        var now = inspector.serverTime();
        output.table(HEAD, streams.stream().map(stream -> row(stream, now)).toList());
      }
      return ExitCode.OK;
    }
  }

  private static List<String> row(StreamSnapshot stream, Instant now) {
    return List.of(
        stream.key(),
        Texts.count(stream.length()),
        Texts.count(stream.groups()),
        Texts.duration(stream.oldest().map(id -> age(id.time(), now))),
        Texts.duration(stream.newest().map(id -> age(id.time(), now))),
        Texts.bytes(stream.bytes()),
        Texts.bytes(stream.bytesPerEntry()));
  }

  private static Duration age(Instant then, Instant now) {
    return then.isAfter(now) ? Duration.ZERO : Duration.between(then, now);
  }
}
