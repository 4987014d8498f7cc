// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.Bench;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.RetryPolicy;
import io.millhand.error.NoGroupException;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithRedis
class InspectorTest {

  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Place locate(EntryId id) {
    return bench.inspector.locate(Bench.STREAM, Bench.GROUP, id);
  }

  private Snapshots.GroupSnapshot group() {
    return bench.inspector.group(Bench.STREAM, Bench.GROUP);
  }

  private void createGroup() {
    bench.redis.command("XGROUP", "CREATE", Bench.STREAM, Bench.GROUP, "0", "MKSTREAM");
  }

  @Test
  void a_stream_tells_its_length_its_ends_what_was_ever_added_and_what_it_takes() {
    var first = bench.send("1");
    bench.send("2");
    var last = bench.send("3");
    bench.redis.command("XDEL", Bench.STREAM, first.toString());
    createGroup();

    var stream = bench.inspector.stream(Bench.STREAM).orElseThrow();

    assertThat(stream.length()).isEqualTo(2);
    assertThat(stream.oldest()).isPresent().isNotEqualTo(Optional.of(first));
    assertThat(stream.newest()).contains(last);
    assertThat(stream.lastGenerated()).isEqualTo(last);
    assertThat(stream.added()).contains(3L);
    assertThat(stream.bytesPerEntry().orElseThrow()).isBetween(20L, 5000L);
    assertThat(stream.groups()).isEqualTo(1);
    assertThat(bench.inspector.stream("nothing")).isEmpty();
  }

  @Test
  void groups_of_many_streams_are_read_together_and_those_that_are_gone_left_out() {
    createGroup();
    bench.redis.command("XGROUP", "CREATE", Bench.STREAM, "audit", "0");
    bench.redis.command("XGROUP", "CREATE", "payments", "billing", "0", "MKSTREAM");

    assertThat(bench.inspector.groups(List.of("payments", "nothing", Bench.STREAM)))
        .extracting(group -> group.stream() + "/" + group.name())
        .containsExactly("orders/audit", "orders/processing", "payments/billing");
    assertThatThrownBy(() -> bench.inspector.groups("nothing"))
        .isInstanceOf(NoGroupException.class);
  }

  @Test
  void workers_that_are_connected_are_alive() {
    bench.worker().onEach(delivery -> {}).start();

    assertThat(group().crew().alive()).isEqualTo(1);
    assertThat(group().crew().gone()).isZero();
    assertThat(Verdict.of(group()).kind()).isEqualTo(Verdict.Kind.OK);
  }

  @Test
  void a_worker_whose_connection_is_gone_is_told_as_gone() {
    var worker = bench.worker().lease(ofMinutes(1)).onEach(delivery -> {}).start();
    var beat =
        bench.redis.command("CLIENT", "LIST").toString().lines().count(); // it is connected now
    assertThat(beat).isPositive();
    // As a killed process leaves it: its registration names a connection that does not exist.
    var key = "{orders}:processing:workers:info";
    var text = String.valueOf(bench.redis.command("HGET", key, worker.consumer()));
    bench.redis.command("HSET", key, "killed", text.replaceFirst("client=\\d+", "client=999999"));

    assertThat(group().crew().alive()).isEqualTo(1);
    assertThat(group().crew().gone()).isEqualTo(1);
    assertThat(bench.inspector.consumers(Bench.STREAM, Bench.GROUP))
        .extracting(consumer -> consumer.worker().orElseThrow().presence())
        .containsExactlyInAnyOrder(Presence.ALIVE, Presence.GONE);
  }

