// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Actions.Loss;
import io.millhand.inspect.Actions.Reach;
import io.millhand.inspect.Actions.TrimPlan;
import io.millhand.inspect.Actions.TrimRule;
import io.millhand.redis.OperateCommands;
import io.millhand.redis.OperateCommands.Group;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Plans and makes an operator's trim. */
final class Trims {

  private static final int PENDING_PAGE = 1000;

  private Trims() {}

  static TrimPlan plan(OperateCommands redis, String stream, TrimRule rule, Reach reach) {
    var groups = redis.groups(stream); // tells where there is no stream
    var pruned = redis.planTrim(stream, below(redis, stream, rule), seam(reach));
    var last = pruned.first().previous();
    var entries =
        pruned.first().equals(EntryId.ZERO)
            ? new Lag.Exactly(0)
            : Tally.between(redis, stream, EntryId.ZERO, last);
    return new TrimPlan(
        pruned.first(),
        entries,
        pruned.holder(),
        pruned.groups(),
        reach == Reach.FINISHED
            ? List.of()
            : groups.stream()
                .map(group -> loss(redis, stream, group, last))
                .filter(loss -> loss.pending().entries() + loss.undelivered().entries() > 0)
                .toList());
  }

  static long trim(Deed deed, TrimRule rule, Reach reach) {
    var stream = deed.keys().stream();
    deed.redis().groups(stream);
    var pruned = deed.redis().trim(stream, below(deed.redis(), stream, rule), seam(reach));
    deed.audit()
        .with("below", pruned.first())
        .with("reach", reach.name().toLowerCase(Locale.ROOT))
        .counts(pruned.went());
    return pruned.went();
  }

  private static EntryId below(OperateCommands redis, String stream, TrimRule rule) {
    return switch (rule) {
      case TrimRule.OlderThan older ->
          new EntryId(Math.max(0, redis.look().serverMillis() - older.age().toMillis()), 0);
      case TrimRule.Below below -> below.id();
      case TrimRule.AllBut newest ->
          newest.entries() <= 0
              ? Tally.HIGHEST
              : Tally.newest(redis, stream, newest.entries()).orElse(EntryId.ZERO);
    };
  }

  private static OperateCommands.Reach seam(Reach reach) {
    return switch (reach) {
      case FINISHED -> OperateCommands.Reach.FINISHED;
      case PAST_UNFINISHED -> OperateCommands.Reach.PAST;
    };
  }

  private static Loss loss(OperateCommands redis, String stream, Group group, EntryId last) {
    return new Loss(
        group.name(),
        pending(redis, stream, group.name(), last),
        Tally.between(redis, stream, group.delivered().next(), last));
  }

  private static Lag pending(OperateCommands redis, String stream, String group, EntryId last) {
    long counted = 0;
    var from = EntryId.ZERO;
    while (counted <= Tally.LIMIT) {
      var page = redis.look().pending(stream, group, from, PENDING_PAGE, Optional.empty());
      var below = page.stream().filter(row -> row.id().compareTo(last) <= 0).count();
      counted += below;
      if (below < PENDING_PAGE) {
        return new Lag.Exactly(counted);
      }
      from = page.get(page.size() - 1).id().next();
    }
    return new Lag.AtLeast(Tally.LIMIT);
  }
}
