// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.story;

import static io.millhand.sim.story.Plan.GROUP;
import static io.millhand.sim.story.Plan.STREAM;

import io.millhand.delivery.EntryId;
import io.millhand.sim.world.SimServer;
import io.millhand.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Lets befall them what the plan has in store. */
final class Fates {

  private static final long MILLI = 1_000_000L;
  private static final String STRANGER = "python";

  private final World world;
  private final Plan plan;
  private final SimServer server;
  private final Books books;
  private final Story.Fleet fleet;
  private boolean over;

  Fates(World world, Plan plan, SimServer server, Books books, Story.Fleet fleet) {
    this.world = world;
    this.plan = plan;
    this.server = server;
    this.books = books;
    this.fleet = fleet;
  }

  void schedule() {
    plan.faults().forEach(fault -> world.after(fault.at(), () -> befall(fault.kind())));
  }

  /** From now on there is peace. */
  void end() {
    over = true;
    server.clearTraps();
    server.goOn();
    server.up();
    server.model().full(false);
    fleet.all().forEach(mill -> mill.process.goOn());
    operate("HDEL", Judge.KEYS.info(), "~paused");
    world.tell("fates", "peace");
  }

  private boolean happens(int oneIn) {
    return world.random().nextInt(oneIn) == 0;
  }

  private String pick(String... words) {
    return words[world.random().nextInt(words.length)];
  }

  private void operate(String... words) {
    server.operate(words);
  }

  private void befall(Fault.Kind kind) {
    if (over) {
      return;
    }
    world.tell("fates", kind.toString());
    books.count("fault " + kind);
    switch (kind) {
      case LOSE -> lose();
      case FORGET_SCRIPTS -> operate("SCRIPT", "FLUSH");
      case KILL_CLIENTS -> server.killClients();
      case RESTART -> restart();
      case HANG -> hang();
      case FULL -> full();
      case JUMP -> jump();
      case ROLL -> fleet.any().ifPresent(Mill::leave);
      case GROUP_PAUSE -> pauseGroup();
      case KILL -> kill(Mill.Dying.KILLED);
      case VANISH -> kill(Mill.Dying.VANISHED);
      case SLEEP -> sleep();
      case FAILOVER -> failover();
      case FLUSH -> flush();
      case DESTROY -> operate("XGROUP", "DESTROY", STREAM, GROUP);
      case DELETE_KEY -> deleteKey();
      case DELETE_ENTRY -> deleteEntry();
      case STRANGER -> stranger();
      case THIEF -> thief();
    }
  }

  private void lose() {
    var losses = List.of(SimServer.Loss.values());
    for (int i = 1 + world.random().nextInt(3); i > 0; i--) {
      var loss = losses.get(world.random().nextInt(losses.size()));
      server.trap(mayCostALife(loss) ? pick("read", "settle", "send") : anyRole(), loss);
    }
  }

  private String anyRole() {
    return pick("read", "settle", "settle", "beat", "keep", "send");
  }

  /**
   * Who comes back after a break, is not answered or breaks again, and so is late by more than the
   * grace or the lease, counts as dead.
   */
  private boolean mayCostALife(SimServer.Loss loss) {
    return !plan.genre().mayBuryTheLiving()
        && (loss == SimServer.Loss.SILENCE
            || plan.faults().stream()
                .anyMatch(
                    fault ->
                        fault.kind() == Fault.Kind.RESTART
                            || fault.kind() == Fault.Kind.KILL_CLIENTS));
  }

  private void restart() {
    server.down();
    world.after(50 * MILLI + world.upTo(700 * MILLI), server::up);
  }

  private void hang() {
    server.stop();
    world.after(100 * MILLI + world.upTo(3000 * MILLI), server::goOn);
  }

  private void full() {
    server.model().full(true);
    world.after(100 * MILLI + world.upTo(1500 * MILLI), () -> server.model().full(false));
  }

  private void jump() {
    // Backwards only so far that what waits for its due time comes while somebody looks on.
    var millis = happens(2) ? world.upTo(5000) : 3_600_000L;
    server.jump(happens(2) ? millis : -world.upTo(6000));
  }

  private void pauseGroup() {
    operate("HSET", Judge.KEYS.info(), "~paused", "who=me\nsince=1\nwhy=work\n");
    world.after(
        200 * MILLI + world.upTo(800 * MILLI), () -> operate("HDEL", Judge.KEYS.info(), "~paused"));
  }

  private void kill(Mill.Dying how) {
    fleet
        .any()
        .ifPresent(
            mill -> {
              books.deaths++;
              mill.die(how);
            });
  }

  private void sleep() {
    fleet
        .any()
        .ifPresent(
            mill -> {
              // It may be taken for dead meanwhile.
              books.deaths++;
              mill.process.stop();
              var nanos = happens(3) ? world.upTo(500 * MILLI) : world.upTo(4500 * MILLI);
              world.after(nanos, () -> mill.process.goOn());
            });
  }

  /** The replica's link is cut some time before it takes over. */
  private void failover() {
    var copy = server.model().copy();
    var known = Set.copyOf(books.numbers.keySet());
    world.after(
        30 * MILLI + world.upTo(500 * MILLI),
        () -> {
          server.down();
          server.model().restore(copy);
          for (var id : books.numbers.keySet()) {
            if (!known.contains(id) && books.gone.add(id)) {
              books.count("lost by failover");
            }
          }
          world.after(100 * MILLI + world.upTo(900 * MILLI), server::up);
        });
  }

  private void flush() {
    books.gone.addAll(server.model().look().ids(STREAM));
    // Dead letters of entries that the stream has no more go with them.
    books.gone.addAll(books.numbers.keySet());
    if (happens(2)) {
      operate("FLUSHALL");
    } else {
      operate("DEL", STREAM);
    }
  }

  private void deleteKey() {
    var keys = Judge.KEYS;
    operate(
        "DEL",
        pick(
            keys.failures(),
            keys.info(),
            keys.workers(),
            keys.keeper(),
            keys.position(),
            keys.deferred()));
  }

  private void deleteEntry() {
    var ids = new ArrayList<>(server.model().look().ids(STREAM));
    ids.sort(EntryId::compareTo);
    if (!ids.isEmpty()) {
      var id = ids.get(world.random().nextInt(ids.size()));
      books.gone.add(id);
      operate("XDEL", STREAM, id.toString());
    }
  }

  private void stranger() {
    var reply =
        server.operate(
            "XREADGROUP", "GROUP", GROUP, STRANGER, "COUNT", "2", "STREAMS", STREAM, ">");
    if (reply instanceof List<?> streams) {
      for (var row : (List<?>) ((List<?>) streams.get(0)).get(1)) {
        mayHandle((String) ((List<?>) row).get(0));
      }
    }
  }

  /** It handles it after a while, or never. */
  private void mayHandle(String id) {
    if (happens(2)) {
      world.after(
          world.upTo(300 * MILLI),
          () -> {
            books.succeeded(EntryId.parse(id));
            operate("XACK", STREAM, GROUP, id);
          });
    }
  }

  private void thief() {
    var idle = Plan.SHARED_WITH.toMillis();
    var pending = new ArrayList<>(server.model().look().pending(STREAM, GROUP).keySet());
    pending.sort(EntryId::compareTo);
    for (var id : pending) {
      var reply =
          server.operate(
              "XCLAIM", STREAM, GROUP, STRANGER, Long.toString(idle), id.toString(), "JUSTID");
      if (reply instanceof List<?> claimed && !claimed.isEmpty()) {
        books.count("stolen");
        mayHandle(id.toString());
      }
    }
  }
}
