// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.redis.Wire.Call;
import io.millhand.redis.Wire.ErrorReply;
import java.util.ArrayList;
import java.util.List;

/** What a producer needs: adding entries, many in one write. */
public final class SendCommands extends Commands {

  private static final byte[] ANY_ID = {'*'};

  private final String name;
  private final byte[] stream;

  SendCommands(Wire wire, String stream) {
    super(wire);
    this.name = stream;
    this.stream = stream.getBytes(UTF_8);
  }

  /** The stream's key. */
  String stream() {
    return name;
  }

  /** What came of one entry. */
  public sealed interface Added {
    /**
     * It was added.
     *
     * @param id under that id
     */
    record Ok(EntryId id) implements Added {}

    /**
     * It was not added.
     *
     * @param error why
     */
    record Failed(RuntimeException error) implements Added {}
  }

  /**
   * Makes sure that the connection still works.
   *
   * @throws io.millhand.error.UnavailableException when it does not; then it is closed
   */
  public void check() {
    wire.call(Verb.PING);
  }

  /**
   * Adds them in one write, in order; each can fail alone.
   *
   * @throws io.millhand.error.UnavailableException when the connection broke: any of them may have
   *     been added
   */
  public List<Added> add(List<Fields> entries) {
    var calls = new ArrayList<Call>(entries.size());
    for (var fields : entries) {
      var args = new byte[2 + fields.count() * 2][];
      args[0] = stream;
      args[1] = ANY_ID;
      for (int i = 0; i < fields.count(); i++) {
        args[2 + i * 2] = fields.name(i);
        args[3 + i * 2] = fields.value(i);
      }
      calls.add(new Call(Verb.XADD, args));
    }
    return wire.pipeline(calls).stream()
        .<Added>map(
            reply ->
                reply instanceof ErrorReply error
                    ? new Added.Failed(wire.error(error, "XADD"))
                    : new Added.Ok(Reply.id(reply)))
        .toList();
  }
}
