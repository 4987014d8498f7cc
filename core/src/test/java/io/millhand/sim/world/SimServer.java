// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millhand.sim.model.RedisModel;
import io.millhand.sim.model.Refusal;
import io.millhand.sim.model.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The server of a world: the model behind connections that take time, break, and lose requests or
 * replies.
 */
public final class SimServer {

  private static final long EPOCH_MICROS = 1_700_000_000_000_000L;
  private static final int NODE = 4;

  private final World world;
  private final RedisModel model = new RedisModel(this::micros, NODE);
  private final TreeMap<Long, Link> links = new TreeMap<>();
  private final List<Blocked> blocked = new ArrayList<>();
  private final List<Trap> traps = new ArrayList<>();
  private Witness witness = new Witness() {};
  private String runId = "run1";
  private int runs = 1;
  private long lastClient;
  private long upSince;
  private long skewMicros;
  private boolean up = true;
  private boolean stopped;

  /** Up, and empty. */
  public SimServer(World world) {
    this.world = world;
    world.server = this;
  }

  static SimServer of(World world) {
    return Objects.requireNonNull(world.server, "a world has a server");
  }

  /** Sees every command. */
  public interface Witness {
    /** It is about to be carried out. */
    default void before(String client, List<String> words) {}

    /** It was; an error reply is a {@link Refusal}. */
    default void after(String client, List<String> words, @Nullable Object reply) {}
  }

  /** How a command is lost. */
  public enum Loss {
    /** The connection breaks before it is carried out. */
    BEFORE,
    /** The connection breaks after it was carried out: nobody is told. */
    AFTER,
    /** It is carried out, and from then on nothing comes back on that connection. */
    SILENCE
  }

  private record Trap(String client, Loss loss) {}

  private record Blocked(Link link, List<String> words, long deadlineMillis) {}

  /** From now on sees every command. */
  public void witness(Witness now) {
    witness = now;
  }

  /** The model. */
  public RedisModel model() {
    return model;
  }

  /** Its clock, microseconds. */
  public long micros() {
    return EPOCH_MICROS + world.now() / 1000 + skewMicros;
  }

  /** Its clock, milliseconds. */
  public long millis() {
    return micros() / 1000;
  }

  /** The next command on a connection whose name begins so is lost. */
  public void trap(String client, Loss loss) {
    traps.add(new Trap(client, loss));
  }

  /** No command is lost any more. */
  public void clearTraps() {
    traps.clear();
  }

  /** Its clock jumps. */
  public void jump(long millis) {
    skewMicros += millis * 1000;
    List.copyOf(blocked).forEach(this::endIfDue);
  }

  /** SIGSTOP: connections are taken, nothing is answered. */
  public void stop() {
    stopped = true;
  }

  /** SIGCONT: what has come meanwhile is carried out, whoever still waits for it. */
  public void goOn() {
    if (stopped) {
      stopped = false;
      List.copyOf(links.values()).forEach(link -> world.after(world.upTo(200_000), link::work));
      List.copyOf(blocked).forEach(this::endIfDue);
    }
  }

  /** It is gone, with all connections; its keys stay. */
  public void down() {
    up = false;
    stopped = false;
    blocked.clear();
    List.copyOf(links.values()).forEach(Link::cut);
  }

  /** Another run of it, with the keys that it had. */
  public void up() {
    if (!up) {
      up = true;
      runs++;
      runId = "run" + runs;
      upSince = world.now();
      model.forgetScripts();
    }
  }

  /** All connections are closed. */
  public void killClients() {
    List.copyOf(links.values()).forEach(Link::cut);
  }

  /** Somebody who is not simulated sends a command, which is carried out at once. */
  public @Nullable Object operate(String... words) {
    var all = List.of(words);
    world.tell("operator", String.join(" ", words));
    witness.before("operator", all);
    Object reply;
    try {
      reply = model.call(all);
    } catch (Refusal e) {
      reply = e;
    }
    witness.after("operator", all, reply);
    serveBlocked();
    return reply;
  }

