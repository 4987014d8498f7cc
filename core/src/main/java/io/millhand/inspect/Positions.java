// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.config.GroupStart;
import io.millhand.error.NoGroupException;
import io.millhand.inspect.Actions.PositionPlan;
import io.millhand.redis.Keys;
import io.millhand.redis.OperateCommands;

/** Plans where a group goes on to read. */
final class Positions {

  private static final Lag NONE = new Lag.Exactly(0);

  private Positions() {}

  static PositionPlan plan(OperateCommands redis, Keys keys, GroupStart where) {
    var from =
        redis.groups(keys.stream()).stream()
            .filter(group -> group.name().equals(keys.group()))
            .findFirst()
            .map(OperateCommands.Group::delivered)
            .orElseThrow(
                () ->
                    new NoGroupException(
                        "the stream %s has no group %s".formatted(keys.stream(), keys.group()),
                        null));
    var to =
        switch (where) {
          case GroupStart.After after -> after.id();
          case GroupStart.Newest newest -> redis.newest(keys.stream());
        };
    var isBack = to.compareTo(from) < 0;
    return new PositionPlan(
        from,
        to,
        isBack ? Tally.between(redis, keys.stream(), to.next(), from) : NONE,
        isBack ? NONE : Tally.between(redis, keys.stream(), from.next(), to));
  }
}
