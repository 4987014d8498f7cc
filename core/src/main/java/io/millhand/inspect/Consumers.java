// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Actions.Despite;
import io.millhand.inspect.Actions.Destruction;
import io.millhand.inspect.Actions.Letters;
import io.millhand.inspect.Actions.Pending;
import io.millhand.inspect.Actions.Removal;
import io.millhand.redis.Keys;
import io.millhand.redis.OperateCommands;
import io.millhand.redis.Registration;
import java.util.List;

/** An operator's actions that end a consumer, or a whole group. */
final class Consumers {

  private Consumers() {}

  static Removal remove(Deed deed, String consumer, Pending pending) {
    deed.audit().with("consumer", consumer);
    if (consumer.equals(Keys.DEFERRED_CONSUMER)) {
      return new Removal(Removal.Result.RESERVED, 0, List.of());
    }
    var judged = deed.redis().registration(deed.keys(), consumer);
    if (!judged.isEmpty() && !deed.redis().isGone(Registration.parse(judged))) {
      return new Removal(Removal.Result.ALIVE, 0, List.of());
    }
    long released = 0;
    List<EntryId> trimmed = List.of();
    if (pending == Pending.TAKE_OVER) {
      var handover = Entries.releaseAll(deed, consumer);
      released = handover.done();
      trimmed = handover.trimmed();
    }
    var result =
        switch (deed.redis().dismiss(deed.keys(), consumer, judged)) {
          case REMOVED -> Removal.Result.REMOVED;
          case NONE -> Removal.Result.NONE;
          case PENDING -> Removal.Result.PENDING;
          case ALIVE -> Removal.Result.ALIVE;
          case RESERVED -> Removal.Result.RESERVED;
        };
    if (result == Removal.Result.REMOVED) {
      deed.audit().with("released", released).counts(1);
    }
    return new Removal(result, released, trimmed);
  }

  static Destruction destroy(Deed deed, Despite despite, Letters letters) {
    var ended =
        deed.redis()
            .disband(
                deed.keys(),
                switch (despite) {
                  case NOTHING -> OperateCommands.Despite.NOTHING;
                  case PENDING -> OperateCommands.Despite.PENDING;
                  case WORKERS -> OperateCommands.Despite.WORKERS;
                  case BOTH -> OperateCommands.Despite.BOTH;
                },
                switch (letters) {
                  case KEEP -> OperateCommands.Letters.KEEP;
                  case DELETE -> OperateCommands.Letters.DELETE;
                });
    var result =
        switch (ended.result()) {
          case DESTROYED -> Destruction.Result.DESTROYED;
          case NONE -> Destruction.Result.NONE;
          case PENDING -> Destruction.Result.PENDING;
          case WORKERS -> Destruction.Result.WORKERS;
        };
    if (result == Destruction.Result.DESTROYED) {
      deed.audit()
          .with("pending", ended.pending())
          .with("workers", ended.workers())
          .with("dead letters deleted", ended.letters())
          .counts(1);
    }
    return new Destruction(result, ended.pending(), ended.workers(), ended.letters());
  }
}
