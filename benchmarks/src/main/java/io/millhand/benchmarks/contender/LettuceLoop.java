// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import io.lettuce.core.Consumer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.async.RedisStreamAsyncCommands;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A loop over Lettuce's asynchronous commands. While there is a backlog two reads are outstanding,
 * and acks are not waited for until the end. Once a read brings nothing it waits at Redis, on a
 * connection of its own, since Redis does nothing else for that connection meanwhile.
 */
final class LettuceLoop implements Contender {

  private static final int BLOCK_MILLIS = 1_000;

  private final int count;

  LettuceLoop(int count) {
    this.count = count;
  }

  @Override
  public Running start(Job job) {
    return LoopThread.start(
        job,
        () -> {
          var target = job.target();
          var client = RedisClient.create(RedisURI.create(target.host(), target.port()));
          try (var reads = client.connect();
              var acks = client.connect()) {
            new Turns(job, reads.async(), acks.async(), count).run();
          } finally {
            client.shutdown();
          }
        });
  }

  private record Turns(
      Job job,
      RedisStreamAsyncCommands<String, String> reads,
      RedisStreamAsyncCommands<String, String> acks,
      int count) {

    void run() throws Exception {
      var outstanding = new ArrayDeque<RedisFuture<List<StreamMessage<String, String>>>>();
      var unconfirmed = new ArrayDeque<RedisFuture<Long>>();
      outstanding.add(read(XReadArgs.Builder.count(count)));
      outstanding.add(read(XReadArgs.Builder.count(count)));
      while (job.goesOn()) {
        var batch = outstanding.remove().get();
        if (batch.isEmpty()) {
          if (outstanding.isEmpty()) {
            outstanding.add(read(XReadArgs.Builder.count(count).block(BLOCK_MILLIS)));
          }
          continue;
        }
        var ids = handle(batch);
        unconfirmed.add(
            acks.xack(job.target().stream(), job.target().group(), ids.toArray(String[]::new)));
        while (!unconfirmed.isEmpty() && unconfirmed.element().isDone()) {
          unconfirmed.remove().get();
        }
        outstanding.add(read(XReadArgs.Builder.count(count)));
      }
      for (var ack : unconfirmed) {
        ack.get();
      }
    }

    @SuppressWarnings("unchecked") // an array of a generic type, for varargs
    private RedisFuture<List<StreamMessage<String, String>>> read(XReadArgs args) {
      var target = job.target();
      return reads.xreadgroup(
          Consumer.from(target.group(), "lettuce"),
          args,
          StreamOffset.lastConsumed(target.stream()));
    }

    private List<String> handle(List<StreamMessage<String, String>> batch) throws Exception {
      var ids = new ArrayList<String>(batch.size());
      for (var message : batch) {
        job.handle(name -> Objects.requireNonNull(message.getBody().get(name)));
        ids.add(message.getId());
      }
      return ids;
    }
  }
}
