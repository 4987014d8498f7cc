// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodMarksTest {

  private static final String POD = "/api/v1/namespaces/streams/pods/";

  @TempDir private Path folder;
  private final AtomicLong nanos = new AtomicLong();
  private Cluster cluster;
  private ClusterApi api;
  private PodMarks marks;

  @BeforeEach
  void start() throws IOException {
    cluster = Cluster.start(folder);
    Files.writeString(folder.resolve("namespace"), "streams\n");
    cluster.put(POD + "a", "{\"kind\":\"Pod\"}");
    cluster.lose(POD + "lost");
    api = new ClusterApi(cluster.account());
    marks = new PodMarks(api, cluster.account(), nanos::get);
  }

  @AfterEach
  void stop() {
    api.close();
    cluster.close();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void a_pod_that_is_not_there_is_asked_for_again_after_a_minute() {
    assertThat(marks.set(Set.of("lost"), Set.of("lost"))).isEmpty();
    pass(Duration.ofSeconds(59));
    assertThat(marks.set(Set.of("lost"), Set.of("lost"))).isEmpty();
    assertThat(cluster.asked()).hasSize(1);

    pass(Duration.ofSeconds(1));
    cluster.put(POD + "lost", "{\"kind\":\"Pod\"}");
    assertThat(marks.set(Set.of("lost"), Set.of("lost"))).isEmpty();

    assertThat(cluster.asked()).hasSize(2);
    assertThat(marks.marked()).containsExactly("lost");
  }

  @Test
  void a_mark_that_cannot_be_taken_away_is_tried_again() {
    assertThat(marks.set(Set.of("a"), Set.of("a"))).isEmpty();
    cluster.remove(POD + "a");
    assertThat(marks.set(Set.of(), Set.of())).isPresent();
    assertThat(marks.marked()).containsExactly("a");

    cluster.put(POD + "a", "{\"kind\":\"Pod\"}");
    assertThat(marks.set(Set.of(), Set.of())).isEmpty();
    assertThat(marks.marked()).isEmpty();
    assertThat(cluster.asked()).hasSize(3);
  }

  @Test
  void where_nobody_answers_a_large_fleet_is_not_asked_for_pod_by_pod() throws IOException {
    Files.writeString(folder.resolve("token"), "no token");
    var pods = Set.of("a", "b", "c", "d", "e");
    assertThat(marks.set(pods, pods)).isPresent();
    assertThat(cluster.asked()).isEmpty();

    cluster.rotate("next");
    assertThat(marks.set(pods, Set.of("a"))).isPresent();
    assertThat(cluster.asked()).as("those that may not be changed, too").hasSize(5);
    assertThat(marks.marked()).containsExactly("a");
  }
}
