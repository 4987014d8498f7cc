// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.cli.Escape;
import io.millhand.cli.Terminal;
import io.millhand.config.WorkerSettings.HandlerThreads;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * {@code --exec}: a process for each entry, whose exit code decides: 0 acks, 65 (EX_DATAERR)
 * dead-letters, everything else is retried.
 *
 * <p>Threads: handlers', which must be platform threads since they wait in reads and writes of
 * pipes.
 *
 * <p>Failure: an interrupt (time-out, end of the drain) ends the process and all that it started.
 */
final class ExecHandler implements EntryHandler {

  private static final int DATA_ERROR = 65;
  private static final int BY_SIGNAL = 128;
  private static final int MAX_LINE = 64 << 10;

  /** How much a pipe takes at once everywhere, so that writing it waits for nobody. */
  private static final int PIPE_BUFFER = 4096;

  /**
   * How long to wait for the output of a process that has ended: something that it started may hold
   * it open.
   */
  private static final Duration LAST_OUTPUT = Duration.ofMillis(500);

  private final String command;
  private final BooleanSupplier stopping;
  private final Stdout stdout = new Stdout();
  private final Set<Process> running = ConcurrentHashMap.newKeySet();

  ExecHandler(String command, BooleanSupplier stopping) {
    this.command = command;
    this.stopping = stopping;
  }

  @Override
  public int concurrency() {
    return 2 * Runtime.getRuntime().availableProcessors();
  }

  @Override
  public HandlerThreads threads() {
    return HandlerThreads.PLATFORM;
  }

  @Override
  public Outcome decide(Delivery<Entry> delivery) throws IOException, InterruptedException {
    var builder = Shell.builder(command);
    ExecEnvironment.fill(builder.environment(), delivery);
    var process = builder.start();
    running.add(process);
    var tail = new Tail();
    try {
      var errors = Shell.readErrors(process, delivery.source() + " " + delivery.id(), tail);
      var output = readOutput(process);
      write(process, EntryJson.of(delivery));
      var code = process.waitFor();
      output.join(LAST_OUTPUT);
      errors.join(LAST_OUTPUT);
      return outcome(code, tail);
    } finally {
      if (process.isAlive()) {
        Shell.end(process);
      }
      running.remove(process);
    }
  }

  private Outcome outcome(int code, Tail tail) {
    if (code == 0) {
      return Outcome.ack();
    }
    if (code > BY_SIGNAL && stopping.getAsBoolean()) {
      // Whoever stops a whole process group or unit hits the handlers too. They did not fail.
      return Outcome.defer(Duration.ZERO);
    }
    var failure =
        new HandlerFailure(
            (code > BY_SIGNAL ? "ended by signal " + (code - BY_SIGNAL) : "exit code " + code)
                + tail.text());
    return code == DATA_ERROR
        ? Outcome.dead(String.valueOf(failure.getMessage()), failure)
        : Outcome.failed(failure);
  }

  private Thread readOutput(Process process) {
    return Thread.ofPlatform()
        .daemon()
        .name("millhand-stdout")
        .start(() -> Lines.read(process.getInputStream(), MAX_LINE, this::print));
  }

  private void print(String line) {
    try {
      stdout.line(Terminal.is(Terminal.Stream.OUT) ? Escape.line(line) : line);
    } catch (IOException e) {
      // Nobody reads our output; what counts is the exit code.
    }
  }

  /**
   * A command that does not read may leave a large entry in the pipe for ever: then another thread
   * waits, not this one.
   */
  private static void write(Process process, String json) {
    var bytes = (json + "\n").getBytes(UTF_8);
    if (bytes.length <= PIPE_BUFFER) {
      writeNow(process, bytes);
    } else {
      Thread.ofPlatform().daemon().name("millhand-stdin").start(() -> writeNow(process, bytes));
    }
  }

  private static void writeNow(Process process, byte[] bytes) {
    try (var stdin = process.getOutputStream()) {
      stdin.write(bytes);
    } catch (IOException e) {
      // It ended, or closed its input, without reading: its exit code decides.
    }
  }

  @Override
  public void abort() {
    running.forEach(Shell::kill);
  }
}
