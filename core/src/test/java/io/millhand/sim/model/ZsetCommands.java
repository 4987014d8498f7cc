// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands of sorted sets. */
final class ZsetCommands {

  private final RedisModel model;

  ZsetCommands(RedisModel model) {
    this.model = model;
  }

  @Nullable Object execute(String verb, Words words) {
    var key = words.next();
    var found = model.value(key, ZsetValue.class);
    var zset = found == null ? new ZsetValue() : found;
    return switch (verb) {
      case "ZADD" -> add(key, zset, words);
      case "ZREM" -> {
        var gone = words.rest().stream().filter(each -> zset.scores().remove(each) != null).count();
        model.removeIf(key, zset.scores().isEmpty());
        yield gone;
      }
      case "ZSCORE" -> {
        var score = zset.scores().get(words.next());
        yield score == null ? null : ZsetValue.text(score);
      }
      case "ZCARD" -> (long) zset.scores().size();
      case "ZRANGE" -> range(zset, words);
      case "ZRANGEBYSCORE" -> rangeByScore(zset, words);
      default -> throw new IllegalStateException("the model does not know the command " + verb);
    };
  }

  private Object add(String key, ZsetValue zset, Words words) {
    long fresh = 0;
    while (words.hasMore()) {
      var score = Double.parseDouble(words.next());
      fresh += zset.scores().put(words.next(), score) == null ? 1 : 0;
    }
    model.put(key, zset);
    return fresh;
  }

  private static Object range(ZsetValue zset, Words words) {
    var from = (int) words.number();
    var to = words.number();
    var sorted = zset.sorted();
    var end = to < 0 ? sorted.size() + to + 1 : Math.min(sorted.size(), to + 1);
    var part = from >= end ? List.<Map.Entry<String, Double>>of() : sorted.subList(from, (int) end);
    var scores = words.takes("WITHSCORES");
    var reply = new ArrayList<>();
    for (var each : part) {
      reply.add(each.getKey());
      if (scores) {
        reply.add(ZsetValue.text(each.getValue()));
      }
    }
    return reply;
  }

  private static Object rangeByScore(ZsetValue zset, Words words) {
    var from = score(words.next());
    var to = score(words.next());
    long skip = 0;
    var most = Long.MAX_VALUE;
    if (words.takes("LIMIT")) {
      skip = words.number();
      most = words.number();
    }
    return zset.sorted().stream()
        .filter(each -> each.getValue() >= from && each.getValue() <= to)
        .skip(skip)
        .limit(most)
        .<Object>map(Map.Entry::getKey)
        .toList();
  }

  private static double score(String text) {
    return switch (text) {
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "+inf" -> Double.POSITIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
