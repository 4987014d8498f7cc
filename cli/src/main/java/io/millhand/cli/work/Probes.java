// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.Worker;
import io.millhand.cli.Durations;
import io.millhand.cli.Escape;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Request;
import io.millhand.event.Event.State;
import io.millhand.event.Health;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code /healthz}: starting this process anew would help. {@code /readyz}: it works. Neither asks
 * Redis. Thread-safe.
 */
final class Probes {

  private final Crew crew;
  private final int streams;
  private final Duration longestTurn;

  /**
   * Of that crew.
   *
   * @param streams how many workers there will be
   * @param longestTurn how long a healthy loop is in its turn at most
   */
  Probes(Crew crew, int streams, Duration longestTurn) {
    this.crew = crew;
    this.streams = streams;
    this.longestTurn = longestTurn;
  }

  /**
   * Whether the loops of all workers turn. That Redis is away, or that a worker has not started
   * yet, is no reason to start the process anew.
   */
  Answer healthz(Request request) {
    return answer(
        crew.workers().stream()
            .filter(worker -> !isOver(worker.state()))
            .filter(worker -> turn(worker).compareTo(longestTurn) > 0)
            .map(
                worker ->
                    "%s: a loop has been in its turn for %s"
                        .formatted(
                            worker, Durations.format(Duration.ofSeconds(turn(worker).toSeconds()))))
            .toList());
  }

  private static boolean isOver(State state) {
    return state == State.STOPPED || state == State.FAILED;
  }

  private static Duration turn(Worker worker) {
    return worker.health().pulse().loopAge();
  }

  /** Whether all workers run, or are paused, and are registered. */
  Answer readyz(Request request) {
    var workers = crew.workers();
    if (workers.size() < streams) {
      return answer(
          List.of("starting: %d of %d workers have started".formatted(workers.size(), streams)));
    }
    return answer(workers.stream().flatMap(worker -> unready(worker).stream()).toList());
  }

  private static Optional<String> unready(Worker worker) {
    var health = worker.health();
    if (health.state() != State.RUNNING && health.state() != State.PAUSED) {
      return Optional.of("%s: %s".formatted(worker, health.state()));
    }
    return health.pulse().registered()
        ? Optional.empty()
        : Optional.of("%s: %s".formatted(worker, why(health)));
  }

  private static String why(Health health) {
    return health.problems().isEmpty() ? "not registered" : String.join("; ", health.problems());
  }

  private static Answer answer(List<String> problems) {
    return problems.isEmpty()
        ? Answer.text(200, "ok")
        : Answer.text(503, Escape.line(String.join("; ", problems)));
  }
}
