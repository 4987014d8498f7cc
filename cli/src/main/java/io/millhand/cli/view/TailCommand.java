// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.LimitOption;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StopSignals;
import io.millhand.cli.StreamArgument;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.error.UnavailableException;
import io.millhand.inspect.Inspector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand tail}. */
@Command(
    name = "tail",
    description = {
      "Show the newest entries of a stream and, with -f, what is added from then on.",
      "No group sees anything of it.",
      ""
    })
public final class TailCommand implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.tail");
  private static final EntryId LAST = new EntryId(Long.MAX_VALUE, Long.MAX_VALUE);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int MOST = 10_000;

  @Mixin private StreamArgument stream = new StreamArgument();

  @Mixin private LimitOption limit = new LimitOption();

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until Ctrl-C, through outages of Redis too.")
  private boolean follow;

  @Mixin private RangeOption range = new RangeOption();
  @Mixin private WhereOption where = new WhereOption();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  private final CountDownLatch stop = new CountDownLatch(1);

  /** Made for picocli. */
  public TailCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    var most = limit.within(0, MOST, LimitOption.ENTRIES);
    if (range.isFrom() && limit.isGiven()) {
      throw CommandFailure.usage("--limit counts from the newest, so it does not go with --from");
    }
    var key = stream.stream();
    var filter = where.filter();
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var next = first(inspector, key, most, filter);
      if (follow) {
        StopSignals.listen(signal -> stop.countDown(), signal -> {});
        follow(inspector, key, next, filter);
      }
      return ExitCode.OK;
    }
  }

  /** Answers where to go on. */
  private EntryId first(Inspector inspector, String key, int most, Predicate<Entry> filter) {
    var from = range.from(inspector);
    if (from.isPresent()) {
      return show(inspector, key, from.get(), range.to(inspector), filter);
    }
    // What is added while we look comes again when we follow.
    var newest = inspector.stream(key).map(it -> it.lastGenerated()).orElse(EntryId.ZERO);
    List<Entry> entries = most == 0 ? List.of() : inspector.newest(key, most);
    entries.reversed().stream()
        .filter(entry -> entry.id().compareTo(newest) <= 0)
        .filter(filter)
        .forEach(entry -> EntryText.print(output, entry));
    return newest.next();
  }

  private EntryId show(
      Inspector inspector, String key, EntryId from, EntryId to, Predicate<Entry> filter) {
    var last = new EntryId[] {from};
    inspector.search(
        key,
        from,
        to,
        Integer.MAX_VALUE,
        entry -> {
          last[0] = entry.id().next();
          return filter.test(entry);
        },
        entry -> EntryText.print(output, entry));
    return last[0];
  }

  private void follow(Inspector inspector, String key, EntryId from, Predicate<Entry> filter)
      throws InterruptedException {
    var next = from;
    var away = false;
    while (!stop.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      try {
        next = show(inspector, key, next, LAST, filter);
        if (away) {
          log.info("Redis answers again");
          away = false;
        }
      } catch (UnavailableException e) {
        if (!away) {
          log.warn("{} Going on when it answers.", e.getMessage());
          away = true;
        }
      }
    }
  }
}