  @Test
  void progress_and_what_is_in_hand_are_told() throws Exception {
    var begun = new CountDownLatch(2);
    var end = new CountDownLatch(1);
    bench
        .worker()
        .onEach(
            delivery -> {
              begun.countDown();
              end.await();
            })
        .start();
    bench.send("1");
    bench.send("2");
    begun.await();

    var group = group();
    assertThat(group.pending()).isEqualTo(2);
    assertThat(group.progress())
        .isEqualTo(new Snapshots.Progress(Optional.of(2L), Optional.of(2L), Optional.of(0L)));
    assertThat(group.crew().oldestInHand()).isPresent();
    assertThat(group.hasWork()).isTrue();
    end.countDown();
    bench.events.await(Event.Acked.class, 2);
    assertThat(group().hasWork()).isFalse();
    assertThat(group().crew().oldestInHand()).isEmpty();
  }

  @Test
  void where_an_entry_is_is_told_for_every_place_it_may_be_in() throws Exception {
    var begun = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    var worker =
        bench
            .worker()
            .concurrency(1)
            .maxInFlight(1) // so that it reads nothing more while it holds one
            .retry(RetryPolicy.fixed(ofMinutes(10)).jitter(0).maxAttempts(2))
            .onEach(
                delivery -> {
                  switch (delivery.text("order_id")) {
                    case "hold" -> {
                      begun.countDown();
                      end.await();
                    }
                    case "retry" -> throw new IllegalStateException("card refused");
                    case "dead" -> throw new io.millhand.delivery.UndecodableException("no amount");
                    default -> {
                      // handled
                    }
                  }
                })
            .start();
    var handled = bench.send("1");
    var retried = bench.send("retry");
    var dead = bench.send("dead");
    bench.events.await(Event.DeadLettered.class);
    var held = bench.send("hold");
    begun.await();
    var gone = bench.send("trimmed");
    var ahead = bench.send("2");
    var unread = bench.send("3");
    bench.redis.command("XDEL", Bench.STREAM, gone.toString());

    assertThat(locate(handled)).isEqualTo(new Place.Handled());
    assertThat(locate(retried))
        .isInstanceOfSatisfying(
            Place.Deferred.class,
            place -> {
              assertThat(place.dueIn().orElseThrow()).isBetween(ofMinutes(9), ofMinutes(10));
              assertThat(place.failure().orElseThrow().error()).contains("card refused");
            });
    assertThat(locate(dead))
        .isInstanceOfSatisfying(
            Place.Dead.class, place -> assertThat(place.letter().entry()).isEqualTo(dead));
    assertThat(locate(held))
        .isInstanceOfSatisfying(
            Place.InHand.class,
            place -> {
              assertThat(place.consumer()).isEqualTo(worker.consumer());
              assertThat(place.since()).isLessThan(ofSeconds(30));
              assertThat(place.deliveries()).isEqualTo(1);
            });
    assertThat(locate(gone)).isInstanceOf(Place.Gone.class);
    assertThat(locate(ahead)).isEqualTo(new Place.Unread(new Lag.Exactly(0)));
    assertThat(locate(unread)).isEqualTo(new Place.Unread(new Lag.Exactly(1)));
    assertThat(locate(new EntryId(unread.millis() + 9999, 0))).isEqualTo(new Place.Never(unread));
    bench.redis.command("XDEL", Bench.STREAM, held.toString());
    assertThat(locate(held)).isEqualTo(new Place.TrimmedInHand(worker.consumer()));
    end.countDown();
  }

  @Test
  void entries_are_found_by_what_they_hold_within_a_range() {
    var ids = new ArrayList<EntryId>();
    for (int i = 0; i < 1200; i++) {
      ids.add(bench.send(i % 100 == 7 ? "7" : "other"));
    }
    var found = new ArrayList<EntryId>();

    var seen =
        bench.inspector.search(
            Bench.STREAM,
            ids.get(8),
            ids.get(1199),
            3,
            (Entry entry) -> entry.text("order_id").equals("7"),
            entry -> found.add(entry.id()));

    assertThat(found).containsExactly(ids.get(107), ids.get(207), ids.get(307));
    assertThat(seen).isEqualTo(300);
  }
}
