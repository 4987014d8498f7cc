// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Glob;
import io.millhand.cli.GroupOption;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StopSignals;
import io.millhand.cli.autoscale.GroupName;
import io.millhand.cli.autoscale.GroupPolicy;
import io.millhand.cli.autoscale.Pilot;
import io.millhand.cli.autoscale.Policies;
import io.millhand.cli.autoscale.PolicyOptions;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.serve.RedisLink;
import io.millhand.inspect.Survey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand scale}: as many worker processes as a group needs, on this machine. */
@Command(
    name = "scale",
    description = {
      "Keep as many worker processes on this machine as a group needs.",
      "",
      "SIGTERM and SIGINT have all workers drain, and end it. A second one kills them and leaves at once.",
      ""
    },
    footer = {
      "",
      "The command gets STREAM_KEY, GROUP_NAME, what is given here of Redis, and its number as",
      "MILLHAND_WORKER. Without --max there are at most twice as many workers as processors.",
      "",
      "Examples:",
      "  millhand scale --stream orders --group processing --exec 'millhand work --exec ./charge.sh'",
      "  millhand scale --stream orders --group processing --exec ./worker.sh --min 1 --max 8 --dry-run"
    })
public final class ScaleCommand implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.scale");
  private static final Duration SIGNALS_HOLD = Duration.ofSeconds(15);

  @Option(
      names = "--exec",
      paramLabel = "CMD",
      required = true,
      description = "The shell command of one worker, usually millhand work.")
  private String command = "";

  @Option(
      names = "--stream",
      paramLabel = "KEY",
      required = true,
      defaultValue = "${env:STREAM_KEY}",
      description = "The stream's key. Else STREAM_KEY.")
  private String stream = "";

  @Mixin private GroupOption group = new GroupOption();
  @Mixin private PolicyOptions policy = new PolicyOptions();

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "5s",
      description = "How often it is decided, 500ms to 1m (default ${DEFAULT-VALUE}).")
  private Duration every = Duration.ofSeconds(5);

  @Option(
      names = "--stop-timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      description =
          "How long a worker may drain until it is killed (default ${DEFAULT-VALUE}); longer than its own drain time-out.")
  private Duration stopTimeout = Duration.ofSeconds(60);

  @Option(
      names = "--dry-run",
      description = "Start nothing; print how many workers there would be, and why.")
  private boolean dryRun;

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public ScaleCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    check();
    var kept = policy.over(usual());
    var name = new GroupName(stream, group.group());
    var signals = new Signals(longer(SIGNALS_HOLD, every.multipliedBy(3)));
    var account = new Account(output);
    log.info(
        "{} of {}, {} to {} workers{}",
        Escape.text(name.group()),
        Escape.text(stream),
        kept.min(),
        kept.max(),
        dryRun ? ": a dry run, nothing is started" : "");
    try (var link = new RedisLink(redis.builder())) {
      var looks = new OneGroup(link, name);
      var policies =
          new Policies(
              List.of(new GroupPolicy(Glob.literal(stream), Glob.literal(name.group()), kept)));
      return dryRun
          ? rehearse(new Rehearsal(name, signals, account), looks, policies, signals)
          : run(name, kept, looks, policies, signals, account);
    }
  }

  /** The machine is one, and not large. */
  private static ScalingPolicy usual() {
    return ScalingPolicy.DEFAULT.between(0, 2 * Runtime.getRuntime().availableProcessors());
  }

  @SuppressWarnings("try") // that the pilot looks is all
  private int run(
      GroupName name,
      ScalingPolicy kept,
      Pilot.Looks looks,
      Policies policies,
      Signals signals,
      Account account)
      throws InterruptedException {
    var output = this.output.isJson() ? Launch.Stdout.STDERR : Launch.Stdout.OURS;
    var launch = new Launch(command, environment(name), stopTimeout, output);
    var foreman = new Foreman(name, kept.min(), stopTimeout, signals, launch, account);
    StopSignals.listen(
        signal -> {
          log.info("SIG{}: all workers drain; another one kills them", signal);
          foreman.stop();
        },
        signal -> {
          log.warn("SIG{}: leaving at once; others take over what the workers held", signal);
          foreman.killAll();
        });
    try (var pilot = pilot(looks, policies, signals, () -> Optional.of(foreman.requested()))) {
      return foreman.run();
    }
  }

  @SuppressWarnings("try") // that they look and listen is all
  private int rehearse(Rehearsal rehearsal, Pilot.Looks looks, Policies policies, Signals signals)
      throws InterruptedException {
    var stopped = new CountDownLatch(1);
    StopSignals.listen(signal -> stopped.countDown(), signal -> {});
    try (var listening = signals.listen(rehearsal);
        var pilot = pilot(looks, policies, signals, Optional::empty)) {
      stopped.await();
    }
    return ExitCode.OK;
  }

  private Pilot pilot(
      Pilot.Looks looks, Policies policies, Signals signals, Supplier<Optional<Integer>> there) {
    return new Pilot(looks, policies, every, signals, each -> there.get()).start();
  }

  private Map<String, String> environment(GroupName name) {
    var variables = new HashMap<>(redis.environment());
    variables.put("STREAM_KEY", name.stream());
    variables.put("GROUP_NAME", name.group());
    return variables;
  }

  private void check() {
    if (stream.isEmpty() || stream.contains(",")) {
      throw CommandFailure.usage(
          "--stream '%s' must be the name of one stream, without a comma: millhand work would take it for several"
              .formatted(Escape.text(stream)));
    }
    if (command.isBlank()) {
      throw CommandFailure.usage("--exec is empty: it is to be the command of one worker");
    }
    if (every.compareTo(Duration.ofMillis(500)) < 0 || every.compareTo(Duration.ofMinutes(1)) > 0) {
      throw CommandFailure.usage("--every must be 500ms to 1m");
    }
    if (stopTimeout.isNegative() || stopTimeout.compareTo(Duration.ofDays(1)) > 0) {
      throw CommandFailure.usage("--stop-timeout must be 0s to 1d");
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /**
   * Looks at one group of one stream.
   *
   * @param link the way to Redis
   * @param name the group
   */
  private record OneGroup(RedisLink link, GroupName name) implements Pilot.Looks {
    @Override
    public Survey all() {
      return link.ask(
          millhand ->
              millhand
                  .inspector()
                  .survey(List.of(name.stream()), (key, group) -> group.equals(name.group())));
    }

    @Override
    public Survey at(List<GroupName> groups) {
      return all();
    }
  }
}
