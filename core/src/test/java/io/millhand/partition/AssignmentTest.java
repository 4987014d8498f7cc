// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssignmentTest {

  private static List<String> members(int count, Random random) {
    return IntStream.range(0, count)
        .mapToObj(i -> "host-%08x".formatted(random.nextInt()))
        .sorted()
        .distinct()
        .toList();
  }

  private static int moved(
      List<String> before, int[] owners, List<String> after, int[] ownersAfter) {
    return (int)
        IntStream.range(0, owners.length)
            .filter(each -> !before.get(owners[each]).equals(after.get(ownersAfter[each])))
            .count();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,8", "5,64", "64,5", "100,1000", "7,7", "1000,1000"})
  void each_partition_has_one_owner_and_nobody_has_two_more_than_another(int many, int partitions) {
    var members = members(many, new Random(many));
    var owners = Assignment.owners(members, partitions);
    var load = new int[members.size()];
    for (var owner : owners) {
      load[owner]++;
    }
    var sorted = load.clone();
    Arrays.sort(sorted);
    assertThat(sorted[sorted.length - 1] - sorted[0]).isLessThanOrEqualTo(1);
  }

  @Test
  void few_partitions_move_when_one_member_comes_or_goes() {
    var random = new Random(7);
    var partitions = 240;
    var sum = 0;
    for (int trial = 0; trial < 50; trial++) {
      var before = members(12, random);
      var after = new ArrayList<>(before);
      after.remove(random.nextInt(after.size()));
      var moved =
          moved(
              before,
              Assignment.owners(before, partitions),
              after,
              Assignment.owners(after, partitions));
      // Those 20 must; what makes room for them is little more.
      assertThat(moved).isBetween(20, 60);
      sum += moved;
    }
    assertThat(sum / 50).isLessThan(45);
  }

  @Test
  void all_come_to_the_same_whatever_order_they_learn_the_names_in() {
    var members = new ArrayList<>(members(9, new Random(1)));
    var first = Assignment.of(members.get(4), members, 50);
    var me = members.get(4);
    Collections.shuffle(members, new Random(2));
    assertThat(Assignment.of(me, members, 50)).isEqualTo(first);
    assertThat(Assignment.of("a stranger", members, 50)).isEmpty();
    assertThat(Assignment.owners(List.of(), 3)).containsExactly(-1, -1, -1);
  }
}
