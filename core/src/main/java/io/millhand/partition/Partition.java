// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

import java.util.Comparator;

/**
 * One of the streams that a partitioned stream consists of.
 *
 * @param generation how often the stream had grown when it was made
 * @param index which of its generation, from 0
 */
public record Partition(int generation, int index) implements Comparable<Partition> {

  private static final Comparator<Partition> ORDER =
      Comparator.comparingInt(Partition::generation).thenComparingInt(Partition::index);

  /** The key of its stream. */
  public String stream(String logical) {
    return logical + "/" + this;
  }

  @Override
  public int compareTo(Partition other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return generation + "/" + index;
  }
}
