// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.GroupPause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a worker says about itself: it is here, it lives, it leaves. */
public final class WorkerCommands extends GroupCommands {

  private static final int PAGE = 1000;

  WorkerCommands(Wire wire, Keys keys, Identity identity) {
    super(wire, keys, identity);
  }

  /** What a registration met. */
  public sealed interface Registered {
    /**
     * Registered.
     *
     * @param epoch server time at which the group was made
     * @param paused the group's pause
     */
    record Ok(long epoch, Optional<GroupPause> paused) implements Registered {}

    /**
     * Another run holds the consumer name.
     *
     * @param seen its counter and registration
     */
    record Taken(Peer seen) implements Registered {}

    /**
     * Our key names belong to another stream or group.
     *
     * @param other its name
     */
    record Clash(String other) implements Registered {}
  }

  /**
   * Another worker as its keys show it.
   *
   * @param consumer its name
   * @param counter its heartbeat counter
   * @param text its registration, byte for byte
   */
  public record Peer(String consumer, String counter, String text) {
    /** Its registration, read. */
    public Registration registration() {
      return Registration.parse(text);
    }
  }

  /**
   * A heartbeat's answer.
   *
   * @param registered whether we still are
   * @param workers how many there are
   * @param keeps whether we are the keeper
   * @param epoch server time at which the group was made
   * @param time the server's time now, in milliseconds
   * @param paused the group's pause
   */
  public record Beat(
      boolean registered,
      int workers,
      boolean keeps,
      long epoch,
      long time,
      Optional<GroupPause> paused) {}

  /** Registers us. */
  public Registered register(Registration registration) {
    var reply =
        Reply.list(run(Script.REGISTER, registration.text(), keys.stream() + "\n" + keys.group()));
    return switch (Reply.text(reply.get(0))) {
      case "OK" ->
          new Registered.Ok(Reply.number(reply.get(1)), PauseText.parse(Reply.text(reply.get(2))));
      case "TAKEN" ->
          new Registered.Taken(
              new Peer(identity.consumer(), Reply.text(reply.get(1)), Reply.text(reply.get(2))));
      default -> new Registered.Clash(Reply.text(reply.get(1)).replace("\n", "/"));
    };
  }

  /** Says that we live; takes the keeper's ticket where it is free. */
  public Beat beat(Duration ticket) {
    var reply = Reply.list(run(Script.BEAT, ticket.toMillis()));
    if (Reply.number(reply.get(0)) == 0) {
      return new Beat(false, 0, false, 0, 0, Optional.empty());
    }
    return new Beat(
        true,
        (int) Reply.number(reply.get(1)),
        Reply.number(reply.get(2)) == 1,
        Reply.number(reply.get(3)),
        Reply.number(reply.get(4)),
        PauseText.parse(Reply.text(reply.get(5))));
  }

  /** What came of leaving. */
  public enum Left {
    /** Registration and consumer are gone. */
    LEFT,
    /** Entries are still pending; the registration stays, so that the keeper hands them on. */
    PENDING,
    /** Another holds the name. */
    FENCED
  }

  /** Ends our registration. */
  public Left leave() {
    return Left.valueOf(Reply.text(run(Script.LEAVE)));
  }

  /** Who owns each of those ids; the ones that are not pending are missing. */
  public Map<EntryId, String> owners(List<EntryId> ids) {
    var owners = new HashMap<EntryId, String>();
    for (int from = 0; from < ids.size(); from += PAGE) {
      var page = ids.subList(from, Math.min(ids.size(), from + PAGE));
      var replies =
          wire.pipeline(
              page.stream()
                  .map(id -> Call.of(Verb.XPENDING, keys.stream(), keys.group(), id, id, 1))
                  .toList());
      for (int i = 0; i < page.size(); i++) {
        var rows = Reply.list(wire.unwrap(replies.get(i), "XPENDING"));
        if (!rows.isEmpty()) {
          owners.put(page.get(i), Reply.text(Reply.list(rows.get(0)).get(1)));
        }
      }
    }
    return owners;
  }

  /** Sets the idle time of entries that we hold back to 0. */
  public long renew(List<ReadCommands.PendingId> held) {
    long renewed = 0;
    for (int from = 0; from < held.size(); from += 100) {
      var args = new ArrayList<Object>();
      args.add(identity.consumer());
      for (var each : held.subList(from, Math.min(held.size(), from + 100))) {
        args.add(each.id());
        args.add(each.deliveries());
      }
      renewed += Reply.number(run(Script.RENEW, args.toArray()));
    }
    return renewed;
  }
}
