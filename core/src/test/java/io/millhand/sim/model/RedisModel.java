// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A model of one Redis 7.0: the commands that Millhand sends, and the scripts that it ships. Its
 * replies are those of a server, which a test holds it to; but for what nobody here asks for (lag,
 * memory, how long consumers were idle). One thread.
 */
public final class RedisModel {

  private static final Set<String> DENIED_WHEN_FULL =
      Set.of("XADD", "ZADD", "HSET", "HINCRBY", "SET");

  private static final String HEAD = "\nend\n-- ";

  private final LongSupplier micros;
  private final int nodeSize;
  private final Scripts interpreter = new Scripts(this::execute);
  private final Map<String, String> scripts = new LinkedHashMap<>();
  private final Map<String, String> titles = new HashMap<>();
  private TreeMap<String, Object> keys = new TreeMap<>();
  private boolean full;
  private boolean inScript;

  /**
   * An empty one.
   *
   * @param micros the server's clock, microseconds
   * @param nodeSize how many entries of a stream lie in one node
   */
  public RedisModel(LongSupplier micros, int nodeSize) {
    this.micros = micros;
    this.nodeSize = nodeSize;
  }

  /** A string that may expire. */
  private record Text(String value, long expires) {}

  /** All keys as they are now. */
  public record Copy(TreeMap<String, Object> keys) {}

  /** A copy that does not change any more, as a replica has it whose link is cut. */
  public Copy copy() {
    var copy = new TreeMap<String, Object>();
    keys.forEach((name, value) -> copy.put(name, copyOf(value)));
    return new Copy(copy);
  }

  private static Object copyOf(Object value) {
    return switch (value) {
      case StreamValue stream -> stream.copy();
      case HashValue hash -> hash.copy();
      case ZsetValue zset -> zset.copy();
      default -> value;
    };
  }

  /** Goes back to that copy, which must not be used again; scripts are forgotten. */
  public void restore(Copy copy) {
    keys = copy.keys();
    scripts.clear();
  }

  /** Whether it is at its maxmemory from now on. */
  public void full(boolean now) {
    full = now;
  }

  /** Forgets the scripts that were loaded. */
  public void forgetScripts() {
    scripts.clear();
  }

  /** A look at its streams. */
  public Look look() {
    return new Look(this);
  }

  long millis() {
    return micros.getAsLong() / 1000;
  }

  int nodeSize() {
    return nodeSize;
  }

  /**
   * Runs a command.
   *
   * @return String for a bulk, Long, {@link Status}, List, or null
   * @throws Refusal for an error reply
   */
  public @Nullable Object call(List<String> words) {
    var verb = words.get(0).toUpperCase(Locale.ROOT);
    var rest = new Words(words, 1);
    return switch (verb) {
      case "SCRIPT" -> script(rest);
      case "EVALSHA" -> evalsha(rest);
      default -> execute(words);
    };
  }

  private Object script(Words words) {
    if (words.takes("LOAD")) {
      var text = words.next();
      var sha = Digest.sha1(text);
      scripts.put(sha, text);
      return sha;
    }
    if (words.takes("FLUSH")) {
      scripts.clear();
      return Status.OK;
    }
    throw Refusal.syntax();
  }

  /** The text of a script that is loaded. */
  public @Nullable String scriptText(String sha) {
    return scripts.get(sha);
  }

  /** What a script that is loaded says of itself; it stands after what all of them share. */
  public String scriptTitle(String sha) {
    return titles.computeIfAbsent(sha, any -> titleOf(String.valueOf(scripts.get(sha))));
  }

  private static String titleOf(String text) {
    for (int at = text.indexOf(HEAD); at >= 0; at = text.indexOf(HEAD, at + 1)) {
      var title = at + HEAD.length();
      var code = title;
      while (text.startsWith("\n--", text.indexOf('\n', code))) {
        code = text.indexOf('\n', code) + 1;
      }
      if (text.substring(title, text.indexOf('\n', code)).contains("\n-- Result")) {
        return text.substring(title, text.indexOf('\n', title));
      }
    }
    return "a script";
  }

