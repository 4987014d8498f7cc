// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.redisson.Redisson;
import org.redisson.api.RStream;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** A loop over Redisson's RStream, with strings as they are. */
final class RedissonLoop implements Contender {

  private static final Duration BLOCK = Duration.ofSeconds(1);

  private final int count;
  private final boolean inOne;

  private RedissonLoop(int count, boolean inOne) {
    this.count = count;
    this.inOne = inOne;
  }

  /** One ack for each batch. */
  static RedissonLoop batchAck(int count) {
    return new RedissonLoop(count, true);
  }

  /** One ack for each entry. */
  static RedissonLoop ackEach(int count) {
    return new RedissonLoop(count, false);
  }

  @Override
  public Running start(Job job) {
    return LoopThread.start(
        job,
        () -> {
          var target = job.target();
          var config = new Config();
          config.useSingleServer().setAddress("redis://" + target.host() + ":" + target.port());
          var redisson = Redisson.create(config);
          try {
            loop(job, redisson.getStream(target.stream(), StringCodec.INSTANCE));
          } finally {
            redisson.shutdown();
          }
        });
  }

  private void loop(Job job, RStream<String, String> stream) throws Exception {
    var group = job.target().group();
    var args = StreamReadGroupArgs.neverDelivered().count(count).timeout(BLOCK);
    while (job.goesOn()) {
      var batch = stream.readGroup(group, "redisson", args);
      for (Map.Entry<StreamMessageId, Map<String, String>> each : batch.entrySet()) {
        job.handle(name -> Objects.requireNonNull(each.getValue().get(name)));
        if (!inOne) {
          stream.ack(group, each.getKey());
        }
      }
      if (inOne && !batch.isEmpty()) {
        stream.ack(group, batch.keySet().toArray(StreamMessageId[]::new));
      }
    }
  }
}
