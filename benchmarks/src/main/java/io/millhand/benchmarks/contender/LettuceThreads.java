// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import io.lettuce.core.Consumer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.sync.RedisStreamCommands;
import java.util.Objects;

/** A virtual thread for each entry, on Lettuce: one connection reads, one acks. */
final class LettuceThreads implements Contender {

  private static final int COUNT = 500;
  private static final int BLOCK_MILLIS = 1_000;

  @Override
  public Running start(Job job) {
    var target = job.target();
    var client = RedisClient.create(RedisURI.create(target.host(), target.port()));
    var acks = client.connect().sync();
    var threads =
        new EntryThreads<String>(
            job, ids -> acks.xack(target.stream(), target.group(), ids.toArray(String[]::new)));
    var loop =
        LoopThread.start(
            job,
            () -> {
              try {
                loop(job, client.connect().sync(), threads);
                threads.awaitAcked();
              } finally {
                client.shutdown();
              }
            });
    return new ThreadsLoop(loop, threads);
  }

  @SuppressWarnings("unchecked") // an array of a generic type, for varargs
  private static void loop(
      Job job, RedisStreamCommands<String, String> reads, EntryThreads<String> threads)
      throws InterruptedException {
    var target = job.target();
    var consumer = Consumer.from(target.group(), "lettuce");
    while (job.goesOn()) {
      var room = threads.room(COUNT);
      if (room == 0) {
        continue;
      }
      var batch =
          reads.xreadgroup(
              consumer,
              XReadArgs.Builder.count(room).block(BLOCK_MILLIS),
              StreamOffset.lastConsumed(target.stream()));
      threads.giveBack(room - batch.size());
      for (var message : batch) {
        threads.give(message.getId(), name -> Objects.requireNonNull(message.getBody().get(name)));
      }
    }
  }
}
