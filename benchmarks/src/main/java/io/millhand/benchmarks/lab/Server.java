// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.lab;

import io.millhand.benchmarks.wire.Bytes;
import io.millhand.benchmarks.wire.Resp;
import io.millhand.testkit.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * A Redis of our own, without persistence, and the streams in it.
 *
 * <p>Threads: one. Owns: the server. Failure: {@link IOException} when it does not answer.
 */
public final class Server implements AutoCloseable {

  private static final int BATCH = 1_000;
  private static final long LOOK_NANOS = 2_000_000;

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

  /** Reads so many entries as a consumer that will not ack them. */
  public void take(String stream, String group, String consumer, long entries) throws IOException {
    for (long taken = 0; taken < entries; ) {
      var count = "" + Math.min(BATCH, entries - taken);
      var reply =
          admin.command(
              "XREADGROUP", "GROUP", group, consumer, "COUNT", count, "STREAMS", stream, ">");
      if (reply == null) {
        throw new IOException("only " + taken + " of " + entries + " entries were there");
      }
      taken += Long.parseLong(count);
    }
  }

  /** Makes all entries of a stream unread again, for workers that wait at its end. */
  public void rewind(String stream, String group) throws IOException {
    admin.command("XGROUP", "SETID", stream, group, "0");
    // SETID wakes nobody; an entry wakes all who wait.
    admin.command("XADD", stream, "*", "order_id", "0", "amount", "0", "payload", "");
  }

  /** Waits until a group has read all, and nothing of it is pending. */
  public void awaitDrained(String stream, String group, Duration most) throws IOException {
    var end = System.nanoTime() + most.toNanos();
    while (!isDrained(stream, group)) {
      if (System.nanoTime() > end) {
        throw new IOException("not drained within " + most);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private boolean isDrained(String stream, String group) throws IOException {
    var facts = groupFacts(stream, group);
    return facts.number("pending") == 0
        && facts
            .text("last-delivered-id")
            .equals(Facts.of(admin.command("XINFO", "STREAM", stream)).text("last-generated-id"));
  }

  /** Waits until so many are pending. */
  public void awaitPending(String stream, String group, long entries, Duration most)
      throws IOException {
    var end = System.nanoTime() + most.toNanos();
    for (long pending = 0; pending < entries; ) {
      if (System.nanoTime() > end) {
        throw new IOException("only %d of %d are pending".formatted(pending, entries));
      }
      LockSupport.parkNanos(10 * LOOK_NANOS);
      pending = groupFacts(stream, group).number("pending");
    }
  }

  /** Memory of the data, in bytes. */
  public long usedMemory() throws IOException {
    return Long.parseLong(admin.info("used_memory"));
  }

  /** How many entries of a stream the group has not acked: neither read nor pending ones. */
  public long left(String stream, String group) throws IOException {
    var facts = groupFacts(stream, group);
    return facts.number("lag") + facts.number("pending");
  }

  private Facts groupFacts(String stream, String group) throws IOException {
    if (admin.command("XINFO", "GROUPS", stream) instanceof List<?> groups) {
      for (var each : groups) {
        var facts = Facts.of(each);
        if (group.equals(facts.text("name"))) {
          return facts;
        }
      }
    }
    throw new IOException("the stream " + stream + " has no group " + group);
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
