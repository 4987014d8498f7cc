// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupArgument;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.Texts;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.WorkerInfo;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand consumers}. */
@Command(
    name = "consumers",
    description = {"List the consumers of a group: our workers, and clients of other kinds.", ""},
    footer = {
      "",
      "STATE: of a worker: alive while its connection exists; gone; unseen where that cannot be told.",
      "IDLE: since it last asked Redis for entries, or was given some.",
      "SUSPECT: the entry that it runs alone, since other workers died with it."
    })
public final class ConsumersCommand implements Callable<Integer> {

  static final List<String> HEAD =
      List.of(
          "CONSUMER",
          "KIND",
          "STATE",
          "PENDING",
          "IDLE",
          "HOST",
          "PID",
          "VERSION",
          "SINCE",
          "SUSPECT");

  @Mixin private GroupArgument target = new GroupArgument();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public ConsumersCommand() {}

  @Override
  public Integer call() {
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var consumers = inspector.consumers(target.stream(), target.group());
      if (output.isJson()) {
        consumers.forEach(consumer -> output.line(SeenJson.line(consumer, SeenJson::consumer)));
      } else if (consumers.isEmpty()) {
        output.line("No consumers.");
      } else {
        output.table(HEAD, consumers.stream().map(ConsumersCommand::row).toList());
      }
      return ExitCode.OK;
    }
  }

  private static String kind(ConsumerSnapshot consumer) {
    return consumer.kind().name().toLowerCase(Locale.ROOT);
  }

  static List<String> row(ConsumerSnapshot consumer) {
    var worker = consumer.worker();
    return List.of(
        consumer.name(),
        kind(consumer),
        worker.map(it -> it.presence().name().toLowerCase(Locale.ROOT)).orElse("-"),
        Texts.count(consumer.pending()),
        Texts.duration(consumer.idle()),
        worker.map(WorkerInfo::host).orElse("-"),
        worker.map(it -> Long.toString(it.pid())).orElse("-"),
        worker.map(WorkerInfo::version).orElse("-"),
        worker.map(WorkerInfo::since).orElse("-"),
        worker.flatMap(WorkerInfo::suspect).map(Object::toString).orElse("-"));
  }
}
