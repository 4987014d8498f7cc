// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millhand.sim.model.RedisModel;
import io.millhand.sim.model.Refusal;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.WithRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The model that the simulation plays against is a server as far as its replies go: random commands
 * and all of our scripts, one by one, on both. More by {@code -Dmillhand.sim.sequences=2000}, one
 * again by {@code -Dmillhand.sim.sequence=N}.
 */
@WithRedis(config = "stream-node-max-entries 4")
class RedisModelTest {

  private static final int NODE = 4;
  private static final int STEPS = 80;

  private RedisProbe probe;

  @BeforeEach
  void begin(EmbeddedRedis redis) {
    probe = redis.probe();
    var info = String.valueOf(probe.command("INFO", "server"));
    assumeTrue(
        info.contains("redis_version:7.0."),
        "the model is one of Redis 7.0, and this server is another");
    for (var script : Script.values()) {
      probe.command("SCRIPT".getBytes(UTF_8), "LOAD".getBytes(UTF_8), text(script));
    }
  }

  private static byte[] text(Script script) {
    return script.forServer(SERVER).source();
  }

  private static final Server SERVER =
      Server.of("redis_version:7.0.15\n", java.util.Optional.empty(), true);

  @Test
  void the_model_answers_as_a_server_does() {
    var one = Long.getLong("millhand.sim.sequence");
    if (one != null) {
      play(one);
      return;
    }
    for (long seed = 1; seed <= Long.getLong("millhand.sim.sequences", 300); seed++) {
      play(seed);
    }
  }

  private void play(long seed) {
    probe.command("FLUSHALL");
    var model = new RedisModel(RedisModelTest::micros, NODE);
    for (var script : Script.values()) {
      model.call(List.of("SCRIPT", "LOAD", new String(text(script), UTF_8)));
    }
    var commands = new RandomCommands(seed);
    var history = new ArrayList<String>();
    var full = false;
    for (int step = 0; step < STEPS; step++) {
      if (commands.togglesMemory()) {
        full = !full;
        fill(model, full);
      }
      var words = commands.next();
      history.add((full ? "full: " : "") + RandomCommands.describe(words).replace('\n', '/'));
      var expected = answer(() -> reply(words, letter -> real("XRANGE", letter)), words);
      var found = answer(() -> reply(model, words), words);
      assertThat(found)
          .as(
              "sequence %d (again: -Dtest=RedisModelTest -Dmillhand.sim.sequence=%d), after%n%s",
              seed, seed, String.join("\n", history))
          .isEqualTo(expected);
    }
    fill(model, false);
  }

  private void fill(RedisModel model, boolean full) {
    probe.command("CONFIG", "SET", "maxmemory", full ? "1" : "0");
    model.full(full);
  }

  private static long micros() {
    return System.currentTimeMillis() * 1000;
  }

  private interface Asking {
    @Nullable Object ask();
  }

  private static String answer(Asking asking, List<String> words) {
    try {
      return Canonical.text(asking.ask(), words);
    } catch (RedisProbe.ErrorReply | Refusal e) {
      var text = String.valueOf(e.getMessage());
      var script = text.indexOf(" script: ");
      return "error " + (script < 0 ? text : text.substring(0, script));
    }
  }

  private @Nullable Object real(String verb, String key) {
    return probe.command(verb, key, "-", "+", "COUNT", "1");
  }

  private interface Letters {
    @Nullable Object first(String key);
  }

  private @Nullable Object reply(List<String> words, Letters letters) {
    return probe.command(resolved(words, letters).toArray(String[]::new));
  }

  private static @Nullable Object reply(RedisModel model, List<String> words) {
    return model.call(
        resolved(words, key -> model.call(List.of("XRANGE", key, "-", "+", "COUNT", "1"))));
  }

  /** Puts in what differs from server to server: the id of the oldest dead letter. */
  private static List<String> resolved(List<String> words, Letters letters) {
    if (!words.contains(RandomCommands.LETTER)) {
      return words;
    }
    var first = (List<?>) letters.first(RandomCommands.KEYS.dead());
    var id = first == null || first.isEmpty() ? "1-1" : ((List<?>) first.get(0)).get(0).toString();
    return words.stream().map(word -> word.equals(RandomCommands.LETTER) ? id : word).toList();
  }

  /** A reply as text, without what depends on the moment, and without what the model leaves out. */
  private static final class Canonical {

    private static final List<String> SHOWN =
        List.of("name", "pending", "consumers", "last-delivered-id", "length", "last-generated-id");

    static String text(@Nullable Object reply, List<String> words) {
      var verb = words.get(0).toUpperCase(Locale.ROOT);
      if (verb.equals("TIME")) {
        return "time";
      }
      var text =
          switch (verb) {
            case "XINFO" -> info(reply);
            case "HGETALL" -> pairs((List<?>) java.util.Objects.requireNonNull(reply));
            case "XPENDING" -> rows(reply);
            default -> isDue(words) ? due(reply) : plain(reply);
          };
      return text.replaceAll("\\b1\\d{12}(-\\d+)?\\b", "T");
    }

    private static boolean isDue(List<String> words) {
      return words.get(0).equals("EVALSHA")
          && words.get(1).equals(new String(Script.DUE.forServer(SERVER).sha(), UTF_8));
    }

    private static String plain(@Nullable Object reply) {
      return switch (reply) {
        case null -> "nil";
        case List<?> list -> list.stream().map(Canonical::plain).toList().toString();
        case io.millhand.sim.model.Status status -> status.text();
        default -> reply.toString();
      };
    }

    private static String pairs(List<?> parts) {
      var pairs = new java.util.TreeMap<String, String>();
      for (int i = 0; i + 1 < parts.size(); i += 2) {
        pairs.put(plain(parts.get(i)), plain(parts.get(i + 1)));
      }
      return pairs.toString();
    }

    private static String info(@Nullable Object reply) {
      var list = (List<?>) java.util.Objects.requireNonNull(reply);
      if (!list.isEmpty() && list.get(0) instanceof List) {
        return list.stream().map(Canonical::info).toList().toString();
      }
      var shown = new ArrayList<String>();
      for (int i = 0; i + 1 < list.size(); i += 2) {
        if (SHOWN.contains(plain(list.get(i)))) {
          shown.add(plain(list.get(i)) + "=" + plain(list.get(i + 1)));
        }
      }
      return shown.stream().sorted().toList().toString();
    }

    /** How long they were idle only by its order of magnitude. */
    private static String rows(@Nullable Object reply) {
      var list = (List<?>) java.util.Objects.requireNonNull(reply);
      if (list.isEmpty() || !(list.get(0) instanceof List)) {
        return plain(reply);
      }
      return list.stream()
          .map(row -> (List<?>) row)
          .map(row -> List.of(row.get(0), row.get(1), (Long) row.get(2) / 20_000, row.get(3)))
          .toList()
          .toString();
    }

    private static String due(@Nullable Object reply) {
      var list = new ArrayList<Object>((List<?>) java.util.Objects.requireNonNull(reply));
      if (list.size() > 1) {
        var left = Long.parseLong(list.get(1).toString());
        list.set(1, left <= 0 ? left : left < 1000 ? "soon" : "later");
      }
      return plain(list);
    }
  }
}
