// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.error.MillhandException;
import io.millhand.error.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to the node to which a slot is on its way, for commands whose key has gone there already:
 * {@code ASK slot host:port}, as the Redis Cluster specification has it.
 *
 * <p>Scripts do not take it: they have several keys, of which some do not exist, and a node refuses
 * these until all of the slot has moved. Nor does a write that ends with a question about how many
 * have it: that would be answered for this node, and not for the one where an entry went.
 *
 * <p>Threads: the connection's owner alone.
 *
 * <p>Owns: a second connection, while there is need of it.
 *
 * <p>Failure: where that node cannot be reached, the commands that were to go there stay refused,
 * and those that were carried out here stay so.
 */
final class Detour {

  private final RedisSettings settings;
  private final Node here;
  private final String stream;
  private @Nullable Wire there;

  Detour(RedisSettings settings, Node here, String stream) {
    this.settings = settings;
    this.here = here;
    this.stream = stream;
  }

  static boolean isAsk(@Nullable Object reply) {
    return reply instanceof ErrorReply error && error.code().equals("ASK");
  }

  /**
   * The replies, with those from over there in their places.
   *
   * @throws UnavailableException when the connection to there broke: any of what was sent may have
   *     been carried out
   */
  List<@Nullable Object> take(List<Call> calls, List<@Nullable Object> replies, Duration block) {
    if (asksHowMany(calls)) {
      return replies;
    }
    var all = new ArrayList<>(replies);
    for (int i = 0; i < calls.size(); i++) {
      if (all.get(i) instanceof ErrorReply error
          && isAsk(error)
          && calls.get(i).verb() != Verb.EVALSHA) {
        var wire = connected(error.text());
        if (wire == null) {
          return all;
        }
        all.set(i, wire.askedFor(calls.get(i), block));
      }
    }
    return all;
  }

  private static boolean asksHowMany(List<Call> calls) {
    var last = calls.get(calls.size() - 1).verb();
    return last == Verb.WAIT || last == Verb.WAITAOF;
  }

  /** Nothing where that node cannot be reached, or does not let us in: nothing was sent there. */
  private @Nullable Wire connected(String reply) {
    var to = target(reply);
    var open = there;
    if (open != null && !open.isBroken() && open.node().equals(to)) {
      return open;
    }
    close();
    try {
      open = Wire.open(settings, new SingleNode(to), to, stream, "ask");
    } catch (MillhandException e) {
      return null;
    }
    there = open;
    return open;
  }

  private Node target(String reply) {
    var place = reply.split(" ", -1)[2];
    var colon = place.lastIndexOf(':');
    return SlotMap.of(
        place.substring(0, colon), Integer.parseInt(place.substring(colon + 1)), here);
  }

  void close() {
    if (there != null) {
      there.close();
      there = null;
    }
  }
}
