// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.lab;

import io.millhand.benchmarks.wire.Bytes;
import io.millhand.benchmarks.wire.Resp;
import io.millhand.testkit.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * A Redis of our own, without persistence, and the streams in it.
 *
 * <p>Threads: one. Owns: the server. Failure: {@link IOException} when it does not answer.
 */
public final class Server implements AutoCloseable {

  private static final int BATCH = 1_000;

  private final EmbeddedRedis redis;
  private final Resp admin;
  private final Set<String> loaded = new HashSet<>();
  private int serial;

  private Server(EmbeddedRedis redis) throws IOException {
    this.redis = redis;
    this.admin = new Resp(redis.host(), redis.port());
  }

  /** Starts one. */
  public static Server start() throws IOException {
    var redis = EmbeddedRedis.builder().start();
    try {
      return new Server(redis);
    } catch (IOException e) {
      redis.close();
      throw e;
    }
  }

  /** Where it listens. */
  public String host() {
    return redis.host();
  }

  /** Where it listens. */
  public int port() {
    return redis.port();
  }

  /** Its process. */
  public long pid() {
    return redis.pid();
  }

  /** A connection for whatever stands around a measurement. */
  public Resp admin() {
    return admin;
  }

  /** Product, version and allocator, for people. */
  public String description() throws IOException {
    var product = admin.info("server_name");
    var version = admin.info(product.equals("valkey") ? "valkey_version" : "redis_version");
    return "%s %s (%s, %s)"
        .formatted(
            product.equals("valkey") ? "Valkey" : "Redis",
            version,
            admin.info("mem_allocator"),
            name(redis.executable()));
  }

  private static String name(Path program) {
    var folder = program.getParent();
    return folder == null ? program.toString() : folder.getFileName() + "/" + program.getFileName();
  }

  /**
   * The key of a stream of so many entries with so long a payload; loads it where it is not there.
   */
  public String stream(long entries, int payload) throws IOException {
    return loaded("orders", entries, payload);
  }

  /** The same, another one: for warming up. */
  public String warmStream(long entries, int payload) throws IOException {
    return loaded("warm", entries, payload);
  }

  private String loaded(String name, long entries, int payload) throws IOException {
    var key = name + "-" + entries + "-" + payload;
    if (loaded.add(key)) {
      load(key, entries, payload);
    }
    return key;
  }

  /** A stream that nobody else uses. */
  public String ownStream(long entries, int payload) throws IOException {
    var key = "own-" + serial++;
    load(key, entries, payload);
    return key;
  }

  /** A group at the beginning of a stream, under a new name. */
  public String group(String stream) throws IOException {
    var group = "group-" + serial++;
    createGroup(stream, group);
    return group;
  }

  /** The same, named. */
  public void createGroup(String stream, String group) throws IOException {
    admin.command("XGROUP", "CREATE", stream, group, "0", "MKSTREAM");
  }

  /** Removes a group and all keys beside it. */
  public void forget(String stream, String group) throws IOException {
    admin.command("XGROUP", "DESTROY", stream, group);
    for (var each :
        new String[] {
          "workers", "workers:info", "deferred", "failures", "position", "keeper", "dead"
        }) {
      admin.command("DEL", "{" + stream + "}:" + group + ":" + each);
    }
  }

  /** Deletes a key. */
  public void delete(String key) throws IOException {
    loaded.remove(key);
    admin.command("DEL", key);
  }

  /** How many entries of a stream the group has not acked: neither read nor pending ones. */
  public long left(String stream, String group) throws IOException {
    var groups = (java.util.List<?>) admin.command("XINFO", "GROUPS", stream);
    if (groups != null) {
      for (var each : groups) {
        var facts = Facts.of(each);
        if (group.equals(facts.text("name"))) {
          return facts.number("lag") + facts.number("pending");
        }
      }
    }
    return 0;
  }

  /** Adds entries {@code order_id, amount, payload} as fast as it goes. */
  public void load(String key, long entries, int payload) throws IOException {
    var text = "x".repeat(payload);
    var out = new Bytes();
    var asked = 0;
    for (long i = 0; i < entries; i++) {
      out.command("XADD", key, "*", "order_id", "" + i, "amount", "99.99", "payload", text);
      asked++;
      if (asked == BATCH || out.length() > 1 << 20 || i == entries - 1) {
        admin.send(out);
        for (; asked > 0; asked--) {
          admin.in().skipBulk();
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    admin.close();
    redis.close();
  }
}
