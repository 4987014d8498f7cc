// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

/** The entries of the group by where they are, as Redis would count them. */
final class Backlog {

  private final Line fresh = new Line();
  private final Line again = new Line();
  private long added;
  private long acked;
  private long dead;
  private long inHand;
  private long later;
  private long orphaned;
  private long handedBack;
  private long begun;
  private double waited;

  void add(int entry, double now) {
    fresh.add(entry, now);
    added++;
  }

  /** How many wait for a handler. */
  int waiting() {
    return fresh.size() + again.size();
  }

  /** The next one: what is due again goes before what is new. */
  int take(double now) {
    var line = again.size() > 0 ? again : fresh;
    begun++;
    waited += now - line.firstSince();
    inHand++;
    return line.take();
  }

  void ack() {
    inHand--;
    acked++;
  }

  void deadLetter() {
    inHand--;
    dead++;
  }

  void defer() {
    inHand--;
    later++;
  }

  void due(int entry, double now) {
    later--;
    again.add(entry, now);
  }

  /** Its worker died. */
  void orphan() {
    inHand--;
    orphaned++;
  }

  /** Its worker's death was noticed. */
  void reclaim(int entry, double now) {
    orphaned--;
    handedBack++;
    again.add(entry, now);
  }

  /** Its worker ends before it has finished it. */
  void release(int entry, double now) {
    inHand--;
    handedBack++;
    again.add(entry, now);
  }

  /** Entries that were not given to the group yet. */
  long lag() {
    return fresh.size();
  }

  /** Entries that were given to a consumer and are not acked. */
  long pending() {
    return inHand() + later + again.size();
  }

  /** Those of a worker whose death nobody has noticed are in its hand still. */
  long inHand() {
    return inHand + orphaned;
  }

  long later() {
    return later;
  }

  long settled() {
    return acked + dead;
  }

  long added() {
    return added;
  }

  /** The entry that was added first of those that wait, or that number where none does. */
  int oldest(int none) {
    var first = fresh.size() == 0 ? none : fresh.first();
    return again.least(first);
  }

  /** How long the one that waits longest could have been handled, in seconds; 0: none waits. */
  double oldestWait(double now) {
    return Math.max(0, now - Math.min(fresh.firstSince(), again.firstSince()));
  }

  Run.Tally tally() {
    return new Run.Tally(
        added,
        acked,
        dead,
        waiting(),
        inHand(),
        later,
        handedBack,
        begun == 0 ? 0 : waited / begun);
  }
}
