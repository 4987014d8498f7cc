// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Commands and scripts in any order, as workers, operators and strangers may send them. */
final class RandomCommands {

  static final Keys KEYS = Keys.of("orders", "processing");

  /** Stands for the id of the oldest dead letter. */
  static final String LETTER = "@letter";

  private static final Server SERVER = Server.of("redis_version:7.0.15\n", Optional.empty(), true);
  private static final List<String> CONSUMERS = List.of("w1", "w2", "w3", "python", "~deferred");

  private static final List<Script> SCRIPTS = List.of(Script.values());

  private final Random random;
  private int newest;

  RandomCommands(long seed) {
    this.random = new Random(seed);
  }

  boolean togglesMemory() {
    return random.nextInt(40) == 0;
  }

  List<String> next() {
    if (newest < 3) {
      return newest == 0 ? regroup() : add();
    }
    return switch (random.nextInt(20)) {
      case 0 -> regroup();
      case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> command();
      default -> script();
    };
  }

  /** A command for people. */
  static String describe(List<String> words) {
    if (!words.get(0).equals("EVALSHA")) {
      return String.join(" ", words);
    }
    for (var script : Script.values()) {
      if (words.get(1).equals(new String(script.forServer(SERVER).sha(), US_ASCII))) {
        return script + " " + String.join(" ", words.subList(12, words.size()));
      }
    }
    throw new IllegalArgumentException("no script of ours: " + words.get(1));
  }

  private List<String> add() {
    newest++;
    return words("XADD", KEYS.stream(), (newest / 3) + "-" + (1 + newest % 3), "k", "v" + newest);
  }

  private List<String> regroup() {
    newest = Math.max(newest, 1);
    return run(Script.REGROUP, pick("0", "$"), pick("0", "1"), random.nextBoolean() ? "" : id());
  }

  private String id() {
    var number = 1 + random.nextInt(newest + 1);
    return (number / 3) + "-" + (1 + number % 3);
  }

