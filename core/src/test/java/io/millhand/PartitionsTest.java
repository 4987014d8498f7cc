// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Fields;
import io.millhand.delivery.RetryPolicy;
import io.millhand.error.RefusedException;
import io.millhand.error.SettingsException;
import io.millhand.error.StreamSealedException;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.WithRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithRedis
class PartitionsTest {

  private final Recorder events = new Recorder();
  private final OrderCheck check = new OrderCheck();
  private Millhand millhand;
  private EmbeddedRedis redis;

  @BeforeEach
  void connect(EmbeddedRedis redis) {
    this.redis = redis;
    millhand = Millhand.connect(redis.url());
  }

  @AfterEach
  void close() {
    millhand.close();
  }

  private Partitions orders() {
    return millhand.partitions("orders");
  }

  private PartitionedWorkerBuilder<Entry> worker(Millhand by) {
    return by.partitions("orders")
        .worker("processing")
        .heartbeatEvery(ofMillis(200))
        .lease(ofSeconds(2))
        .reconnectGrace(ofMillis(600))
        .drainTimeout(ofSeconds(2))
        .retry(RetryPolicy.fixed(ofMillis(30)).maxAttempts(1_000))
        .listener(events);
  }

  private static Fields entry(int key, int number) {
    return Fields.of("customer", "c" + key, "n", "" + number);
  }

  /** Entries of so many keys, so many of each, key by key in turn. */
  private static List<Fields> entries(int keys, int from, int to) {
    return IntStream.range(from, to)
        .boxed()
        .flatMap(number -> IntStream.range(0, keys).mapToObj(key -> entry(key, number)))
        .toList();
  }

  /** Handles, and fails now and then. */
  private void handle(Delivery<Entry> delivery) {
    var key = delivery.text("customer");
    var number = Integer.parseInt(delivery.text("n"));
    check.begin(key, number);
    var fails = ThreadLocalRandom.current().nextInt(20) == 0;
    check.end(key, number, !fails);
    if (fails) {
      throw new IllegalStateException("one in twenty");
    }
  }

  private void awaitDone(int count) {
    await()
        .atMost(ofSeconds(60))
        .until(() -> check.done() >= count || !check.violations().isEmpty());
    assertThat(check.violations()).isEmpty();
    assertThat(check.done()).isEqualTo(count);
  }

