// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.CONCURRENCY;
import static io.millhand.verification.rig.Rig.DUPLICATES_PER_KILL;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.LocalWorker;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries that wait for a retry, while workers die or many want them at once. */
@WithRedis
@Full
class RetryFaultTest {

  private static final Duration QUIET = ofSeconds(60);

  private EmbeddedRedis redis;
  private Trial trial;
  private Rig rig;

  @BeforeEach
  void open(EmbeddedRedis server, Trial ours) {
    redis = server;
    trial = ours;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Row(
      id = "P3",
      fault = "kill -9 of five workers, one after the other, while 2000 retries fall due",
      bound = "each retry comes; duplicates <= 64 in flight a kill; no attempt beyond the second")
  void retries_that_fall_due_while_workers_are_killed_come_all_and_count_once() {
    var kills = 5;
    var work = ofMillis(100);
    var workers = new ArrayList<WorkerProcess>();
    for (int i = 0; i < 3; i++) {
      workers.add(rig.worker("worker-" + i, work, "retryAfter=500ms"));
    }
    workers.forEach(WorkerProcess::awaitReady);
    rig.load().burst(2000, "do", "fail-once");
    for (int i = 0; i < kills; i++) {
      Rig.let(ofMillis(300 + trial.random().nextInt(900)));
      workers.remove(trial.random().nextInt(workers.size())).kill();
      workers.add(rig.worker("heir-" + i, work, "retryAfter=500ms").awaitReady());
    }

    rig.prove(QUIET).duplicatesAtMost((long) kills * DUPLICATES_PER_KILL);
    assertThat(rig.lines("BEG")).extracting(words -> words.get(4)).containsOnly("1", "2");
    assertThat(rig.lines("FAIL").size()).isBetween(2000, 2000 + kills * DUPLICATES_PER_KILL);
  }

  @Test
  @Row(
      id = "P4",
      fault = "2000 retries due at one moment, ten workers ask for them",
      bound = "each is handed out once; lateness p99 <= 3 s, and 1 s on a quiet machine")
  void many_retries_due_at_one_moment_are_handed_out_once_each_and_soon() {
    var due = Instant.now().plusSeconds(8);
    var workers = IntStream.range(0, 10).mapToObj(i -> worker("worker-" + i, due)).toList();
    rig.load().burst(2000, "do", "fail-once");

    var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    assertThat(rig.lines("FAIL")).hasSize(2000).allMatch(words -> at(words).isBefore(due));
    var late =
        rig.lines("BEG").stream()
            .filter(words -> words.get(4).equals("2"))
            .map(words -> Duration.between(due, at(words)))
            .sorted()
            .toList();
    proof.took("lateness p99", late.get(1979)).took("lateness p50", late.get(999));
    assertThat(late).hasSize(2000).allMatch(each -> each.toMillis() > -5);
    assertThat(rig.lines("BEG")).hasSize(4000);
    assertThat(late.get(1979)).isLessThan(ofSeconds(3));
    assertThat(workers).allMatch(worker -> worker.all(Event.Fenced.class).isEmpty());
  }

  private LocalWorker worker(String name, Instant due) {
    var wait = RetryPolicy.custom(attempts -> Duration.between(Instant.now(), due)).jitter(0);
    return rig.localWorker(
        name, redis.url(), ofMillis(5), builder -> builder.concurrency(CONCURRENCY).retry(wait));
  }

  private static Instant at(List<String> words) {
    return Instant.ofEpochMilli(Long.parseLong(words.get(1)) / 1000);
  }
}
