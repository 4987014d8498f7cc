// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millhand.sim.world.Ending;
import io.millhand.sim.world.Mutation;
import io.millhand.sim.world.SimLoader;
import io.millhand.sim.world.World;
import io.millhand.sim.world.World.Tracing;
import java.util.List;
import java.util.function.BiFunction;

/** Where stories are played: with what we ship, or with something in it broken on purpose. */
final class Stage {

  private final BiFunction<Long, Tracing, Ending> story;

  Stage(Mutation... broken) {
    this.story = load(List.of(broken));
  }

  @SuppressWarnings("unchecked")
  private static BiFunction<Long, Tracing, Ending> load(List<Mutation> broken) {
    try {
      return (BiFunction<Long, Tracing, Ending>)
          new SimLoader(broken)
              .loadClass("io.millhand.sim.story.Story")
              .getConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static void assumePossible() {
    assumeTrue(
        World.isPossible(),
        "this JVM was started without --add-exports java.base/jdk.internal.vm=ALL-UNNAMED");
  }

  Ending play(long seed, Tracing tracing) {
    return story.apply(seed, tracing);
  }
}
