// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupArgument;
import io.millhand.cli.Json;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand group create}. */
@Command(
    name = "create",
    description = {
      "Create a group, and the stream where there is none. One that exists is left as it is.",
      ""
    })
public final class GroupCreateCommand implements Callable<Integer> {

  @Mixin private GroupArgument target = new GroupArgument();

  @Option(
      names = "--start",
      paramLabel = "WHERE",
      defaultValue = "beginning",
      description =
          "What it reads first: beginning, now (what is added from now on), an entry id (what comes"
              + " after it), or a time such as 2026-01-31T12:00:00Z (default ${DEFAULT-VALUE}).")
  private String start = "beginning";

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public GroupCreateCommand() {}

  @Override
  public Integer call() {
    var where = Starts.parse("--start", start);
    try (var millhand = redis.connect()) {
      var created = millhand.operator().createGroup(target.stream(), target.group(), where);
      if (output.isJson()) {
        output.line(
            Json.write(
                json -> {
                  json.writeStartObject();
                  json.writeStringProperty("stream", target.stream());
                  json.writeStringProperty("group", target.group());
                  json.writeBooleanProperty("created", created);
                  json.writeEndObject();
                }));
      } else {
        output.line(
            "%s/%s %s"
                .formatted(
                    Escape.text(target.stream()),
                    Escape.text(target.group()),
                    created ? "was created" : "exists already and was left as it is"));
      }
      return ExitCode.OK;
    }
  }
}
