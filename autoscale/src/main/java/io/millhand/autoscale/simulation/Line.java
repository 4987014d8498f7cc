// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

/** Entries that wait, first in, first out; with the time since when each can be handled. */
final class Line {

  private int[] entries = new int[1024];
  private double[] since = new double[1024];
  private int head;
  private int size;

  int size() {
    return size;
  }

  void add(int entry, double now) {
    if (size == entries.length) {
      grow();
    }
    var at = (head + size++) & (entries.length - 1);
    entries[at] = entry;
    since[at] = now;
  }

  /** Since when the first waits; infinite where there is none. */
  double firstSince() {
    return size == 0 ? Double.POSITIVE_INFINITY : since[head];
  }

  /** The first, where there is one. */
  int first() {
    return entries[head];
  }

  int take() {
    var entry = entries[head];
    head = (head + 1) & (entries.length - 1);
    size--;
    return entry;
  }

  /** The least entry, so the oldest; or that many where there is none. */
  int least(int none) {
    var least = none;
    for (int i = 0; i < size; i++) {
      least = Math.min(least, entries[(head + i) & (entries.length - 1)]);
    }
    return least;
  }

  private void grow() {
    var moreEntries = new int[size * 2];
    var moreSince = new double[size * 2];
    for (int i = 0; i < size; i++) {
      moreEntries[i] = entries[(head + i) & (size - 1)];
      moreSince[i] = since[(head + i) & (size - 1)];
    }
    entries = moreEntries;
    since = moreSince;
    head = 0;
  }
}
