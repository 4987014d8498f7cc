// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether entries of one key came one after another and in order: each entry has its key and its
 * number, which counts up from 0 within the key. Knows handlers that ran beside each other, numbers
 * that came too early, and numbers that never came.
 */
public final class OrderCheck {

  private final Map<String, Key> keys = new ConcurrentHashMap<>();
  private final Collection<String> violations = new ConcurrentLinkedQueue<>();
  private final AtomicInteger done = new AtomicInteger();

  private static final class Key {
    int running;
    int next;
  }

  /** A handler begins. */
  public void begin(String key, int number) {
    var of = keys.computeIfAbsent(key, each -> new Key());
    synchronized (of) {
      if (of.running++ > 0) {
        violations.add("two handlers at once have " + key + " at " + number);
      }
      if (number > of.next) {
        violations.add("%s: %d began before %d had ended".formatted(key, number, of.next));
      }
    }
  }

  /** It ends. */
  public void end(String key, int number, boolean success) {
    var of = keys.get(key);
    synchronized (of) {
      of.running--;
      if (success && number == of.next) {
        of.next++;
        done.incrementAndGet();
      }
    }
  }

  /** How many different entries have ended well. */
  public int done() {
    return done.get();
  }

  /** What was wrong. */
  public List<String> violations() {
    return new ArrayList<>(violations);
  }
}
