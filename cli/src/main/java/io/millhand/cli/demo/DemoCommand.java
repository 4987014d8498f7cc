// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Output;
import io.millhand.cli.Paint;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.Screen;
import io.millhand.cli.StopSignals;
import io.millhand.cli.Terminal;
import io.millhand.cli.demo.Child.News;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millhand demo}. */
@Command(
    name = "demo",
    description = {
      "Watch a consumer group lose a worker, and nothing else.",
      "",
      "Starts a Redis of its own, a producer and worker processes, kills workers with -9, and proves"
          + " from ledgers written outside Redis that every entry was handled. Without --messages it"
          + " goes on until Ctrl-C.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millhand demo",
      "  millhand demo --autoscale",
      "  millhand demo --messages 5000 --workers 3 --kill 1 --fail-rate 0.05 --handler-ms 5 --json"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing was lost, nothing is left pending",
      "1:something was lost or left, or a process failed",
      "2:the command line cannot work",
      "3:Redis cannot be started or reached"
    })
public final class DemoCommand implements Callable<Integer> {

  /** Besides those that begin with --redis, what a child needs to reach the same Redis. */
  private static final List<String> REACH = List.of("--user", "--password-file");

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

  @Option(
      names = "--autoscale",
      description =
          "Kill nobody: after a while many come at once, and the fleet grows from 1 to what is needed, up to --workers, and"
              + " shrinks again. Then it ends. --messages is how many come at once, --rate what comes before and after.")
  private boolean autoscale;

