// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a child of {@code --pipe}: gets entries as lines, answers each with a line.
 *
 * <p>Threads: {@link #run} by its supervisor, which reads; two of its own write and read stderr;
 * {@link #handle} and the ends by any.
 *
 * <p>Owns: the process, and the entries it has not answered.
 *
 * <p>Promise: every future it gave out completes, at the latest when the process has ended.
 */
final class PipeChild {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.handler");
  private static final int MAX_LINE = 1 << 20;
  private static final int MAX_QUOTED = 200;
  private static final int BY_SIGNAL = 128;
  private static final Duration LAST_ERRORS = Duration.ofMillis(500);

  /** Ends the writer, and so the child's input; no line is empty. */
  private static final byte[] END = new byte[0];

  private final String name;
  private final Process process;
  private final Tail tail = new Tail();
  private final Thread errors;
  private final LinkedBlockingQueue<byte[]> lines = new LinkedBlockingQueue<>();

  /** Guarded by this. */
  private final Map<String, CompletableFuture<Outcome>> waiting = new HashMap<>();

  /** Guarded by this: what those get that wait when it ends, where it is not their fault. */
  private @Nullable Outcome innocent;

  /** Guarded by this. */
  private boolean ended;

  /** Guarded by this. */
  private long answers;

  /** Starts it. */
  PipeChild(String name, ProcessBuilder builder) throws IOException {
    this.name = name;
    this.process = builder.start();
    this.errors = Shell.readErrors(process, name, tail);
    Thread.ofPlatform().daemon().name(name + " in").start(this::write);
  }

  /**
   * How a run ended.
   *
   * @param answers how many entries it answered
   * @param unanswered how many it had when it ended
   * @param how in words
   */
  record End(long answers, int unanswered, String how) {}

  /** Reads its answers until it ends. */
  End run(BooleanSupplier stopping) throws InterruptedException {
    Lines.read(process.getInputStream(), MAX_LINE, this::answered);
    // Without its output it is of no use, whether it runs or not.
    if (!process.waitFor(1, TimeUnit.SECONDS)) {
      Shell.end(process);
      process.waitFor();
    }
    errors.join(LAST_ERRORS);
    lines.add(END);
    var code = process.exitValue();
    return end(
        "ended with exit code " + code + tail.text(), code > BY_SIGNAL && stopping.getAsBoolean());
  }

  private synchronized End end(String how, boolean wasStopped) {
    ended = true;
    if (wasStopped) {
      // Whoever stops a whole process group or unit hits the children too.
      innocent = Outcome.defer(Duration.ZERO);
    }
    var unanswered = waiting.size();
    var outcome =
        innocent == null ? Outcome.failed(new HandlerFailure("the child " + how)) : innocent;
    waiting.values().forEach(each -> each.complete(outcome));
    waiting.clear();
    return new End(answers, unanswered, how);
  }

  /** Gives it an entry; empty where it has ended, or has that very id of another stream. */
  synchronized Optional<CompletableFuture<Outcome>> handle(String id, String json) {
    if (ended || waiting.containsKey(id)) {
      return Optional.empty();
    }
    var answer = new CompletableFuture<Outcome>();
    waiting.put(id, answer);
    lines.add((json + "\n").getBytes(UTF_8));
    return Optional.of(answer);
  }

  /** How many entries it has. */
  synchronized int load() {
    return waiting.size();
  }

  private void answered(String line) {
    try {
      var reply = PipeReply.parse(line);
      var answer = take(reply.id());
      if (answer == null) {
        log.warn("{}: answered an entry that it does not have: {}", name, reply.id());
      } else {
        answer.complete(reply.outcome());
      }
    } catch (PipeReply.Unreadable e) {
      log.warn(
          "{}: what it wrote to stdout is no answer ({}): {}",
          name,
          e.getMessage(),
          line.substring(0, Math.min(line.length(), MAX_QUOTED)));
    }
  }

  private synchronized @Nullable CompletableFuture<Outcome> take(String id) {
    var answer = waiting.remove(id);
    if (answer != null) {
      answers++;
    }
    return answer;
  }

  private void write() {
    try (var stdin = process.getOutputStream()) {
      for (var line = lines.take(); line.length > 0; line = lines.take()) {
        stdin.write(line);
        if (lines.isEmpty()) {
          stdin.flush();
        }
      }
    } catch (IOException e) {
      // It ended, or closed its input: then it can get no more, and what it has is retried.
      Shell.end(process);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends it because an entry took too long. What else it has is not to blame, and comes back
   * unattempted.
   */
  void endFor(String id) {
    synchronized (this) {
      waiting.remove(id);
      innocent = Outcome.defer(Duration.ZERO);
    }
    Thread.ofPlatform().daemon().name(name + " end").start(() -> Shell.end(process));
  }

  /** Closes its input, so that it ends by itself. */
  void closeInput() {
    lines.add(END);
  }

  /** Ends it, asking first. */
  void end() {
    Shell.end(process);
  }

  /** Ends it at once. */
  void kill() {
    Shell.kill(process);
  }
}
