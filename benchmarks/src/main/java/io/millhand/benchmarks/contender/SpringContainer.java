// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.Consumer;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.stream.StreamListener;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;

/**
 * Spring Data Redis' listener container over Lettuce. Acks as its documentation does: one by one,
 * in the listener, by the template. With auto-ack it reads with NOACK: what a crash interrupts is
 * lost.
 */
final class SpringContainer implements Contender {

  /** Without a batch size the container reads all that there is at once. */
  private static final int BATCH = 500;

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final long LOOK_NANOS = 20_000;

  private final int subscriptions;
  private final boolean autoAck;

  private SpringContainer(int subscriptions, boolean autoAck) {
    this.subscriptions = subscriptions;
    this.autoAck = autoAck;
  }

  /** Acks each entry; so many subscriptions, each a thread and a consumer. */
  static SpringContainer acking(int subscriptions) {
    return new SpringContainer(subscriptions, false);
  }

  /** At most once. */
  static SpringContainer autoAck() {
    return new SpringContainer(1, true);
  }

  @Override
  public Running start(Job job) {
    var target = job.target();
    var connections = new LettuceConnectionFactory(target.host(), target.port());
    connections.afterPropertiesSet();
    connections.start();
    var template = new StringRedisTemplate(connections);
    var container =
        StreamMessageListenerContainer.create(
            connections,
            StreamMessageListenerContainerOptions.builder()
                .pollTimeout(POLL)
                .batchSize(subscriptions == 1 ? BATCH : 10)
                .build());
    var acked = new AtomicLong();
    StreamListener<String, MapRecord<String, String, String>> listener =
        message -> {
          try {
            job.handle(name -> Objects.requireNonNull(message.getValue().get(name)));
            if (!autoAck) {
              template.opsForStream().acknowledge(target.group(), message);
            }
          } catch (Throwable e) { // whatever it is, the measurement must end
            job.fail(e);
          }
          acked.incrementAndGet();
        };
    for (int i = 0; i < subscriptions; i++) {
      var consumer = Consumer.from(target.group(), "spring-" + i);
      var offset = StreamOffset.create(target.stream(), ReadOffset.lastConsumed());
      if (autoAck) {
        container.receiveAutoAck(consumer, offset, listener);
      } else {
        container.receive(consumer, offset, listener);
      }
    }
    container.start();
    return new AtWork(job, acked, container, connections);
  }

  private record AtWork(
      Job job,
      AtomicLong acked,
      StreamMessageListenerContainer<String, MapRecord<String, String, String>> container,
      LettuceConnectionFactory connections)
      implements Running {

    @Override
    public void awaitAcked() {
      while (acked.get() < job.entries()) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }

    @Override
    public void close() {
      container.stop();
      connections.destroy();
    }
  }
}
