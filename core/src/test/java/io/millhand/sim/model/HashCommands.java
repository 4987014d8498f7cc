// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of hashes. */
final class HashCommands {

  private final RedisModel model;

  HashCommands(RedisModel model) {
    this.model = model;
  }

  @Nullable Object execute(String verb, Words words) {
    var key = words.next();
    var hash = model.value(key, HashValue.class);
    var fields = hash == null ? new HashValue().fields() : hash.fields();
    return switch (verb) {
      case "HGET" -> fields.get(words.next());
      case "HSET" -> set(key, words);
      case "HDEL" -> {
        var gone = words.rest().stream().filter(each -> fields.remove(each) != null).count();
        model.removeIf(key, fields.isEmpty());
        yield gone;
      }
      case "HLEN" -> (long) fields.size();
      case "HEXISTS" -> fields.containsKey(words.next()) ? 1L : 0L;
      case "HINCRBY" -> increase(key, words);
      case "HMGET" -> {
        var values = new ArrayList<@Nullable Object>();
        words.rest().forEach(each -> values.add(fields.get(each)));
        yield values;
      }
      case "HGETALL" -> all(fields);
      case "HSCAN" -> List.of("0", all(fields));
      default -> throw new IllegalStateException("the model does not know the command " + verb);
    };
  }

  private static List<Object> all(java.util.Map<String, String> fields) {
    var all = new ArrayList<>();
    fields.forEach(
        (name, value) -> {
          all.add(name);
          all.add(value);
        });
    return all;
  }

  private HashValue make(String key) {
    var found = model.value(key, HashValue.class);
    if (found != null) {
      return found;
    }
    var fresh = new HashValue();
    model.put(key, fresh);
    return fresh;
  }

  private Object set(String key, Words words) {
    var fields = make(key).fields();
    long fresh = 0;
    while (words.hasMore()) {
      fresh += fields.put(words.next(), words.next()) == null ? 1 : 0;
    }
    return fresh;
  }

  private Object increase(String key, Words words) {
    var fields = make(key).fields();
    var name = words.next();
    var now = Long.parseLong(fields.getOrDefault(name, "0")) + words.number();
    fields.put(name, Long.toString(now));
    return now;
  }
}
