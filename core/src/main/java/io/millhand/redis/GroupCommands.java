// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands of one consumer of one group. */
abstract sealed class GroupCommands extends Commands
    permits ReadCommands, SettleCommands, WorkerCommands, KeeperCommands {

  final Keys keys;
  final Identity identity;

  GroupCommands(Wire wire, Keys keys, Identity identity) {
    super(wire);
    this.keys = keys;
    this.identity = identity;
  }

  /** A script's arguments: group, consumer, boot id, then those. */
  Scripts.Run script(Script script, List<?> args) {
    var all = new ArrayList<Object>(args.size() + 3);
    all.add(keys.group());
    all.add(identity.consumer());
    all.add(identity.bootId());
    all.addAll(args);
    return new Scripts.Run(script, keys, all.toArray());
  }

  @Nullable Object run(Script script, Object... args) {
    return wire.unwrap(
        wire.runAll(List.of(script(script, List.of(args)))).get(0), Scripts.describe(script));
  }
}
