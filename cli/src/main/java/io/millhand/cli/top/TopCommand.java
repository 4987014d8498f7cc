// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.top;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Output;
import io.millhand.cli.Paint;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.Screen;
import io.millhand.cli.StopSignals;
import io.millhand.cli.StreamsArgument;
import io.millhand.cli.Terminal;
import io.millhand.delivery.EntryId;
import io.millhand.error.MillhandException;
import io.millhand.error.NoGroupException;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Trend;
import io.millhand.inspect.Trend.Watched;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand top}. */
@Command(
    name = "top",
    description = {"Show all groups live, the worst first; look into one with Enter.", ""},
    footer = {"", "Needs a terminal. For programs: millhand groups --json."})
public final class TopCommand implements Callable<Integer> {

  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Duration LIST_EVERY = Duration.ofSeconds(30);
  private static final int DETAIL = 100;

  @Mixin private StreamsArgument streams = new StreamsArgument();

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "How often to look (default ${DEFAULT-VALUE}).")
  private Duration every = Duration.ofSeconds(1);

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  private final BlockingQueue<Key> keys = new LinkedBlockingQueue<>();
  private final Trend trend = new Trend(WINDOW);
  private List<String> found = List.of();
  private long listedAt;

  /** Made for picocli. */
  public TopCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (every.compareTo(Duration.ofMillis(100)) < 0 || every.compareTo(Duration.ofHours(1)) > 0) {
      throw CommandFailure.usage("--every must be between 100ms and 1h");
    }
    if (!output.isTerminal() || !Terminal.is(Terminal.Stream.IN)) {
      throw CommandFailure.usage("top needs a terminal; see millhand groups, which has --json");
    }
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var first = look(inspector, Where.START);
      try (var keyboard = Keyboard.listen(keys::add);
          var screen = new Screen(output.out())) {
        StopSignals.listen(signal -> keys.add(Key.QUIT), signal -> leave(keyboard));
        show(inspector, screen, first);
      }
      return ExitCode.OK;
    }
  }

  private void leave(Keyboard keyboard) {
    output.out().print(Screen.LEAVE);
    output.out().flush();
    keyboard.close();
  }

  private void show(Inspector inspector, Screen screen, Look first) throws InterruptedException {
    var paint = Terminal.hasColours(Terminal.Stream.OUT) ? Paint.COLOURS : Paint.PLAIN;
    var where = Where.START;
    var look = first;
    var nextLook = System.nanoTime() + every.toNanos();
    while (!where.hasQuit() && screen.isWatched()) {
      var names = look.groups().stream().map(Picture::name).toList();
      where = where.within(names);
      screen.show(new Picture(paint, screen.size()).draw(look, where));
      var key = keys.poll(Math.max(0, nextLook - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (key != null) {
        where = where.after(key, names);
      }
      if (System.nanoTime() - nextLook >= 0 || key == Key.ENTER) {
        look = again(inspector, where, look);
        nextLook = System.nanoTime() + every.toNanos();
      }
    }
  }

  /** While Redis is away the last picture stays, and says so. */
  private Look again(Inspector inspector, Where where, Look last) {
    try {
      return look(inspector, where);
    } catch (MillhandException e) {
      return last.withTrouble(String.valueOf(e.getMessage()));
    }
  }

  private Look look(Inspector inspector, Where where) {
    var groups =
        trend.add(inspector.groups(keys(inspector)), System.nanoTime()).stream()
            .sorted(Picture::compare)
            .toList();
    var inside =
        groups.stream()
            .filter(group -> where.isInside())
            .filter(group -> where.selected().filter(Picture.name(group)::equals).isPresent())
            .findFirst();
    return new Look(
        inspector.server(),
        groups,
        inside.flatMap(group -> detail(inspector, group)),
        Optional.empty());
  }

  /** The key space is walked seldom. */
  private List<String> keys(Inspector inspector) {
    if (!streams.named().isEmpty()) {
      return streams.named();
    }
    if (found.isEmpty() || System.nanoTime() - listedAt > LIST_EVERY.toNanos()) {
      found = inspector.streams();
      listedAt = System.nanoTime();
    }
    return found;
  }

  private static Optional<Look.Detail> detail(Inspector inspector, Watched watched) {
    var stream = watched.group().stream();
    var name = watched.group().name();
    try {
      return Optional.of(
          new Look.Detail(
              watched,
              inspector.consumers(stream, name),
              inspector.pending(stream, name, EntryId.ZERO, DETAIL, Optional.empty()),
              inspector.dead(stream, name, Optional.empty(), DETAIL)));
    } catch (NoGroupException e) {
      return Optional.empty(); // deleted since the groups were listed
    }
  }
}
