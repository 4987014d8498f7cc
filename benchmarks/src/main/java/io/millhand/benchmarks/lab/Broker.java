// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.lab;

import io.millhand.testkit.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A Kafka broker of our own, alone, with KRaft, in a process and a folder that go when it is
 * closed.
 *
 * <p>Threads: one. Owns: the process and its folder.
 */
public final class Broker implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final Duration START = Duration.ofSeconds(90);

  private final Path folder;
  private final int port;
  private final ChildProcess process;
  private final Set<String> loaded = new HashSet<>();

  private Broker(Path folder, int port, ChildProcess process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts one, and returns when it answers.
   *
   * @throws IllegalStateException with what it said, when it does not
   */
  public static Broker start() throws IOException, InterruptedException {
    var folder = Files.createTempDirectory("millhand-broker-");
    var port = freePort();
    var settings = Files.writeString(folder.resolve("server.properties"), settings(folder, port));
    try (var format =
        java(
            "kafka.tools.StorageTool",
            "format",
            "-t",
            "" + Uuid.randomUuid(),
            "-c",
            "" + settings)) {
      if (format.awaitExit(START) != 0) {
        throw new IllegalStateException("Kafka cannot format its folder: " + format.errorLines());
      }
    }
    var broker = new Broker(folder, port, java("kafka.Kafka", "" + settings));
    try {
      broker.awaitAnswer();
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
    return broker;
  }

  private static ChildProcess java(String main, String... arguments) {
    return ChildProcess.command(Path.of(System.getProperty("java.home"), "bin", "java").toString())
        .options("-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
        .options("-cp", System.getProperty("java.class.path"), main)
        .args(arguments)
        .start();
  }

  private static String settings(Path folder, int port) throws IOException {
    return """
    process.roles=broker,controller
    node.id=1
    listeners=PLAINTEXT://%1$s:%2$d,CONTROLLER://%1$s:%3$d
    advertised.listeners=PLAINTEXT://%1$s:%2$d
    controller.listener.names=CONTROLLER
    controller.quorum.voters=1@%1$s:%3$d
    log.dirs=%4$s
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=1
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    group.initial.rebalance.delay.ms=0
    """
        .formatted(HOST, port, freePort(), folder.resolve("data"));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer() throws InterruptedException {
    try (var admin = admin()) {
      admin.describeCluster().nodes().get(START.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "Kafka does not answer: " + e + " " + process.lines() + process.errorLines(), e);
    }
  }

  private Admin admin() {
    var settings = new Properties();
    settings.put("bootstrap.servers", HOST + ":" + port);
    settings.put("default.api.timeout.ms", "" + START.toMillis());
    return Admin.create(settings);
  }

  /** Where it listens. */
  public String host() {
    return HOST;
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Its process. */
  public long pid() {
    return process.pid();
  }

  /** A topic of one partition with so many records; made and loaded where it is not there. */
  public String topic(String name, long entries, int payload)
      throws InterruptedException, ExecutionException {
    var topic = name + "-" + entries + "-" + payload;
    if (loaded.add(topic)) {
      try (var admin = admin()) {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
      }
      load(topic, entries, payload);
    }
    return topic;
  }

  private void load(String topic, long entries, int payload)
      throws InterruptedException, ExecutionException {
    var settings = new Properties();
    settings.put("bootstrap.servers", HOST + ":" + port);
    settings.put("linger.ms", "5");
    settings.put("batch.size", "131072");
    var text = "x".repeat(payload);
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      Future<?> last = CompletableFuture.completedFuture("nothing to send");
      for (long i = 0; i < entries; i++) {
        last =
            producer.send(
                new ProducerRecord<>(
                    topic, "" + i, "order_id=" + i + ",amount=99.99,payload=" + text));
      }
      last.get(); // one partition: what was sent before it is there, too
    }
  }

  @Override
  public void close() {
    process.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
