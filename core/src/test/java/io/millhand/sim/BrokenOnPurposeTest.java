// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.sim.story.Genre;
import io.millhand.sim.world.Mutation;
import io.millhand.sim.world.World.Tracing;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation finds what it is for: each of these would cost entries, or handle them twice. */
class BrokenOnPurposeTest {

  private static final int SEEDS = 2800;

  @BeforeEach
  void begin() {
    Stage.assumePossible();
  }

  /**
   * One thing that is broken.
   *
   * @param what in words
   * @param how what is changed
   * @param where in which stories it is looked for
   * @param sign what one of the violations must say
   */
  record Broken(String what, Mutation how, Genre where, String sign) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Broken> all() {
    return Stream.of(
        script(
            "a retry is not fenced",
            Genre.ASLEEP,
            "I3",
            "defer.lua",
            "if not mine or held[2] ~= consumer or not counts(held, count) then return 'FENCED' end",
            ""),
        script(
            "giving up is not fenced",
            Genre.ASLEEP,
            "I3",
            "dead.lua",
            "if not registered() or held[2] ~= consumer or not counts(held, count) then return {'FENCED', '', 0} end",
            ""),
        script(
            "an entry is given up without a copy",
            Genre.CALM,
            "I1",
            "dead.lua",
            "added = redis.pcall(unpack(letter('fields', entry[2])))",
            "added = '0-1'"),
        script(
            "the crash of a worker is not counted",
            Genre.DEADLY,
            "does not come to its end",
            "reclaim.lua",
            "crashes = crashes + 1",
            "crashes = crashes"),
        script(
            "attempts are not remembered",
            Genre.CALM,
            "does not come to its end",
            "defer.lua",
            "if ARGV[i + 5] ~= '-1' then remember(id, ARGV[i + 5], ARGV[i + 6], 'f', ARGV[i + 7], time) end",
            ""),
        script(
            "the safe position forgets what is pending",
            Genre.LOSSY,
            "LOST",
            "position.lua",
            "lowest and before(lowest) or last_delivered()",
            "last_delivered()"),
        script(
            "a trim forgets what is pending",
            Genre.CALM,
            "I6",
            "prelude.lua",
            "lowest_pending(row.name) or row.last",
            "row.last"),
        script(
            "what is due is taken before its time",
            Genre.CALM,
            "I7",
            "due.lua",
            "'-inf', time, 'LIMIT'",
            "'-inf', time + 1000, 'LIMIT'"),
        method(
            "what was given and never came is not looked for",
            Genre.HARMLESS,
            "its end",
            "OwnAudit",
            "isDue",
            0),
        method("the fence is always open", Genre.ASLEEP, "begins with", "Fence", "isOpen", 1),
        method(
            "what has gone to others is kept",
            Genre.ASLEEP,
            "begins with",
            "Heartbeat",
            "disown",
            0),
        method(
            "a connection counts as gone at once",
            Genre.DEADLY,
            "which lives",
            "Watchman",
            "isMissing",
            1),
        method("lost due times are not mended", Genre.LOSSY, "its end", "Keeper", "reconcile", 0),
        method("a lost group is not made anew", Genre.LOSSY, "its end", "Intake", "heal", 0));
  }

  private static Broken script(
      String what, Genre where, String sign, String file, String from, String to) {
    return new Broken(what, new Mutation.Script(file, from, to), where, sign);
  }

  private static Broken method(
      String what, Genre where, String sign, String type, String method, int answer) {
    return new Broken(what, new Mutation.Method(type, method, answer), where, sign);
  }

  @ParameterizedTest
  @MethodSource("all")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void what_is_broken_on_purpose_is_found(Broken broken) {
    var stage = new Stage(broken.how());
    var genres = List.of(Genre.values());
    for (long seed = genres.indexOf(broken.where()); seed < SEEDS; seed += genres.size()) {
      var violations = stage.play(seed, Tracing.OFF).violations();
      if (isFound(violations, broken.sign())) {
        System.out.printf("%s: found by seed %d: %s%n", broken, seed, violations.get(0));
        return;
      }
    }
    assertThat(broken).as("is found within %d seeds", SEEDS).isNull();
  }

  private static boolean isFound(List<String> violations, String sign) {
    return violations.stream().anyMatch(violation -> violation.contains(sign));
  }
}
