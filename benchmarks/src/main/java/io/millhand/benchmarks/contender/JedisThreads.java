// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;

/** A virtual thread for each entry, on Jedis: one connection reads, one acks. */
final class JedisThreads implements Contender {

  private static final int COUNT = 500;
  private static final int BLOCK_MILLIS = 1_000;

  @Override
  public Running start(Job job) {
    var target = job.target();
    var acks = new Jedis(target.host(), target.port());
    var threads =
        new EntryThreads<StreamEntryID>(
            job,
            ids -> acks.xack(target.stream(), target.group(), ids.toArray(StreamEntryID[]::new)));
    var loop =
        LoopThread.start(
            job,
            () -> {
              try (acks;
                  var reads = new Jedis(target.host(), target.port())) {
                loop(job, reads, threads);
                threads.awaitAcked();
              }
            });
    return new ThreadsLoop(loop, threads);
  }

  private static void loop(Job job, Jedis reads, EntryThreads<StreamEntryID> threads)
      throws InterruptedException {
    var target = job.target();
    var streams = Map.of(target.stream(), StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY);
    while (job.goesOn()) {
      var room = threads.room(COUNT);
      if (room == 0) {
        continue;
      }
      var params = XReadGroupParams.xReadGroupParams().count(room).block(BLOCK_MILLIS);
      var reply = reads.xreadGroup(target.group(), "jedis", params, streams);
      List<StreamEntry> entries = reply == null ? List.of() : reply.getFirst().getValue();
      threads.giveBack(room - entries.size());
      for (var entry : entries) {
        threads.give(entry.getID(), name -> Objects.requireNonNull(entry.getFields().get(name)));
      }
    }
  }
}
