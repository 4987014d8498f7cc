// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import io.lettuce.core.Consumer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import java.util.Objects;

/** A virtual thread for each entry, on Lettuce: one connection reads, one acks. */
final class LettuceThreads implements Contender {

  private static final int COUNT = 500;
  private static final int BLOCK_MILLIS = 100;

  @Override
  public Running start(Job job) {
    return LoopThread.start(job, () -> loop(job));
  }

  @SuppressWarnings("unchecked") // an array of a generic type, for varargs
  private static void loop(Job job) throws Exception {
    var target = job.target();
    var client = RedisClient.create(RedisURI.create(target.host(), target.port()));
    try (var reads = client.connect();
        var acks = client.connect();
        var threads =
            new EntryThreads<String>(
                job,
                ids ->
                    acks.sync()
                        .xack(target.stream(), target.group(), ids.toArray(String[]::new)))) {
      var consumer = Consumer.from(target.group(), "lettuce");
      while (job.goesOn()) {
        var room = threads.room(COUNT);
        if (room == 0) {
          continue;
        }
        var batch =
            reads
                .sync()
                .xreadgroup(
                    consumer,
                    XReadArgs.Builder.count(room).block(BLOCK_MILLIS),
                    StreamOffset.lastConsumed(target.stream()));
        threads.giveBack(room - batch.size());
        for (var message : batch) {
          threads.give(
              message.getId(), name -> Objects.requireNonNull(message.getBody().get(name)));
        }
      }
      threads.awaitAcked();
    } finally {
      client.shutdown();
    }
  }
}
