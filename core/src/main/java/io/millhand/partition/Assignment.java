// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which member works on which partition: rendezvous hashing with a bounded load, so that all agree
 * without a word, each has as many as any other or one more, and few move when one comes or goes.
 * Pure.
 */
public final class Assignment {

  private Assignment() {}

  /**
   * The owner of each partition, as an index into the members; no members own nothing.
   *
   * @param members all of them, sorted
   * @param partitions how many partitions there are
   */
  public static int[] owners(List<String> members, int partitions) {
    var owners = new int[partitions];
    Arrays.fill(owners, -1);
    if (members.isEmpty()) {
      return owners;
    }
    var least = partitions / members.size();
    var withOneMore = partitions % members.size();
    var load = new int[members.size()];
    for (var pair : byWeight(members, partitions)) {
      var partition = (int) ((pair >>> 16) & 0xffff);
      var member = (int) (pair & 0xffff);
      if (owners[partition] >= 0 || load[member] > least) {
        continue;
      }
      if (load[member] == least) {
        if (withOneMore == 0) {
          continue;
        }
        withOneMore--;
      }
      owners[partition] = member;
      load[member]++;
    }
    return owners;
  }

  /** All pairs, the heaviest first: weight, partition and member in one number each. */
  private static long[] byWeight(List<String> members, int partitions) {
    var pairs = new long[members.size() * partitions];
    var at = 0;
    for (int member = 0; member < members.size(); member++) {
      var name = Murmur3.hash(members.get(member).getBytes(UTF_8));
      for (int partition = 0; partition < partitions; partition++) {
        pairs[at++] =
            ((0x7fffffffL - weight(name, partition)) << 32) | ((long) partition << 16) | member;
      }
    }
    Arrays.sort(pairs);
    return pairs;
  }

  private static long weight(int name, int partition) {
    var mixed = (name ^ (partition * 0x9e3779b97f4a7c15L)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 29)) * 0x94d049bb133111ebL;
    return (mixed ^ (mixed >>> 32)) & 0x7fffffffL;
  }

  /** The partitions of one member, of so many. */
  public static List<Integer> of(String member, List<String> members, int partitions) {
    var sorted = members.stream().sorted().distinct().toList();
    var me = sorted.indexOf(member);
    var owners = owners(sorted, partitions);
    return IntStream.range(0, partitions)
        .filter(partition -> me >= 0 && owners[partition] == me)
        .boxed()
        .toList();
  }
}
