// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.config.Checks;
import io.millhand.delivery.Codec;
import io.millhand.delivery.Entry;
import io.millhand.error.RefusedException;
import io.millhand.partition.Catalogue;
import io.millhand.partition.Growth;
import io.millhand.redis.RedisStreams;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A stream that consists of many, its partitions: each is a plain stream with a hash slot of its
 * own, so that they spread over the nodes of a Cluster. Thread-safe.
 *
 * <p>See docs/partitions.md.
 */
public final class Partitions {

  /** Most partitions of a stream. */
  public static final int MOST = 4_096;

  private final RedisStreams streams;
  private final Trackers trackers;
  private final String stream;
  private final Growth growth;

  /** Who closes what is made here. */
  record Trackers(Consumer<PartitionedWorker> workers, Consumer<PartitionedProducer> producers) {}

  Partitions(RedisStreams streams, Trackers trackers, String stream) {
    this.streams = streams;
    this.trackers = trackers;
    this.stream = stream;
    this.growth = new Growth(streams, stream);
  }

  /**
   * How a stream is partitioned.
   *
   * @param count how many partitions entries go to
   * @param key the field that routes them; empty where they go to each partition in turn
   * @param generation how often it has grown
   * @param streams the streams that entries go to
   * @param older the streams of generations before: they take no more entries
   */
  public record Description(
      int count, Optional<String> key, int generation, List<String> streams, List<String> older) {}

  /**
   * Makes so many partitions, whose entries go to each in turn. The same call again changes
   * nothing.
   *
   * @param count 1 to {@value #MOST}
   * @throws io.millhand.error.SettingsException when that cannot be
   * @throws RefusedException when it has been partitioned otherwise
   */
  public Description create(int count) {
    return create(count, Optional.empty());
  }

  /**
   * Makes so many partitions, whose entries are routed by the value of a field. The same call again
   * changes nothing.
   *
   * @param count 1 to {@value #MOST}
   * @param key the field's name
   * @throws io.millhand.error.SettingsException when that cannot be
   * @throws RefusedException when it has been partitioned otherwise
   */
  public Description create(int count, String key) {
    return create(count, Optional.of(key));
  }

  private Description create(int count, Optional<String> key) {
    var checks = new Checks();
    checks.name("stream", stream);
    streams.check(checks, stream);
    checks.range("the number of partitions", count, 1, MOST);
    key.ifPresent(field -> checks.name("routing field", field));
    checks.throwIfAny("The partitions of " + Checks.quoted(stream));
    return describe(growth.create(count, key));
  }

  /**
   * Grows to so many partitions: makes a new generation of them, to which all entries go from then
   * on, and seals those that there were. Sends wait for that moment. Where there are as many
   * already nothing is done; what broke off goes on.
   *
   * @param count more than there are, {@value #MOST} at most
   * @throws RefusedException when there are more, or none
   */
  public Description grow(int count) {
    var checks = new Checks();
    checks.range("the number of partitions", count, 1, MOST);
    checks.throwIfAny("The partitions of " + Checks.quoted(stream));
    return describe(growth.grow(count));
  }

  /** How it is partitioned; empty where it is not. */
  public Optional<Description> describe() {
    return growth.read().map(this::describe);
  }

  private Description describe(Catalogue catalogue) {
    var older =
        IntStream.range(0, catalogue.generation())
            .boxed()
            .flatMap(each -> Catalogue.partitions(each, catalogue.counts().get(each)).stream())
            .map(each -> each.stream(stream))
            .toList();
    return new Description(
        catalogue.count(),
        catalogue.field(),
        catalogue.generation(),
        catalogue.current().stream().map(each -> each.stream(stream)).toList(),
        older);
  }

  /**
   * A producer with default settings.
   *
   * @throws RefusedException when the stream has no partitions
   */
  public PartitionedProducer producer() {
    return producer(builder -> {});
  }

  /**
   * A producer, whose producers of each partition have those settings.
   *
   * @throws RefusedException when the stream has no partitions
   * @throws io.millhand.error.SettingsException when a setting cannot work
   */
  public PartitionedProducer producer(Consumer<Producer.Builder> settings) {
    var builder = new Producer.Builder(streams, each -> {}, stream);
    settings.accept(builder);
    builder.build().close();
    var producer = new PartitionedProducer(stream, builder, growth);
    trackers.producers().accept(producer);
    return producer;
  }

  /** A worker that shares the partitions with all others of that group. */
  public PartitionedWorkerBuilder<Entry> worker(String group) {
    return worker(group, Millhand.rawCodec());
  }

  private <T> PartitionedWorkerBuilder<T> worker(String group, Codec<T> codec) {
    return new PartitionedWorkerBuilder<>(
        streams,
        trackers.workers(),
        stream,
        group,
        new WorkerBuilder<>(streams, each -> {}, stream, group, codec));
  }
}
