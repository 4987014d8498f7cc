// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.GroupPause;
import io.millhand.error.NoGroupException;
import io.millhand.inspect.Actions.Paused;
import io.millhand.redis.Keys;
import io.millhand.redis.OperateCommands;
import java.util.Optional;

/** An operator's actions that stop a whole group from reading, and let it go on. */
final class Pausing {

  private Pausing() {}

  static Paused pause(Deed deed, String who, String why) {
    return switch (deed.redis().pause(deed.keys(), who, why)) {
      case OperateCommands.Paused.Done done -> {
        deed.audit().with("reason", done.pause().why()).counts(1);
        yield new Paused(Paused.Result.PAUSED, done.pause());
      }
      case OperateCommands.Paused.Already already ->
          new Paused(Paused.Result.ALREADY, already.pause());
      case OperateCommands.Paused.Running running -> throw none(deed.keys());
      case OperateCommands.Paused.None none -> throw none(deed.keys());
    };
  }

  static Optional<GroupPause> resume(Deed deed) {
    return switch (deed.redis().resume(deed.keys())) {
      case OperateCommands.Paused.Done done -> {
        deed.audit().with("paused", done.pause()).counts(1);
        yield Optional.of(done.pause());
      }
      case OperateCommands.Paused.Already already -> Optional.of(already.pause());
      case OperateCommands.Paused.Running running -> Optional.empty();
      case OperateCommands.Paused.None none -> throw none(deed.keys());
    };
  }

  private static NoGroupException none(Keys keys) {
    return new NoGroupException(
        "the stream %s has no group %s".formatted(keys.stream(), keys.group()), null);
  }
}
