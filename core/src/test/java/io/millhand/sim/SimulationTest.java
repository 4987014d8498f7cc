// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millhand.sim.world.World.Tracing;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Workers as they ship, against a model of Redis, in virtual time: what befalls them is drawn by a
 * seed. More by {@code -Dmillhand.sim.seeds=100000}; one again, with a trace of all that happened,
 * by {@code -Dmillhand.sim.seed=N}.
 */
class SimulationTest {

  private static final Stage STAGE = new Stage();

  @BeforeEach
  void begin() {
    Stage.assumePossible();
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.HOURS)
  void whatever_befalls_them_nothing_is_lost_and_all_comes_to_its_end() {
    var one = Long.getLong("millhand.sim.seed");
    if (one != null) {
      replay(one);
      return;
    }
    var first = Long.getLong("millhand.sim.first", 0);
    var count = Long.getLong("millhand.sim.seeds", 1000);
    var figures = new TreeMap<String, Long>();
    var failures = new ArrayList<String>();
    var begun = System.nanoTime();
    LongStream.range(first, first + count)
        .parallel()
        .mapToObj(seed -> STAGE.play(seed, Tracing.OFF))
        .forEach(
            ending -> {
              synchronized (figures) {
                ending.figures().forEach((name, value) -> figures.merge(name, value, Long::sum));
                if (!ending.violations().isEmpty()) {
                  failures.add(
                      ending.about() + "\n    " + String.join("\n    ", ending.violations()));
                }
              }
            });
    System.out.printf(
        "%d seeds in %.1f s: %s%n", count, (System.nanoTime() - begun) / 1e9, figures);
    assertThat(failures)
        .as(
            "each again, with a trace: mvn -Dquick -pl core -am test -Dtest=SimulationTest -Dmillhand.sim.seed=N")
        .isEmpty();
  }

  private static void replay(long seed) {
    var ending = STAGE.play(seed, Tracing.ON);
    ending.trace().forEach(System.out::println);
    System.out.println(ending.about() + "\n" + ending.figures());
    assertThat(ending.violations()).as(ending.about()).isEmpty();
  }

  @Test
  void a_seed_tells_the_same_story_each_time() {
    assumeTrue(Long.getLong("millhand.sim.seed") == null, "one seed is asked for");
    for (long seed = 0; seed < 14; seed++) {
      assertThat(STAGE.play(seed, Tracing.OFF).hash())
          .as("seed %d", seed)
          .isEqualTo(new Stage().play(seed, Tracing.OFF).hash());
    }
  }
}
