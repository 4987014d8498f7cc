// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.confluent.parallelconsumer.internal.DrainingCloseable.DrainingMode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Confluent's Parallel Consumer, unordered, over a Kafka broker: the stream is a topic, an ack is a
 * committed offset. Commits are not waited for one by one, so the rate does not hold the last ones.
 */
final class ParallelConsumerLoop implements Contender {

  private static final Duration CLOSE = Duration.ofSeconds(20);

  @Override
  public Running start(Job job) {
    var target = job.target();
    var settings = new Properties();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, target.host() + ":" + target.port());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, target.group());
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    var options =
        ParallelConsumerOptions.<String, String>builder()
            .consumer(consumer)
            .ordering(ProcessingOrder.UNORDERED)
            .maxConcurrency(job.inFlight())
            .commitMode(CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
            .build();
    var processor = ParallelStreamProcessor.createEosStreamProcessor(options);
    processor.subscribe(List.of(target.stream()));
    processor.poll(
        context -> {
          try {
            job.handle(name -> Objects.requireNonNull(context.getSingleConsumerRecord().value()));
          } catch (Exception e) {
            job.fail(e);
          }
        });
    return new AtWork(processor);
  }

  private record AtWork(ParallelStreamProcessor<String, String> processor) implements Running {

    @Override
    public void awaitAcked() {
      // Its offsets are committed by time, whatever is done; close() commits the last.
    }

    @Override
    public void close() {
      processor.close(CLOSE, DrainingMode.DONT_DRAIN);
    }
  }
}
