// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.autoscale.Advice;
import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.autoscale.GroupName;
import io.millhand.cli.autoscale.Sample;
import io.millhand.cli.autoscale.Signals;
import io.millhand.inspect.Presence;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.ConsumerSnapshot.Kind;
import io.millhand.inspect.Snapshots.WorkerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // that the other marks, too, is all
class DeletionCostsTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private final Signals signals = new Signals(Duration.ofHours(1));
  private final Map<GroupName, List<ConsumerSnapshot>> workers = new ConcurrentHashMap<>();
  private final AtomicInteger looks = new AtomicInteger();
  private Cluster cluster;
  private DeletionCosts costs;

  @BeforeEach
  void start() throws IOException {
    cluster = Cluster.start(folder);
    Files.writeString(folder.resolve("namespace"), "streams\n");
    for (var pod : List.of("orders-a", "orders-b", "orders-c")) {
      cluster.put(path(pod), "{\"kind\":\"Pod\"}");
    }
    costs = start(this::workers);
  }

  private DeletionCosts start(Function<GroupName, List<ConsumerSnapshot>> consumers) {
    return DeletionCosts.start(signals, consumers, cluster.account());
  }

  @AfterEach
  void stop() {
    costs.close();
    cluster.close();
  }

  private List<ConsumerSnapshot> workers(GroupName name) {
    looks.incrementAndGet();
    return workers.getOrDefault(name, List.of());
  }

  private static String path(String pod) {
    return "/api/v1/namespaces/streams/pods/" + pod;
  }

  private static ConsumerSnapshot worker(String host, long pending) {
    return worker(host, pending, Presence.ALIVE);
  }

  private static ConsumerSnapshot worker(String host, long pending, Presence presence) {
    var info =
        new WorkerInfo(
            host,
            1,
            "1",
            "now",
            presence,
            Duration.ofSeconds(30),
            Optional.empty(),
            Optional.empty());
    return new ConsumerSnapshot(
        host + "-1", Kind.WORKER, pending, Duration.ZERO, Optional.of(info));
  }

  /** Three are there, by the sample. */
  private void decide(Advice advice) {
    signals.publish(List.of(Sample.of("orders", "g", advice)));
  }

  private void fleet(ConsumerSnapshot... consumers) {
    workers.put(new GroupName("orders", "g"), List.of(consumers));
  }

  private List<String> awaitAsked(int count) {
    await().atMost(SOON).until(() -> cluster.asked().size() >= count);
    return cluster.asked().stream().map(asked -> asked.path() + " " + asked.body()).toList();
  }

  private static String mark(String pod, String cost) {
    return path(pod)
        + " {\"metadata\":{\"annotations\":{\"controller.kubernetes.io/pod-deletion-cost\":"
        + cost
        + "}}}";
  }

  @Test
  void the_idlest_is_marked_while_fewer_are_needed_and_not_any_more_when_all_are_needed_again() {
    fleet(worker("orders-a", 5), worker("orders-b", 0), worker("orders-c", 9));

    decide(new Need(2, "less comes"));
    assertThat(awaitAsked(3).getFirst()).isEqualTo(mark("orders-b", "\"-1\""));
    assertThat(cluster.asked().getFirst())
        .extracting(Cluster.Asked::method, Cluster.Asked::type)
        .containsExactly("PATCH", "application/merge-patch+json");

    decide(new Need(3, "more comes"));
    assertThat(awaitAsked(4).getLast()).isEqualTo(mark("orders-b", "null"));
  }

  @Test
  void marks_of_another_time_are_taken_away_once_from_those_that_are_not_to_go() {
    fleet(worker("orders-a", 5), worker("orders-b", 0), worker("orders-c", 9));

    decide(new Need(3, "all are needed"));
    assertThat(awaitAsked(3))
        .containsExactly(
            mark("orders-a", "null"), mark("orders-b", "null"), mark("orders-c", "null"));
    decide(new Need(2, "less comes"));
    decide(new Need(2, "less comes"));

    assertThat(awaitAsked(4).subList(3, 4)).containsExactly(mark("orders-b", "\"-1\""));
    await().atMost(SOON).until(() -> looks.get() >= 2);
    assertThat(cluster.asked()).hasSize(4);
  }

  @Test
  void two_replicas_choose_the_same_pods() {
    fleet(worker("orders-a", 0), worker("orders-b", 0), worker("orders-c", 0));
    decide(new Need(2, "less comes"));
    awaitAsked(3);
    try (var other = start(this::workers)) {
      decide(new Need(2, "less comes"));
      awaitAsked(6);
    }

    assertThat(awaitAsked(6))
        .contains(mark("orders-a", "\"-1\""))
        .doesNotContain(mark("orders-b", "\"-1\""), mark("orders-c", "\"-1\""));
  }

  @Test
  void who_is_marked_is_not_marked_again_and_stays_marked_while_others_become_idle() {
    fleet(worker("orders-a", 5), worker("orders-b", 0), worker("orders-c", 9));
    decide(new Need(2, "less comes"));
    awaitAsked(3);
    fleet(worker("orders-a", 0), worker("orders-b", 7), worker("orders-c", 9));
    decide(new Need(2, "less comes"));
    await().atMost(SOON).until(() -> looks.get() >= 2);
    decide(new Need(1, "still less comes"));

    assertThat(awaitAsked(4))
        .containsExactly(
            mark("orders-b", "\"-1\""),
            mark("orders-a", "null"),
            mark("orders-c", "null"),
            mark("orders-a", "\"-1\""));
  }

  @Test
  void a_pod_that_has_left_meanwhile_keeps_none_from_being_marked() {
    cluster.lose(path("orders-b"));
    fleet(worker("orders-a", 5), worker("orders-b", 0), worker("orders-c", 9));

    decide(new Need(1, "less comes"));
    assertThat(awaitAsked(3)).contains(mark("orders-a", "\"-1\""));
  }

  @Test
  void a_pod_that_may_not_be_changed_keeps_none_from_being_marked() {
    cluster.remove(path("orders-a"));
    fleet(worker("orders-a", 0), worker("orders-b", 0), worker("orders-c", 9));

    decide(new Need(1, "less comes"));
    assertThat(awaitAsked(3))
        .containsExactly(
            mark("orders-a", "\"-1\""), mark("orders-b", "\"-1\""), mark("orders-c", "null"));
  }

  @Test
  void what_fails_in_a_way_that_nobody_thought_of_does_not_end_it() {
    costs.close();
    try (var other =
        start(
            name -> {
              if (looks.incrementAndGet() == 1) {
                throw new CommandFailure(ExitCode.USAGE, "the password's file is not there");
              }
              return workers(name);
            })) {
      fleet(worker("orders-a", 5), worker("orders-b", 0));
      decide(new Need(1, "less comes"));
      await().atMost(SOON).until(() -> looks.get() >= 1);
      decide(new Need(1, "less comes"));

      assertThat(awaitAsked(2)).contains(mark("orders-b", "\"-1\""));
    }
  }

  @Test
  void the_dead_and_those_whose_host_is_no_pods_name_are_not_asked_for() {
    fleet(
        worker("orders-a", 5),
        worker("../../secrets", 0),
        worker("Orders.B", 0),
        worker("orders-c", 0, Presence.GONE));

    decide(new Need(0, "nothing comes"));
    assertThat(awaitAsked(1)).containsExactly(mark("orders-a", "\"-1\""));
  }

  @Test
  void nothing_is_marked_while_it_is_not_known_how_many_are_needed() {
    fleet(worker("orders-a", 5), worker("orders-b", 0));
    decide(new Unknown("the lag is not known"));
    signals.fail("Redis is away");
    decide(new Need(1, "it is known again"));

    assertThat(awaitAsked(2)).containsExactly(mark("orders-b", "\"-1\""), mark("orders-a", "null"));
  }

  @Test
  void after_a_refusal_it_is_tried_again() throws IOException {
    var token = Files.readString(folder.resolve("token"));
    cluster.rotate("next");
    Files.writeString(folder.resolve("token"), token);
    fleet(worker("orders-a", 5), worker("orders-b", 0));
    decide(new Need(1, "less comes"));
    awaitAsked(2);
    Files.writeString(folder.resolve("token"), "next");
    decide(new Need(1, "less comes"));

    var both = List.of(mark("orders-b", "\"-1\""), mark("orders-a", "null"));
    assertThat(awaitAsked(4).subList(0, 2)).isEqualTo(both);
    assertThat(awaitAsked(4).subList(2, 4)).isEqualTo(both);
  }
}
