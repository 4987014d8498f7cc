// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one output stream of a process, kept from the first on.
 *
 * <p>Threads: one of its own reads; anybody may look or wait.
 *
 * <p>Failure: a stream that cannot be read has ended.
 */
final class ProcessOutput {

  private static final int STORY = 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<String> lines = new ArrayList<>(); // guarded by lock
  private boolean ended; // guarded by lock

  ProcessOutput(InputStream stream, String name) {
    Thread.ofPlatform().daemon().name(name).start(() -> read(stream));
  }

  private void read(InputStream stream) {
    try (var reader = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(output lost: " + e.getMessage() + ")");
    } finally {
      finish();
    }
  }

  private void add(String line) {
    lock.lock();
    try {
      lines.add(line);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void finish() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<String> lines() {
    lock.lock();
    try {
      return List.copyOf(lines);
    } finally {
      lock.unlock();
    }
  }

  /** The first line that matches, null when the time or the stream is over. */
  @Nullable String await(Predicate<String> matching, Duration timeout) {
    lock.lock();
    try {
      var nanos = timeout.toNanos();
      for (int next = 0; ; ) {
        for (; next < lines.size(); next++) {
          if (matching.test(lines.get(next))) {
            return lines.get(next);
          }
        }
        if (ended || nanos <= 0) {
          return null;
        }
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the stream is over. */
  boolean awaitEnd(Duration timeout) {
    await(line -> false, timeout);
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** The last lines, for an error text. */
  String tail() {
    var all = lines();
    return String.join("\n", all.subList(Math.max(0, all.size() - STORY), all.size()));
  }
}