  /** A new connection; null when it is refused. */
  @Nullable Link connect(SimSocket socket) {
    if (!up) {
      return null;
    }
    lastClient++;
    var link = new Link(lastClient, socket);
    links.put(lastClient, link);
    return link;
  }

  /** One connection, as the server sees it. */
  final class Link {
    private final long id;
    private final SimSocket socket;
    private final StringBuilder come = new StringBuilder();
    private final Deque<List<String>> waiting = new ArrayDeque<>();
    private String name = "";
    private long lastArrival;
    private long lastDelivery;
    private boolean open = true;
    private boolean finished;
    private boolean working;
    private boolean silent;

    Link(long id, SimSocket socket) {
      this.id = id;
      this.socket = socket;
    }

    private String client() {
      return name + "@" + socket.process().name();
    }

    private long latency() {
      return world.random().nextInt(50) == 0 ? world.upTo(5_000_000) : 30_000 + world.upTo(300_000);
    }

    /** Bytes leave the client. */
    void send(byte[] bytes) {
      lastArrival = Math.max(lastArrival + 1, world.now() + latency());
      world.after(lastArrival - world.now(), () -> arrive(bytes));
    }

    /** The client closes it, after what it has sent. */
    void finish() {
      lastArrival = Math.max(lastArrival + 1, world.now() + latency());
      world.after(
          lastArrival - world.now(),
          () -> {
            finished = true;
            work();
          });
    }

    private void arrive(byte[] bytes) {
      if (open) {
        come.append(new String(bytes, ISO_8859_1));
        waiting.addAll(Resp.commands(come));
        work();
      }
    }

    private void work() {
      if (open && !stopped && !working) {
        workOn();
      }
    }

    private boolean isBlocked() {
      return blocked.stream().anyMatch(each -> each.link() == this);
    }

    private void workOn() {
      working = false;
      if (!open || stopped) {
        return;
      }
      if (finished && (waiting.isEmpty() || isBlocked())) {
        close();
        return;
      }
      if (isBlocked() || waiting.isEmpty()) {
        return;
      }
      execute(waiting.remove());
      if (open && (!waiting.isEmpty() || finished)) {
        // Others come in between, as on a server that reads one buffer after the other.
        working = true;
        world.after(
            1000 + world.upTo(world.random().nextInt(8) == 0 ? 300_000 : 5_000), this::workOn);
      }
    }

    private void execute(List<String> words) {
      var loss = sprung(client());
      if (loss == Loss.BEFORE) {
        world.tell(client(), "LOST before " + brief(words));
        cut();
        return;
      }
      var reply = perform(this, words);
      if (world.isTracing()) {
        world.tell(client(), brief(words) + " -> " + brief(reply));
      } else {
        world.tell(client(), words.get(0));
      }
      if (loss == Loss.AFTER) {
        world.tell(client(), "LOST after it was carried out");
        blocked.removeIf(each -> each.link() == this);
        cut();
      } else {
        silent |= loss == Loss.SILENCE;
        if (reply != BLOCKING) {
          answer(Resp.reply(reply));
        }
      }
      serveBlocked();
    }

    private void answer(byte[] bytes) {
      if (!silent) {
        lastDelivery = Math.max(lastDelivery + 1, world.now() + latency());
        world.after(lastDelivery - world.now(), () -> socket.receive(bytes));
      }
    }

    /** The server closes it. */
    void cut() {
      close();
      if (!silent) {
        lastDelivery = Math.max(lastDelivery + 1, world.now() + latency());
        world.after(lastDelivery - world.now(), socket::end);
      }
    }

    private void close() {
      open = false;
      links.remove(id);
      blocked.removeIf(each -> each.link() == this);
    }
  }

  private static final Object BLOCKING = new Object();

  private @Nullable Loss sprung(String client) {
    for (var trap : traps) {
      if (client.startsWith(trap.client())) {
        traps.remove(trap);
        return trap.loss();
      }
    }
    return null;
  }

