// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import io.millhand.cli.Escape;
import io.millhand.cli.Json;
import io.millhand.cli.Output;
import io.millhand.cli.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/** Tells what is done, and why: in the log, and with {@code --json} on stdout. */
final class Account {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.scale");

  private final Output output;

  Account(Output output) {
    this.output = output;
  }

  /** So many are there to be from now on. */
  void needed(int workers, int running, String reason) {
    log.info("{} needed, {} there: {}", Texts.workers(workers), running, Escape.message(reason));
    json("needed", json -> need(json, workers, running, reason));
  }

  /** So many would be there, if anything were done: that is what was asked for. */
  void rehearsed(int workers, int running, String reason) {
    if (output.isJson()) {
      json("needed", json -> need(json, workers, running, reason));
    } else {
      output.line(
          "%s needed, %d there: %s"
              .formatted(Texts.workers(workers), running, Escape.message(reason)));
    }
  }

  private static void need(JsonGenerator json, int workers, int running, String reason) {
    json.writeNumberProperty("workers", workers);
    json.writeNumberProperty("running", running);
    json.writeStringProperty("reason", reason);
  }

  /** It cannot be told how many are needed. */
  void unknown(int running, String reason) {
    log.warn(
        "it is not known how many workers are needed ({}): the {} there stay as they are",
        Escape.message(reason),
        running);
    json(
        "unknown",
        json -> {
          json.writeNumberProperty("running", running);
          json.writeStringProperty("reason", reason);
        });
  }

  /** It can be told again. */
  void known(int workers) {
    log.info("it is known again how many workers are needed: {}", workers);
  }

  /** One was started. */
  void started(LocalWorker worker, int running) {
    log.info("worker {} started (pid {}); {} there", worker.number(), worker.pid(), running);
    json("started", json -> who(json, worker, running));
  }

  /** One was asked to drain. */
  void retired(LocalWorker worker, int running) {
    log.info("worker {} (pid {}) is to drain; {} there", worker.number(), worker.pid(), running);
    json("retired", json -> who(json, worker, running));
  }

  /** One has drained. */
  void left(LocalWorker worker) {
    log.info(
        "worker {} has left after {}, exit code {}",
        worker.number(),
        Texts.seconds(worker.draining()),
        worker.status());
    json(
        "left",
        json -> {
          json.writeNumberProperty("worker", worker.number());
          json.writeNumberProperty("exitCode", worker.status());
          json.writeNumberProperty("seconds", worker.draining().toMillis() / 1000.0);
        });
  }

  /** One did not drain in time. */
  void killed(LocalWorker worker, Duration limit) {
    log.warn(
        "worker {} (pid {}) has not drained within {}: killed; others take over what it held",
        worker.number(),
        worker.pid(),
        Texts.duration(limit));
    json("killed", json -> json.writeNumberProperty("worker", worker.number()));
  }

  /** One has ended by itself. */
  void died(LocalWorker worker, String lastWords, Duration pause) {
    log.warn(
        "worker {} (pid {}) ended by itself after {} with exit code {}; a new one starts in {} where it is needed{}",
        worker.number(),
        worker.pid(),
        Texts.seconds(worker.age()),
        worker.status(),
        Texts.duration(pause),
        Escape.message(lastWords));
    json(
        "died",
        json -> {
          json.writeNumberProperty("worker", worker.number());
          json.writeNumberProperty("exitCode", worker.status());
          json.writeNumberProperty("pauseSeconds", pause.toMillis() / 1000.0);
        });
  }

  /** One could not be started. */
  void notStarted(int number, String reason, Duration pause) {
    log.warn(
        "worker {} could not be started ({}); it is tried again in {} where one is needed",
        number,
        Escape.message(reason),
        Texts.duration(pause));
    json(
        "failed",
        json -> {
          json.writeNumberProperty("worker", number);
          json.writeStringProperty("reason", reason);
          json.writeNumberProperty("pauseSeconds", pause.toMillis() / 1000.0);
        });
  }

  private static void who(JsonGenerator json, LocalWorker worker, int running) {
    json.writeNumberProperty("worker", worker.number());
    json.writeNumberProperty("pid", worker.pid());
    json.writeNumberProperty("running", running);
  }

  private void json(String what, Consumer<JsonGenerator> more) {
    if (!output.isJson()) {
      return;
    }
    output.line(
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringProperty("at", Instant.now().toString());
              json.writeStringProperty("what", what);
              more.accept(json);
              json.writeEndObject();
            }));
  }
}
