// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;

/** A plain loop over Jedis: read, handle, ack the batch. */
final class JedisLoop implements Contender {

  private static final int BLOCK_MILLIS = 1_000;
  private static final StreamEntryID[] NOTHING = {};

  private final XReadGroupParams params;
  private final boolean pipelined;

  private JedisLoop(int count, boolean pipelined) {
    this.params = XReadGroupParams.xReadGroupParams().count(count).block(BLOCK_MILLIS);
    this.pipelined = pipelined;
  }

  /** One command after the other. */
  static JedisLoop sync(int count) {
    return new JedisLoop(count, false);
  }

  /** The XACK of the last batch and the next XREADGROUP in one write. */
  static JedisLoop pipelined(int count) {
    return new JedisLoop(count, true);
  }

  @Override
  public Running start(Job job) {
    return LoopThread.start(
        job,
        () -> {
          try (var jedis = new Jedis(job.target().host(), job.target().port())) {
            if (pipelined) {
              pipeline(job, jedis);
            } else {
              loop(job, jedis);
            }
          }
        });
  }

  private void loop(Job job, Jedis jedis) throws Exception {
    var target = job.target();
    var streams = Map.of(target.stream(), StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY);
    while (job.goesOn()) {
      var ids = handle(job, jedis.xreadGroup(target.group(), "jedis", params, streams));
      if (ids.length > 0) {
        jedis.xack(target.stream(), target.group(), ids);
      }
    }
  }

  private void pipeline(Job job, Jedis jedis) throws Exception {
    var target = job.target();
    var streams = Map.of(target.stream(), StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY);
    var ids = NOTHING;
    while (job.goesOn()) {
      try (var pipeline = jedis.pipelined()) {
        if (ids.length > 0) {
          pipeline.xack(target.stream(), target.group(), ids);
        }
        var reply = pipeline.xreadGroup(target.group(), "jedis", params, streams);
        pipeline.sync();
        ids = handle(job, reply.get());
      }
    }
    if (ids.length > 0) {
      jedis.xack(target.stream(), target.group(), ids);
    }
  }

  private static StreamEntryID[] handle(
      Job job, @Nullable List<Map.Entry<String, List<StreamEntry>>> reply) throws Exception {
    if (reply == null || reply.isEmpty()) {
      return NOTHING;
    }
    var entries = reply.getFirst().getValue();
    var ids = new StreamEntryID[entries.size()];
    for (int i = 0; i < ids.length; i++) {
      var entry = entries.get(i);
      job.handle(name -> Objects.requireNonNull(entry.getFields().get(name)));
      ids[i] = entry.getID();
    }
    return ids;
  }
}