  private @Nullable Object perform(Link link, List<String> words) {
    try {
      return switch (words.get(0).toUpperCase(Locale.ROOT)) {
        case "CLIENT" -> client(link, words);
        case "INFO" -> info();
        case "HELLO" ->
            List.of(
                "server",
                "redis",
                "version",
                "7.0.15",
                "proto",
                2L,
                "id",
                link.id,
                "mode",
                "standalone",
                "role",
                "master",
                "modules",
                List.of());
        default -> keyed(link, words);
      };
    } catch (Refusal e) {
      return e;
    }
  }

  private @Nullable Object keyed(Link link, List<String> words) {
    witness.before(link.client(), words);
    Object reply;
    try {
      reply = model.call(words);
    } catch (Refusal e) {
      reply = e;
    }
    witness.after(link.client(), words, reply);
    var block = words.indexOf("BLOCK");
    if (reply == null && words.get(0).equals("XREADGROUP") && block > 0) {
      var millis = Long.parseLong(words.get(block + 1));
      var waiting = new Blocked(link, words, millis() + millis);
      blocked.add(waiting);
      world.after(millis * 1_000_000, () -> endIfDue(waiting));
      return BLOCKING;
    }
    return reply;
  }

  private void endIfDue(Blocked waiting) {
    if (stopped || !blocked.contains(waiting)) {
      return;
    }
    var left = waiting.deadlineMillis() - millis();
    if (left > 0) {
      // Its clock went back: so it waits for longer.
      world.after(left * 1_000_000, () -> endIfDue(waiting));
      return;
    }
    unblock(waiting, null);
  }

  private void unblock(Blocked waiting, @Nullable Object reply) {
    blocked.remove(waiting);
    world.tell(waiting.link().client(), "is served " + (world.isTracing() ? brief(reply) : ""));
    waiting.link().answer(Resp.reply(reply));
    waiting.link().work();
  }

  private void serveBlocked() {
    for (var waiting : List.copyOf(blocked)) {
      var words = waiting.words();
      var look = model.look();
      var key = words.get(words.size() - 2);
      if (!look.hasStream(key)) {
        unblock(waiting, new Refusal("UNBLOCKED the stream key no longer exists"));
      } else if (!look.hasGroup(key, words.get(2))) {
        unblock(
            waiting,
            new Refusal("NOGROUP the consumer group this client was blocked on no longer exists"));
      } else if (look.unread(key, words.get(2)) > 0) {
        witness.before(waiting.link().client(), words);
        var reply = model.call(words);
        witness.after(waiting.link().client(), words, reply);
        unblock(waiting, reply);
      }
    }
  }

  private String info() {
    return "redis_version:7.0.15\r\nrun_id:%s\r\nuptime_in_seconds:%d\r\nmaxmemory_policy:noeviction\r\n"
        .formatted(runId, (world.now() - upSince) / 1_000_000_000);
  }

  private Object client(Link link, List<String> words) {
    return switch (words.get(1).toUpperCase(Locale.ROOT)) {
      case "SETNAME" -> {
        link.name = words.get(2).replace("millhand-", "");
        yield new Status("OK");
      }
      case "ID" -> link.id;
      case "LIST" -> {
        var text = new StringBuilder();
        for (var id : words.subList(3, words.size())) {
          if (links.containsKey(Long.parseLong(id))) {
            text.append("id=").append(id).append(" addr=\n");
          }
        }
        yield text.toString();
      }
      case "KILL" -> {
        var victim = links.get(Long.parseLong(words.get(3)));
        if (victim == null) {
          yield 0L;
        }
        victim.cut();
        yield 1L;
      }
      default -> throw new IllegalStateException("the server does not know " + words);
    };
  }

  private String brief(List<String> words) {
    if (words.get(0).equals("EVALSHA")) {
      var args = String.join(" ", words.subList(12, words.size()));
      return "{" + clip(model.scriptTitle(words.get(1)), 46) + "} " + clip(args, 200);
    }
    return clip(String.join(" ", words), 160);
  }

  private static String brief(@Nullable Object reply) {
    return switch (reply) {
      case null -> "nil";
      case Refusal refusal -> "-" + refusal.text();
      case Status status -> status.text();
      default -> reply == BLOCKING ? "waits" : clip(reply.toString(), 200);
    };
  }

  private static String clip(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "...";
  }
}