  private List<String> ids() {
    var ids = new ArrayList<String>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      ids.add(id());
    }
    return ids;
  }

  private String consumer() {
    return CONSUMERS.get(random.nextInt(CONSUMERS.size()));
  }

  private String worker() {
    return CONSUMERS.get(random.nextInt(3));
  }

  private String pick(String... words) {
    return words[random.nextInt(words.length)];
  }

  private static List<String> words(String... words) {
    return new ArrayList<>(List.of(words));
  }

  private static List<String> plus(List<String> words, List<String> more) {
    words.addAll(more);
    return words;
  }

  private List<String> command() {
    var s = KEYS.stream();
    var g = KEYS.group();
    return switch (random.nextInt(34)) {
      case 0, 1, 2, 3 -> add();
      case 4, 5, 6, 7, 8 ->
          words(
              "XREADGROUP",
              "GROUP",
              g,
              consumerButReserved(),
              "COUNT",
              "" + (1 + random.nextInt(4)),
              "STREAMS",
              s,
              ">");
      case 9 -> plus(words("XACK", s, g), ids());
      case 10 -> plus(words("XDEL", s), ids());
      case 11 -> words("XPENDING", s, g);
      case 12, 13 -> words("XPENDING", s, g, "-", "+", "100");
      case 14 -> words("XPENDING", s, g, id(), "+", "3", consumer());
      case 15 -> words("XPENDING", s, g, id(), id(), "1");
      case 16 -> plus(words("XCLAIM", s, g, consumer(), pick("0", "30000")), claimed());
      case 17 -> words("XCLAIM", s, g, consumer(), "0", id());
      case 18 -> words("XRANGE", s, pick("-", id(), "(" + id()), pick("+", id()), "COUNT", "5");
      case 19 -> words("XREVRANGE", s, pick("+", id(), "(" + id()), pick("-", id()), "COUNT", "3");
      case 20 -> words("XLEN", s);
      case 21 -> words("XINFO", "GROUPS", s);
      case 22 -> words("XINFO", "CONSUMERS", s, g);
      case 23 -> words("XINFO", "STREAM", s);
      case 24 -> words("HGETALL", pick(KEYS.info(), KEYS.workers(), KEYS.failures()));
      case 25 -> words("ZRANGE", KEYS.deferred(), "0", "-1");
      case 26 -> words("XRANGE", KEYS.dead(), "-", "+");
      case 27 -> words("GET", pick(KEYS.position(), KEYS.keeper()));
      case 28 -> words("TYPE", pick(s, KEYS.info(), KEYS.deferred(), KEYS.keeper(), "nothing"));
      case 29 -> rare();
      case 30 -> words("XTRIM", s, "MINID", pick("~", "="), id());
      case 31 -> words("XTRIM", s, "MAXLEN", pick("~", "="), "" + random.nextInt(12));
      case 32 -> words("XGROUP", "SETID", s, g, pick("0", "$", id()));
      default -> words("XGROUP", "CREATE", s, pick("other", g), pick("0", "$"), "MKSTREAM");
    };
  }

  private String consumerButReserved() {
    return CONSUMERS.get(random.nextInt(4));
  }

  private List<String> claimed() {
    var words = new ArrayList<>(ids());
    if (random.nextBoolean()) {
      words.addAll(List.of("IDLE", pick("0", "60000")));
    }
    if (random.nextBoolean()) {
      words.addAll(List.of("RETRYCOUNT", "" + random.nextInt(4)));
    }
    if (random.nextInt(4) == 0) {
      words.add("FORCE");
    }
    words.add("JUSTID");
    return words;
  }

  private List<String> rare() {
    var s = KEYS.stream();
    var g = KEYS.group();
    return switch (random.nextInt(8)) {
      case 0 -> words("XGROUP", "DESTROY", s, pick(g, "other"));
      case 1 -> words("XGROUP", "DELCONSUMER", s, g, consumer());
      case 2 -> words("DEL", s);
      case 3 -> words("DEL", pick(KEYS.failures(), KEYS.info(), KEYS.workers(), KEYS.deferred()));
      case 4 -> words("DEL", KEYS.position(), KEYS.keeper(), "nothing");
      case 5 -> words("TIME");
      case 6 -> words("ZADD", KEYS.deferred(), "1", id());
      default -> words("ZREM", KEYS.deferred(), id());
    };
  }

  private List<String> script() {
    return switch (SCRIPTS.get(random.nextInt(SCRIPTS.size()))) {
      case REGISTER -> run(Script.REGISTER, registration(), "orders\nprocessing");
      case BEAT -> run(Script.BEAT, "60000");
      case LEAVE -> run(Script.LEAVE);
      case DUE -> run(Script.DUE, "" + (1 + random.nextInt(3)), pick("0", "1"), "2");
      case DEFER -> defer();
      case ACK -> plus(run(Script.ACK), ids());
      case FINISH -> plus(run(Script.FINISH, pick("NEW", "RECORDED")), ids());
      case DEAD -> dead();
      case RECLAIM -> reclaim();
      case BURY -> run(Script.BURY, worker(), "" + random.nextInt(3), registration());
      case RECONCILE -> plus(run(Script.RECONCILE), ids());
      case POSITION -> run(Script.POSITION);
      case REGROUP -> regroup();
      case RENEW -> run(Script.RENEW, consumer(), id(), "1", id(), "2");
      case SWEEP -> plus(run(Script.SWEEP), ids());
      case TRIM ->
          random.nextInt(4) == 0
              ? run(Script.TRIM, "CAP", "" + (1 + random.nextInt(9)))
              : run(Script.TRIM, "FINISHED", "0", "" + random.nextInt(5));
      case PUTBACK -> run(Script.PUTBACK, LETTER, id());
      case RELEASE -> plus(run(Script.RELEASE, pick("", consumer())), ids());
      case CLAIM -> plus(run(Script.CLAIM, worker()), ids());
      case DISMISS -> run(Script.DISMISS, consumer(), pick("", registration()));
      case SETID -> run(Script.SETID, pick("$", id()));
      case DISBAND ->
          random.nextInt(3) == 0
              ? run(
                  Script.DISBAND,
                  pick("FINISHED", "ANY"),
                  pick("ALONE", "ANY"),
                  pick("KEEP", "DELETE"))
              : run(Script.BEAT, "60000");
      case PRUNE -> run(Script.PRUNE, id(), pick("FINISHED", "PAST"), pick("TRIM", "LOOK"));
      case COUNT -> run(Script.COUNT, pick("UP", "DOWN"), "0-0", id(), "5");
      case WITHDRAW -> plus(run(Script.WITHDRAW), ids());
      case REDELIVER -> plus(run(Script.REDELIVER), ids());
      case PAUSE -> run(Script.PAUSE, "me", "why");
      case RESUME -> run(Script.RESUME);
      // With keys of their own; see OnceTest and PartitionCommandsTest.
      case ONCE, CATALOGUE, MEMBER -> words("TIME");
    };
  }

  /** Who calls it now; what it tells of others is often wrong, as it may be in life. */
  private String registration() {
    var boot = random.nextInt(5) == 0 ? "b2" : "b1";
    return "boot="
        + boot
        + "\nlease=15000\n"
        + (random.nextInt(4) == 0 ? "suspect=" + id() + "\n" : "");
  }

  private List<String> defer() {
    return run(
        Script.DEFER,
        id(),
        "" + (1 + random.nextInt(2)),
        pick("0", "600000"),
        "" + random.nextInt(3),
        pick("0", "60000"),
        pick("-1", "1", "2"),
        "" + random.nextInt(3),
        pick("", "card refused"));
  }

  private List<String> dead() {
    return run(
        Script.DEAD,
        id(),
        "" + (1 + random.nextInt(2)),
        pick("0", "3"),
        pick("KEEP", "DELETE"),
        "2",
        "~id",
        "x",
        "~reason",
        "why");
  }

  private List<String> reclaim() {
    return random.nextBoolean()
        ? plus(run(Script.RECLAIM, "python", "", "", pick("0", "30000")), ids())
        : plus(run(Script.RECLAIM, worker(), "" + random.nextInt(3), registration(), "0"), ids());
  }

  private List<String> run(Script script, String... args) {
    var words = words("EVALSHA", new String(script.forServer(SERVER).sha(), US_ASCII), "8");
    words.addAll(
        List.of(
            KEYS.stream(),
            KEYS.deferred(),
            KEYS.failures(),
            KEYS.workers(),
            KEYS.info(),
            KEYS.keeper(),
            KEYS.position(),
            KEYS.dead()));
    words.addAll(List.of(KEYS.group(), worker(), random.nextInt(6) == 0 ? "b2" : "b1"));
    words.addAll(List.of(args));
    return words;
  }
}