  @Test
  void partitions_are_made_once_and_another_number_or_field_is_refused() {
    var made = orders().create(3, "customer");
    assertThat(made.streams()).containsExactly("orders/0/0", "orders/0/1", "orders/0/2");
    assertThat(orders().create(3, "customer")).isEqualTo(made);
    assertThat(orders().describe()).contains(made);
    assertThatThrownBy(() -> orders().create(4, "customer"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("into 3 by the field customer");
    assertThatThrownBy(() -> orders().create(3)).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> millhand.partitions("x").create(0))
        .isInstanceOf(SettingsException.class);
    assertThat(millhand.partitions("x").describe()).isEmpty();
    assertThatThrownBy(() -> millhand.partitions("x").producer())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("Partitions.create");
  }

  @Test
  void entries_of_one_key_go_to_one_partition_and_those_without_a_key_are_refused() {
    orders().create(4, "customer");
    var producer = orders().producer();
    var first = producer.send(entry(7, 0));
    assertThat(producer.send(entry(7, 1)).stream()).isEqualTo(first.stream());
    assertThatThrownBy(() -> producer.send(Map.of("n", "1")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("has no field customer");
    var streams =
        producer.sendAll(entries(100, 0, 1)).stream()
            .map(PartitionedProducer.Place::stream)
            .distinct()
            .toList();
    assertThat(streams).hasSize(4);
  }

  @Test
  void without_a_field_entries_go_to_each_partition_in_turn() {
    orders().create(3);
    var producer = orders().producer();
    var streams = IntStream.range(0, 6).mapToObj(i -> producer.send(entry(1, i)).stream()).toList();
    assertThat(streams)
        .containsExactly(
            "orders/0/0", "orders/0/1", "orders/0/2", "orders/0/0", "orders/0/1", "orders/0/2");
    assertThatThrownBy(() -> worker(millhand).ordered().onEach(this::handle).start())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no order by key");
  }

  @Test
  void workers_of_a_group_share_the_partitions() {
    orders().create(6);
    var seen = new ConcurrentLinkedQueue<String>();
    try (var other = Millhand.connect(redis.url())) {
      var one = worker(millhand).onEach(it -> seen.add(it.text("n"))).start();
      var two = worker(other).onEach(it -> seen.add(it.text("n"))).start();
      await()
          .atMost(ofSeconds(20))
          .until(() -> one.assigned().size() == 3 && two.assigned().size() == 3);
      var all = new ArrayList<>(one.assigned());
      all.addAll(two.assigned());
      assertThat(all).doesNotHaveDuplicates().hasSize(6);
      orders().producer().sendAll(entries(1, 0, 300));
      await().atMost(ofSeconds(20)).until(() -> seen.size() >= 300);
      two.close();
      await().atMost(ofSeconds(20)).until(() -> one.assigned().size() == 6);
      orders().producer().sendAll(entries(1, 300, 600));
      await().atMost(ofSeconds(20)).until(() -> seen.size() >= 600);
    }
    assertThat(events.all(Event.Assigned.class)).isNotEmpty();
    assertThat(seen).hasSize(600);
  }

  @Test
  void entries_of_one_key_are_handled_in_order_though_some_fail() {
    orders().create(2, "customer");
    worker(millhand).ordered().onEach(this::handle).start();
    orders().producer().sendAll(entries(40, 0, 50));
    awaitDone(2_000);
    assertThat(events.all(Event.Deferred.class)).isNotEmpty();
  }

  @Test
  void a_key_whose_entry_waits_for_its_retry_waits_and_other_keys_go_on() {
    orders().create(1, "customer");
    var seen = new ConcurrentLinkedQueue<String>();
    var mended = new AtomicBoolean();
    worker(millhand)
        .ordered()
        .maxInFlight(64)
        .onEach(
            it -> {
              var name = it.text("customer") + ":" + it.text("n");
              if (name.equals("c0:0") && !mended.get()) {
                throw new IllegalStateException("not yet");
              }
              seen.add(name);
            })
        .start();
    // Far more of the key that waits than may be held.
    orders().producer().sendAll(entries(1, 0, 300));
    orders().producer().send(entry(1, 0));
    await().atMost(ofSeconds(20)).until(() -> seen.contains("c1:0"));
    assertThat(seen).containsExactly("c1:0");
    mended.set(true);
    await().atMost(ofSeconds(30)).until(() -> seen.size() >= 301);
    assertThat(seen.stream().skip(1))
        .containsExactlyElementsOf(IntStream.range(0, 300).mapToObj(i -> "c0:" + i).toList());
  }

  @Test
  void order_survives_members_that_come_and_go() throws Exception {
    orders().create(4, "customer");
    var entries = 6_000;
    var sending =
        CompletableFuture.runAsync(
            () -> {
              var producer = orders().producer();
              for (int i = 0; i < 150; i++) {
                producer.sendAll(entries(40, i, i + 1));
              }
            });
    try (var lasting = Millhand.connect(redis.url())) {
      worker(lasting).ordered().onEach(this::handle).start();
      for (int round = 0; round < 4; round++) {
        var guest = worker(millhand).ordered().onEach(this::handle).start();
        await()
            .atMost(ofSeconds(20))
            .until(() -> guest.health().workers().size() == 2 || !check.violations().isEmpty());
        guest.close();
      }
      sending.join();
      awaitDone(entries);
    }
  }

  @Test
  void a_partition_has_one_owner_at_a_time() throws Exception {
    orders().create(1, "customer");
    var running = new CountDownLatch(1);
    var finish = new CountDownLatch(1);
    var owners = new ConcurrentHashMap<String, Integer>();
    var atOnce = new AtomicInteger();
    var most = new AtomicInteger();
    try (var a = Millhand.connect(redis.url());
        var b = Millhand.connect(redis.url())) {
      var one =
          worker(a)
              .ordered()
              .onEach(
                  it -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    running.countDown();
                    finish.await();
                    atOnce.decrementAndGet();
                    owners.merge("one", 1, Integer::sum);
                  })
              .start();
      orders().producer().send(entry(1, 0));
      running.await();
      orders().producer().send(entry(1, 1));
      var two =
          worker(b)
              .ordered()
              .onEach(
                  it -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    atOnce.decrementAndGet();
                    owners.merge("two", 1, Integer::sum);
                  })
              .start();
      await().atMost(ofSeconds(20)).until(() -> two.health().members() == 2);
      var leaving = CompletableFuture.runAsync(one::close);
      await().atMost(ofSeconds(20)).until(() -> two.assigned().size() == 1);
      assertThat(two.health().workers()).isEmpty();
      finish.countDown();
      leaving.join();
      await().atMost(ofSeconds(20)).until(() -> owners.containsKey("two"));
      assertThat(most).hasValue(1);
      assertThat(owners).isEqualTo(Map.of("one", 1, "two", 1));
    }
  }

  @Test
  void growing_keeps_the_order_of_each_key() throws Exception {
    orders().create(2, "customer");
    worker(millhand).ordered().onEach(this::handle).start();
    var growing = new CountDownLatch(1);
    var grew = new CountDownLatch(1);
    var sending =
        CompletableFuture.runAsync(
            () -> {
              var producer = orders().producer();
              var futures = new ArrayList<CompletableFuture<?>>();
              sendNumbers(producer, 0, 75, futures);
              awaitLatch(growing);
              sendNumbers(producer, 75, 149, futures);
              awaitLatch(grew);
              sendNumbers(producer, 149, 150, futures);
              futures.forEach(CompletableFuture::join);
            });
    await().atMost(ofSeconds(20)).until(() -> check.done() > 100);
    growing.countDown();
    var grown = orders().grow(5);
    grew.countDown();
    assertThat(grown.streams()).hasSize(5).contains("orders/1/4");
    assertThat(grown.older()).containsExactly("orders/0/0", "orders/0/1");
    sending.join();
    awaitDone(6_000);
    assertThat(grown.streams()).anyMatch(each -> (Long) redis.command("XLEN", each) > 0);
  }

  private static void sendNumbers(
      PartitionedProducer producer, int from, int to, List<CompletableFuture<?>> futures) {
    for (int number = from; number < to; number++) {
      for (int key = 0; key < 40; key++) {
        futures.add(producer.sendAsync(entry(key, number)));
      }
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void what_was_sealed_takes_nothing_more_from_anybody() {
    orders().create(1, "customer");
    var producer = orders().producer();
    producer.send(entry(1, 0));
    orders().grow(2);
    assertThatThrownBy(() -> millhand.producer("orders/0/0").send(entry(1, 1)))
        .isInstanceOf(StreamSealedException.class);
    assertThat(producer.send(entry(1, 1)).stream()).startsWith("orders/1/");
    assertThat(orders().grow(2)).isEqualTo(orders().describe().orElseThrow());
    assertThatThrownBy(() -> orders().grow(1)).isInstanceOf(RefusedException.class);
  }

  @Test
  void an_entry_that_was_sent_once_is_not_added_again_after_its_stream_has_grown() {
    orders().create(1, "customer");
    var producer = orders().producer();
    var place = producer.sendOnce("order-1", entry(1, 0));
    orders().grow(3);
    assertThat(producer.sendOnce("order-1", entry(1, 0))).isEqualTo(place);
    assertThat(orders().producer().sendOnce("order-1", entry(1, 0))).isEqualTo(place);
    var other = producer.sendOnce("order-2", entry(1, 1));
    assertThat(other.stream()).startsWith("orders/1/");
    assertThat(producer.sendOnce("order-2", entry(1, 1))).isEqualTo(other);
  }

  @Test
  void what_was_under_way_while_the_stream_grew_is_not_overtaken() throws Exception {
    orders().create(2, "customer");
    try (var proxy = FaultProxy.to(redis);
        var far = Millhand.connect(proxy.url())) {
      var producer = far.partitions("orders").producer();
      var here = keyOf(producer, "orders/0/0");
      var there = keyOf(producer, "orders/0/1");
      redis.command("HSET", "{orders}:partitions", "next", "2");
      seal("orders/0/0");
      var stuck = proxy.when("under-way", new Fault.BlackHole());
      var first = producer.sendAsync(Fields.of("customer", "c" + there, "n", "under-way"));
      var connection = stuck.join();
      seal("orders/0/1");
      var following = proxy.when("HGETALL", new Fault.Pass());
      var back = producer.sendAsync(entry(here, 1));
      following.join();
      var second = producer.sendAsync(entry(there, 2));
      redis.command("HSET", "{orders}:partitions", "generation", "1", "count:1", "2");
      redis.command("HDEL", "{orders}:partitions", "next");
      connection.set(new Fault.Pass());
      assertThat(back.join().stream()).startsWith("orders/1/");
      assertThat(second.join().stream()).isEqualTo(first.join().stream());
      assertThat(first.join().id()).isLessThan(second.join().id());
    }
  }

  private static int keyOf(PartitionedProducer producer, String stream) {
    return IntStream.range(0, 100)
        .filter(key -> producer.send(entry(key, 0)).stream().equals(stream))
        .findFirst()
        .orElseThrow();
  }

  private void seal(String stream) {
    redis.command("XSETID", stream, "18446744073709551615-18446744073709551615");
  }

  @Test
  void a_drain_whose_waiter_is_interrupted_goes_on() throws Exception {
    orders().create(2, "customer");
    try (var proxy = FaultProxy.to(redis);
        var far = Millhand.connect(proxy.url());
        var other = Millhand.connect(redis.url())) {
      var one = worker(far).ordered().onEach(this::handle).start();
      await().atMost(ofSeconds(20)).until(() -> one.health().workers().size() == 2);
      var asking = proxy.when(one.member(), new Fault.BlackHole()).join();
      Thread.currentThread().interrupt();
      assertThatThrownBy(one::drain).isInstanceOf(InterruptedException.class);
      asking.set(new Fault.Pass());
      var two = worker(other).ordered().onEach(this::handle).start();
      await().atMost(ofSeconds(20)).until(() -> two.health().workers().size() == 2);
      await().atMost(ofSeconds(20)).until(one::isOver);
    }
  }

  @Test
  void a_growth_that_broke_off_is_finished_by_a_worker() {
    orders().create(2, "customer");
    worker(millhand).ordered().onEach(this::handle).start();
    orders().producer().sendAll(entries(10, 0, 3));
    redis.command("HSET", "{orders}:partitions", "next", "3");
    redis.command("XSETID", "orders/0/0", "18446744073709551615-18446744073709551615");
    var producer = orders().producer();
    producer.sendAll(entries(10, 3, 6));
    awaitDone(60);
    assertThat(orders().describe().orElseThrow().generation()).isEqualTo(1);
  }

  @Test
  void what_is_put_back_into_a_generation_that_was_finished_is_handled() {
    orders().create(1, "customer");
    var seen = new ConcurrentLinkedQueue<String>();
    var mended = new AtomicBoolean();
    worker(millhand)
        .ordered()
        .heartbeatEvery(ofMillis(100))
        .retry(RetryPolicy.never())
        .onEach(
            it -> {
              if (!mended.get()) {
                throw new IllegalStateException("not yet");
              }
              seen.add(it.text("n"));
            })
        .start();
    var producer = orders().producer();
    producer.send(entry(1, 0));
    events.await(Event.DeadLettered.class);
    orders().grow(2);
    mended.set(true);
    producer.send(entry(1, 1));
    await().atMost(ofSeconds(20)).until(() -> seen.contains("1"));
    var letters = millhand.inspector().dead("orders/0/0", "processing", Optional.empty(), 10);
    millhand.operator().putBack("orders/0/0", "processing", letters);
    await().atMost(ofSeconds(20)).until(() -> seen.contains("0"));
    // And it is left again.
    await()
        .atMost(ofSeconds(20))
        .until(() -> events.all(Event.Assigned.class).getLast().streams().size() == 2);
  }

  @Test
  void what_a_dead_owner_left_pending_keeps_its_key_at_the_next_one() {
    orders().create(1, "customer");
    var producer = orders().producer();
    producer.send(entry(1, 0));
    // Another client took it, and is gone.
    redis.command("XGROUP", "CREATE", "orders/0/0", "processing", "0");
    redis.command(
        "XREADGROUP", "GROUP", "processing", "gone", "COUNT", "1", "STREAMS", "orders/0/0", ">");
    producer.send(entry(1, 1));
    producer.send(entry(2, 0));
    worker(millhand).ordered().reclaimAfter(ofMillis(1500)).onEach(this::handle).start();
    awaitDone(3);
  }

  @Test
  void what_an_operator_acks_frees_its_key() {
    orders().create(1, "customer");
    var producer = orders().producer();
    var first = producer.send(entry(1, 0));
    var seen = new ConcurrentLinkedQueue<String>();
    worker(millhand)
        .ordered()
        .retry(RetryPolicy.fixed(ofMinutes(50)))
        .onEach(
            it -> {
              if (it.text("n").equals("0")) {
                throw new IllegalStateException("never");
              }
              seen.add(it.text("n"));
            })
        .start();
    events.await(Event.Deferred.class);
    producer.send(entry(1, 1));
    millhand.operator().ack("orders/0/0", "processing", List.of(first.id()));
    await().atMost(ofSeconds(20)).until(() -> !seen.isEmpty());
    assertThat(seen).containsExactly("1");
  }
}
