// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.order;

import io.millhand.verification.order.OrderLog.Kind;
import io.millhand.verification.order.OrderLog.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Holds what handlers of many processes did to the order of each key: no entry begins before all
 * earlier ones of its key have succeeded, none begins again once a later one has begun, and no two
 * run at once. Pure.
 */
final class OrderJudge {

  private static final int TOLD = 20;

  private final int[] next;
  private final int[] begun;
  private final int[] running;
  private final int perKey;
  private final BitSet done;
  private final Map<Integer, Long> killedAt;
  private final List<String> violations = new ArrayList<>();
  private long violated;
  private long repeated;
  private long failed;

  /**
   * What came of it.
   *
   * @param done entries that succeeded
   * @param missing entries that did not
   * @param repeated how often an entry ran again that had succeeded
   * @param failed attempts that failed
   * @param violated how often order was broken
   * @param violations the first of those, in words
   */
  record Verdict(
      long done, long missing, long repeated, long failed, long violated, List<String> violations) {

    boolean isGood() {
      return missing == 0 && violated == 0;
    }
  }

  private OrderJudge(int keys, int perKey, Map<Integer, Long> killedAt) {
    this.next = new int[keys];
    this.begun = new int[keys];
    this.running = new int[keys];
    this.perKey = perKey;
    this.done = new BitSet(keys * perKey);
    this.killedAt = killedAt;
    Arrays.fill(running, -1);
  }

  /**
   * Judges.
   *
   * @param killedAt when each process that was killed had ended
   */
  static Verdict judge(List<Line> lines, int keys, int perKey, Map<Integer, Long> killedAt) {
    var judge = new OrderJudge(keys, perKey, killedAt);
    lines.sort(Comparator.comparingLong(Line::at).thenComparing(Line::kind));
    lines.forEach(judge::see);
    return judge.verdict();
  }

  private void see(Line line) {
    var key = line.key();
    if (line.kind() == Kind.BEGAN) {
      begin(line, key);
      return;
    }
    if (running[key] == line.process()) {
      running[key] = -1;
    }
    if (line.kind() == Kind.FAILED) {
      failed++;
      return;
    }
    done.set(key * perKey + line.number());
    if (line.number() == next[key]) {
      next[key]++;
    }
  }

  private void begin(Line line, int key) {
    var other = running[key];
    if (other >= 0 && killedAt.getOrDefault(other, Long.MAX_VALUE) > line.at()) {
      violation(line, "begins while another of its key runs in process " + other);
    }
    if (line.number() > next[key]) {
      violation(line, "begins before %d has succeeded".formatted(next[key]));
    } else if (line.number() < begun[key]) {
      violation(line, "begins again after %d began".formatted(begun[key]));
    } else if (line.number() < next[key]) {
      repeated++;
    }
    begun[key] = Math.max(begun[key], line.number());
    running[key] = line.process();
  }

  private void violation(Line line, String what) {
    violated++;
    if (violations.size() < TOLD) {
      violations.add(
          "process %d: key %d: %d %s".formatted(line.process(), line.key(), line.number(), what));
    }
  }

  private Verdict verdict() {
    long succeeded = done.cardinality();
    return new Verdict(
        succeeded, (long) next.length * perKey - succeeded, repeated, failed, violated, violations);
  }
}
