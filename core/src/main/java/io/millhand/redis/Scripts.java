// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts on a connection by their hashes, and loads those that the server has not.
 *
 * <p>Threads: the connection's owner alone.
 */
final class Scripts {

  private static final byte[] LOAD = "LOAD".getBytes(UTF_8);
  private static final byte[] KEY_COUNT = "8".getBytes(UTF_8);

  private final Wire wire;
  private final Set<Script> loaded = EnumSet.noneOf(Script.class);

  Scripts(Wire wire) {
    this.wire = wire;
  }

  /** A script with its keys and arguments. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Run(Script script, Keys keys, Object... args) {}

  static String describe(Script script) {
    return "the script " + script.name().toLowerCase(Locale.ROOT);
  }

  /** Commands, then scripts, in one write; each result is its reply, or an {@link ErrorReply}. */
  List<@Nullable Object> send(List<Call> commands, List<Run> runs) {
    runs.forEach(run -> load(run.script()));
    var calls = new ArrayList<>(commands);
    runs.forEach(run -> calls.add(call(run)));
    var replies = new ArrayList<>(wire.pipeline(calls));
    for (int i = 0; i < runs.size(); i++) {
      var at = commands.size() + i;
      if (replies.get(at) instanceof ErrorReply error && error.code().equals("NOSCRIPT")) {
        var run = runs.get(i);
        forget(run.script());
        load(run.script());
        replies.set(at, wire.pipeline(List.of(call(run))).get(0));
      }
    }
    return replies;
  }

  private Call call(Run run) {
    var keys = run.keys().all();
    var args = new byte[2 + keys.length + run.args().length][];
    args[0] = run.script().forServer(wire.server()).sha();
    args[1] = KEY_COUNT;
    System.arraycopy(keys, 0, args, 2, keys.length);
    for (int i = 0; i < run.args().length; i++) {
      var arg = run.args()[i];
      args[2 + keys.length + i] =
          arg instanceof byte[] bytes ? bytes : arg.toString().getBytes(UTF_8);
    }
    return new Call(Verb.EVALSHA, args);
  }

  /** Makes sure that the server has it, as far as we know. */
  void load(Script script) {
    if (loaded.add(script)) {
      try {
        wire.call(new Call(Verb.SCRIPT, LOAD, script.forServer(wire.server()).source()));
      } catch (RuntimeException e) {
        loaded.remove(script);
        throw e;
      }
    }
  }

  /** The server says that it has not. */
  void forget(Script script) {
    loaded.remove(script);
  }
}
