// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.simulate;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.autoscale.simulation.Contender;
import io.millhand.autoscale.simulation.Contest;
import io.millhand.autoscale.simulation.Scenario;
import io.millhand.cli.LiveLine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** All contenders in all scenarios, with each seed; on all processors, in the same order always. */
record Tournament(
    List<Scenario> scenarios, List<Contender> contenders, ScalingPolicy policy, int seeds) {

  /** Runs it, and tells on that line how far it is. */
  List<Outcome> run(LiveLine progress) {
    var outcomes = new ArrayList<Outcome>();
    try (var processors =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      var contests = new ArrayList<Future<List<Outcome>>>();
      for (var scenario : scenarios) {
        for (int seed = 1; seed <= seeds; seed++) {
          var number = seed;
          contests.add(processors.submit(() -> contest(scenario, number)));
        }
      }
      for (int i = 0; i < contests.size(); i++) {
        var done = i;
        progress.show(() -> "%d of %d contests".formatted(done, contests.size()));
        outcomes.addAll(result(contests.get(i)));
      }
    }
    return outcomes;
  }

  private List<Outcome> contest(Scenario scenario, int seed) {
    var contest = new Contest(scenario, policy, seed);
    return contenders.stream()
        .map(
            contender ->
                new Outcome(scenario, contender, seed, contest.score(contest.run(contender))))
        .toList();
  }

  private static List<Outcome> result(Future<List<Outcome>> contest) {
    try {
      return contest.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