  private @Nullable Object evalsha(Words words) {
    var sha = words.next();
    var text = scripts.get(sha);
    if (text == null) {
      throw new Refusal("NOSCRIPT No matching script. Please use EVAL.");
    }
    var names = new ArrayList<String>();
    for (var left = words.number(); left > 0; left--) {
      names.add(words.next());
    }
    inScript = true;
    try {
      return interpreter.run(text, sha, names, words.rest());
    } finally {
      inScript = false;
    }
  }

  /** A command that a script may use, too. */
  private @Nullable Object execute(List<String> words) {
    var verb = words.get(0).toUpperCase(Locale.ROOT);
    var rest = new Words(words, 1);
    if (full && !inScript && (DENIED_WHEN_FULL.contains(verb) || creates(words))) {
      throw new Refusal("OOM command not allowed when used memory > 'maxmemory'.");
    }
    return switch (verb.charAt(0)) {
      case 'X' -> new StreamCommands(this).execute(verb, rest);
      case 'H' -> new HashCommands(this).execute(verb, rest);
      case 'Z' -> new ZsetCommands(this).execute(verb, rest);
      default -> plain(verb, rest);
    };
  }

  private static boolean creates(List<String> words) {
    return words.get(0).equalsIgnoreCase("XGROUP") && words.get(1).equalsIgnoreCase("CREATE");
  }

  private @Nullable Object plain(String verb, Words words) {
    return switch (verb) {
      case "PING" -> new Status("PONG");
      case "TIME" ->
          List.of(
              Long.toString(micros.getAsLong() / 1_000_000),
              Long.toString(micros.getAsLong() % 1_000_000));
      case "TYPE" -> new Status(type(words.next()));
      case "EXISTS" -> find(words.next()) == null ? 0L : 1L;
      case "GET" -> {
        var found = value(words.next(), Text.class);
        yield found == null ? null : found.value();
      }
      case "SET" -> set(words);
      case "PEXPIRE" -> expire(words);
      case "DEL" -> words.rest().stream().filter(name -> remove(name)).count();
      case "FLUSHALL" -> {
        keys.clear();
        yield Status.OK;
      }
      default -> throw new IllegalStateException("the model does not know the command " + verb);
    };
  }

  private boolean remove(String name) {
    return find(name) != null && keys.remove(name) != null;
  }

  private String type(String name) {
    return switch (find(name)) {
      case null -> "none";
      case StreamValue stream -> "stream";
      case HashValue hash -> "hash";
      case ZsetValue zset -> "zset";
      default -> "string";
    };
  }

  private @Nullable Object set(Words words) {
    var name = words.next();
    var value = words.next();
    var expires = Long.MAX_VALUE;
    var onlyNew = false;
    while (words.hasMore()) {
      if (words.takes("NX")) {
        onlyNew = true;
      } else if (words.takes("PX")) {
        expires = millis() + words.number();
      } else {
        throw Refusal.syntax();
      }
    }
    if (onlyNew && find(name) != null) {
      return null;
    }
    keys.put(name, new Text(value, expires));
    return Status.OK;
  }

  private Object expire(Words words) {
    var name = words.next();
    var found = value(name, Text.class);
    if (found == null) {
      return 0L;
    }
    keys.put(name, new Text(found.value(), millis() + words.number()));
    return 1L;
  }

  private @Nullable Object find(String name) {
    var found = keys.get(name);
    if (found instanceof Text text && text.expires() <= millis()) {
      keys.remove(name);
      return null;
    }
    return found;
  }

  /** The value of that type; null where there is none. */
  <T> @Nullable T value(String name, Class<T> type) {
    var found = find(name);
    if (found != null && !type.isInstance(found)) {
      throw Refusal.wrongType();
    }
    return type.cast(found);
  }

  void put(String name, Object value) {
    keys.put(name, value);
  }

  void removeIf(String name, boolean empty) {
    if (empty) {
      keys.remove(name);
    }
  }
}