  @Option(
      names = "--messages",
      paramLabel = "N",
      description =
          "How many to send, up to 1000000. Default: until Ctrl-C; with --autoscale: 1500.")
  private @Nullable Long messages;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "How many to send in a second. Default: 150; with --autoscale 20; with --messages, so that all takes about half a minute.")
  private @Nullable Double rate;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Worker processes. Default: 3; with --autoscale, at most 8.")
  private @Nullable Integer workers;

  @Option(
      names = "--kill",
      paramLabel = "N",
      description =
          "How many of them to kill with -9. Default: one every 30 s, which is replaced; with --messages one, in the middle.")
  private @Nullable Integer kill;

  @Option(
      names = "--fail-rate",
      paramLabel = "SHARE",
      defaultValue = "0.05",
      description =
          "Share of attempts that fail and are retried, 0 to 1 (default ${DEFAULT-VALUE}).")
  private double failRate;

  @Option(
      names = "--handler-ms",
      paramLabel = "N",
      defaultValue = "100",
      description = "Milliseconds that a handler takes (default ${DEFAULT-VALUE}).")
  private long handlerMillis;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Handlers at once in each worker. Default: 16; with --autoscale 4.")
  private @Nullable Integer concurrency;

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      defaultValue = "15s",
      description =
          "How long a worker may be silent before it counts as dead (default ${DEFAULT-VALUE}).")
  private Duration lease = Duration.ofSeconds(15);

  @Option(
      names = "--stream",
      paramLabel = "KEY",
      defaultValue = "orders",
      description = "The stream (default ${DEFAULT-VALUE}).")
  private String stream = "";

  @Option(
      names = "--group",
      paramLabel = "NAME",
      defaultValue = "processing",
      description = "The group (default ${DEFAULT-VALUE}).")
  private String group = "";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Keep the data of our own Redis there. Default: nothing is kept.")
  private @Nullable Path dataDir;

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public DemoCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    var settings = settings();
    settings.check();
    var inbox = new LinkedBlockingQueue<News>();
    StopSignals.listen(signal -> inbox.add(new News.StopAsked()), signal -> restoreTerminal());
    return run(settings, inbox);
  }

  /** For who leaves at once: children and Redis notice by themselves. */
  private void restoreTerminal() {
    if (isLive()) {
      output.out().print(Screen.LEAVE);
      output.out().flush();
    }
  }

  private boolean isLive() {
    return output.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }

  private int run(DemoSettings settings, LinkedBlockingQueue<News> inbox)
      throws InterruptedException {
    try (var site = site()) {
      var ending = show(settings, site, inbox);
      var proof = ending.proof();
      if (output.isJson()) {
        output.line(proof.json());
      } else {
        ending.story().forEach(output::line);
        output.line("");
        proof.words().forEach(output::line);
        site.remains(stream).ifPresent(output::line);
      }
      return proof.holds() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  /**
   * What is to be printed at the end.
   *
   * @param story what happened, where the picture that showed it is gone
   * @param proof what came out
   */
  private record Ending(List<String> story, Proof proof) {}

  private Ending show(DemoSettings settings, Site site, LinkedBlockingQueue<News> inbox)
      throws InterruptedException {
    try (var view = view(settings, site);
        var demo = new Demo(settings, site, newRun(), view, inbox)) {
      var proof = demo.run();
      return new Ending(view instanceof LiveView ? demo.story() : List.of(), proof);
    }
  }

  private DemoSettings settings() {
    if (autoscale && kill != null && kill > 0) {
      throw CommandFailure.usage("--autoscale kills nobody: leave --kill away");
    }
    return new DemoSettings(
        new DemoSettings.Source(stream, group),
        messages == null || autoscale ? OptionalLong.empty() : OptionalLong.of(messages),
        rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
        kill == null ? OptionalInt.empty() : OptionalInt.of(kill),
        new DemoSettings.Fleet(
            autoscale ? 1 : or(workers, 3),
            or(concurrency, autoscale ? 4 : 16),
            Duration.ofMillis(handlerMillis),
            failRate,
            lease),
        autoscale ? Optional.of(burst()) : Optional.empty());
  }

  private DemoSettings.Burst burst() {
    var most = or(workers, 8);
    if (most < 2 || most > 50) {
      throw CommandFailure.usage("--workers must be 2 to 50 with --autoscale, but is " + most);
    }
    return new DemoSettings.Burst(
        messages == null ? 1500 : messages,
        Duration.ofSeconds(10),
        ScalingPolicy.DEFAULT
            .between(1, most)
            .objective(Duration.ofSeconds(20))
            .drain(Duration.ofSeconds(8)));
  }

  private static int or(@Nullable Integer given, int usual) {
    return given == null ? usual : given;
  }

  /** Our own Redis unless one was named: a variable of the environment is not enough for that. */
  private Site site() {
    var parsed = spec.commandLine().getParseResult();
    if (!parsed.hasMatchedOption("--redis")) {
      return Site.embedded(Optional.ofNullable(dataDir));
    }
    var arguments = new ArrayList<String>();
    for (var option : parsed.matchedOptions()) {
      var name = option.longestName();
      if (name.startsWith("--redis") || REACH.contains(name)) {
        arguments.add(name);
        if (option.arity().max() > 0) {
          arguments.add(option.originalStringValues().getFirst());
        }
      }
    }
    return Site.given(redis, arguments, stream);
  }

  private View view(DemoSettings settings, Site site) {
    if (!isLive()) {
      return new PlainView(output.isJson() ? spec.commandLine().getErr() : output.out());
    }
    var paint = Terminal.hasColours(Terminal.Stream.OUT) ? Paint.COLOURS : Paint.PLAIN;
    var title =
        "%s · stream %s · group %s"
            .formatted(site.describe(), Escape.text(stream), Escape.text(group));
    var hint =
        "Ctrl-C ends it and shows the proof."
            + (settings.isEndless() && settings.burst().isEmpty()
                ? " Or kill a worker yourself, in another terminal: kill -9 PID"
                : "");
    return new LiveView(output.out(), paint, title, hint);
  }

  /** Tells this run from others on the same Redis. */
  private static String newRun() {
    return Integer.toString(
        ThreadLocalRandom.current().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36);
  }
}
