// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.cli.autoscale.GroupName;
import io.millhand.cli.autoscale.Pilot;
import io.millhand.cli.autoscale.Policies;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.kubernetes.DeletionCosts;
import io.millhand.cli.kubernetes.PodAccount;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Survey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Has it decided how many workers each group needs, and tells that the log and Kubernetes. */
final class Scaling implements AutoCloseable {

  private static final Duration EVERY = Duration.ofSeconds(5);

  private final Signals signals;
  private final Signals.Listening log;
  private final Optional<DeletionCosts> costs;
  private final Pilot pilot;

  /**
   * How to decide.
   *
   * @param policies what fleets are to keep to
   * @param signals the board on which it is told
   * @param account by which pods are marked, where that is wanted
   */
  record Settings(Policies policies, Signals signals, Optional<PodAccount> account) {}

  private Scaling(RedisLink redis, Looks looks, Settings settings) {
    signals = settings.signals();
    log = signals.listen(new Decisions(signals));
    costs =
        settings
            .account()
            .map(account -> DeletionCosts.start(signals, name -> consumers(redis, name), account));
    pilot = new Pilot(looks, settings.policies(), EVERY, signals, name -> Optional.empty()).start();
  }

  /**
   * Decides from now on.
   *
   * @param all tells all streams
   */
  static Scaling start(
      RedisLink redis, Selection selection, Supplier<List<String>> all, Settings settings) {
    var looks = new Looks(redis, selection, all, settings.policies().named());
    return new Scaling(redis, looks, settings);
  }

  private static List<ConsumerSnapshot> consumers(RedisLink redis, GroupName name) {
    return redis.ask(millhand -> millhand.inspector().consumers(name.stream(), name.group()));
  }

  /** The board on which it is told. */
  Signals signals() {
    return signals;
  }

  @Override
  public void close() {
    pilot.close();
    costs.ifPresent(DeletionCosts::close);
    log.close();
  }

  /** Looks at the groups that are wanted, and at those that were named before they exist. */
  private record Looks(
      RedisLink redis, Selection selection, Supplier<List<String>> streams, List<GroupName> named)
      implements Pilot.Looks {

    @Override
    public Survey all() {
      var keys = new TreeSet<>(selection.keys(streams));
      named.forEach(name -> keys.add(name.stream()));
      return redis.ask(
          millhand -> millhand.inspector().survey(List.copyOf(keys), selection::wants));
    }

    @Override
    public Survey at(List<GroupName> groups) {
      var keys = groups.stream().map(GroupName::stream).distinct().toList();
      return redis.ask(
          millhand ->
              millhand
                  .inspector()
                  .survey(keys, (key, group) -> groups.contains(new GroupName(key, group))));
    }
  }
}
