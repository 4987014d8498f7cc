// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.Arrays;

/** What is going to happen, the earliest first: a heap of a time and a number. */
final class Events {

  private double[] times = new double[256];
  private long[] what = new long[256];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** When the earliest is; infinite where there is none. */
  double first() {
    return size == 0 ? Double.POSITIVE_INFINITY : times[0];
  }

  /** What the earliest is. */
  long what() {
    return what[0];
  }

  /** What stands anywhere, from 0, in no order. */
  long what(int at) {
    return what[at];
  }

  void add(double time, long number) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      what = Arrays.copyOf(what, size * 2);
    }
    var at = size++;
    while (at > 0 && times[(at - 1) >> 1] > time) {
      set(at, times[(at - 1) >> 1], what[(at - 1) >> 1]);
      at = (at - 1) >> 1;
    }
    set(at, time, number);
  }

  void removeFirst() {
    var time = times[--size];
    var number = what[size];
    var at = 0;
    while (2 * at + 1 < size) {
      var child = 2 * at + 1;
      if (child + 1 < size && times[child + 1] < times[child]) {
        child++;
      }
      if (times[child] >= time) {
        break;
      }
      set(at, times[child], what[child]);
      at = child;
    }
    set(at, time, number);
  }

  /** Takes out what has these upper 32 bits. */
  int[] removeAll(int upper) {
    var taken = new int[size];
    var count = 0;
    var olds = Arrays.copyOf(what, size);
    var times = Arrays.copyOf(this.times, size);
    size = 0;
    for (int i = 0; i < olds.length; i++) {
      if ((int) (olds[i] >>> 32) == upper) {
        taken[count++] = (int) olds[i];
      } else {
        add(times[i], olds[i]);
      }
    }
    return Arrays.copyOf(taken, count);
  }

  private void set(int at, double time, long number) {
    times[at] = time;
    what[at] = number;
  }
}
